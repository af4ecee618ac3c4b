/**
 * A held call is decided again and let go:
 *
 *   look -> load -> decide -> release -> execute -> settle
 *
 * What was approved is what runs: the canonical input that the ledger kept, under the binding that was shown. Everything else is
 * decided anew, and the ledger lets go once: of all that try, one is told to carry the call out. A Worker that dies before that is
 * followed by another; one that dies after it leaves a call that is unknown, never one that runs again.
 */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { JsonObject } from "../contract/json.ts";
import type { ReviewState } from "../contract/review.ts";
import { canonicalInput } from "../policy/canonical-input.ts";
import { canonicalJson } from "../policy/canonical-json.ts";
import { invalidInput, notInScope } from "../policy/decide.ts";
import type { Decision, Verdict } from "../policy/decision.ts";
import { decideInput } from "./decide-input.ts";
import { type Ended, type ExecutePorts, executeAndSettle, NOT_STARTED } from "./execute-call.ts";
import { type HeldInputPorts, readHeldInput } from "./held-input.ts";
import type { CompiledRoles, Ids, Ledger, Ledgers } from "./ports.ts";
import type { HeldCall, Released, ReleaseRequest } from "./review-ports.ts";

export interface ReleasePorts extends ExecutePorts, HeldInputPorts {
	ids: Ids;
	ledgers: Ledgers;
	roles: CompiledRoles;
}

export type CallReleased =
	| { kind: "not_found" }
	/** Somebody else has let it go, or it has ended. */
	| { kind: "over"; state: ReviewState }
	/** Nothing has changed; another attempt follows. */
	| { kind: "unavailable"; why: string }
	| { kind: "denied"; verdict: Verdict }
	/** A guard asks that nobody has approved. */
	| { kind: "held" }
	| { kind: "ended"; ended: Ended };

/** How often a binding may change under a release before it is left for another attempt. */
const STALE_ROUNDS = 4;

/** Goes on when whoever asked hangs up. */
export function releaseCall(ports: ReleasePorts, workspaceId: string, agentId: string, reviewId: string): Promise<CallReleased> {
	const work = release(ports, workspaceId, agentId, reviewId);
	ports.keepAlive(work.catch(() => {}));
	return work;
}

async function release(ports: ReleasePorts, workspaceId: string, agentId: string, reviewId: string): Promise<CallReleased> {
	const ledger = ports.ledgers.of(workspaceId, agentId);
	for (let round = 0; round < STALE_ROUNDS; round++) {
		const held = await ledger.review(reviewId);
		if (!held) return { kind: "not_found" };
		const { state } = held.view;
		if (state !== "pending" && state !== "approved") return { kind: "over", state };
		const proposal = await proposeAgain(ports, workspaceId, held);
		if ("why" in proposal) return { kind: "unavailable", why: proposal.why };

		const released = await letGo(ports, ledger, held, {
			review_id: reviewId,
			release_id: ports.ids.make("evt"),
			epoch: held.binding.epoch,
			digest: held.view.digest,
			decision: proposal.decision,
			time_limit_ms: proposal.definition?.time_limit_ms ?? 0,
		});
		if (released.kind === "stale") continue;
		if (released.kind !== "released") return released;
		const { definition, input } = proposal;
		if (!definition || !input) throw new Error("a call was let go that no role grants");
		const { name: agent, mailbox } = held.binding;
		const call = { act_id: released.act_id, workspace_id: workspaceId, agent, mailbox, definition, input };
		return { kind: "ended", ended: await executeAndSettle(ports, ledger, call) };
	}
	return { kind: "unavailable", why: "the agent's role is being changed" };
}

interface Proposal {
	decision: Decision;
	definition?: ActionDefinition;
	input?: JsonObject;
}

/** What the role that is in force now makes of the input that is held. */
async function proposeAgain(ports: ReleasePorts, workspaceId: string, held: HeldCall): Promise<Proposal | { why: string }> {
	const { binding, view, request } = held;
	const role = await ports.roles.load(workspaceId, binding.role.hash);
	if (!role) return { why: "the agent's role cannot be read" };
	const kept = await readHeldInput(ports, workspaceId, held);
	if (!kept) return { why: "the input that is held cannot be read" };
	const definition = role.actions.get(view.action)?.definition;
	if (!definition) return refuse(notInScope(view.action));
	const checked = canonicalInput(definition, kept.input);
	if (!checked.ok) return refuse(invalidInput(checked.problems));
	// Another definition may spell the same input differently. What was shown runs, or nothing does.
	if (canonicalJson(checked.input) !== kept.text) return refuse(invalidInput([NOT_AS_SHOWN]));
	const facts = { sourceIp: request.ip, country: () => request.country };
	const decision = decideInput(ports, binding, role, { action: view.action, input: checked.input }, facts);
	return { decision, definition, input: checked.input };
}

function refuse(verdict: Verdict): Proposal {
	return { decision: { kind: "verdict", verdict } };
}

/** A call that may or may not have been let go does not run: it is said so, of this very attempt and of no other. */
async function letGo(ports: ReleasePorts, ledger: Ledger, held: HeldCall, request: ReleaseRequest): Promise<Released> {
	try {
		return await ledger.release(request);
	} catch (error) {
		const { release_id } = request;
		const settling = ledger.settle({ act_id: held.view.act_id, outcome: NOT_STARTED, duration_ms: 0, release_id });
		ports.keepAlive(settling.catch(() => {}));
		throw error;
	}
}

const NOT_AS_SHOWN = {
	path: "",
	code: "changed",
	message: "the action now takes this input in another form than the one that was held",
};
