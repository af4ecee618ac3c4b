/** The ledgers as the gateway sees them. A call is tried again only where that is harmless, on a new stub. */
import type {
	AdmitRequest,
	Admitted,
	AgentState,
	AgentToken,
	Binding,
	Ledger,
	Ledgers,
	SettleRequest,
} from "../../gateway/ports.ts";
import type { ReviewLedger } from "../../gateway/review-ports.ts";
import { retrying } from "../retrying.ts";
import type { Resolution } from "../role-counter/protocol.ts";

/** The methods of the object, as its stub offers them. */
export interface LedgerStub {
	identify(who: AgentToken): Promise<Binding | null>;
	admit(request: AdmitRequest): Promise<Admitted>;
	settle(request: SettleRequest): Promise<void>;
	call(who: AgentToken, actId: string, waitMs: number): ReturnType<Ledger["call"]>;
	review: ReviewLedger["review"];
	decideReview: ReviewLedger["decideReview"];
	release: ReviewLedger["release"];
	resolve(reservations: string[]): Promise<Resolution[]>;
	bind(state: AgentState): Promise<void>;
	sweep(): Promise<void>;
}

/** @param stub - a new stub of the object with this name */
export function createLedgers(stub: (name: string) => LedgerStub): Ledgers {
	return {
		of(workspaceId, agentId) {
			let current = stub(`${workspaceId}/${agentId}`);
			const on = (attempt: number) => {
				// After a failure a stub is of no more use.
				if (attempt > 1) current = stub(`${workspaceId}/${agentId}`);
				return current;
			};
			return {
				identify: (who) => retrying((attempt) => on(attempt).identify(who)),
				admit: (request) => retrying((attempt) => on(attempt).admit(attempt === 1 ? request : { ...request, attempt })),
				settle: (request) => retrying((attempt) => on(attempt).settle(request)),
				call: (who, actId, waitMs) => retrying((attempt) => on(attempt).call(who, actId, waitMs)),
				review: (reviewId) => retrying((attempt) => on(attempt).review(reviewId)),
				decideReview: (request) => retrying((attempt) => on(attempt).decideReview(request)),
				release: (request) => retrying((attempt) => on(attempt).release(request)),
				bind: (state) => retrying((attempt) => on(attempt).bind(state)),
				sweep: () => current.sweep(),
			};
		},
	};
}

/** What became of places in the counter of a role, as the agent's ledger knows it; one answer each. */
export function askLedger(
	stub: (name: string) => LedgerStub,
	workspaceId: string,
	agentId: string,
	reservations: string[],
): Promise<Resolution[]> {
	return retrying(() => stub(`${workspaceId}/${agentId}`).resolve(reservations));
}
