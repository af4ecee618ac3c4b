/** `GET /v1/calls/{id}`: where one of an agent's own calls stands. The ledger knows it, or it is on the log. */
import type { AuditRecord } from "../contract/audit-record.ts";
import { isId } from "../contract/ids.ts";
import type { AuditStore, LedgerCall, Ledgers, TokenAuthority } from "./ports.ts";

export interface LookUpPorts {
	tokens: TokenAuthority;
	ledgers: Ledgers;
	audit: AuditStore;
}

export type LookedUp = { kind: "unauthenticated" } | { kind: "not_found" } | { kind: "found"; call: LedgerCall };

/** @param waitMs - how long the answer may wait for the call to end, in milliseconds */
export async function lookUpCall(ports: LookUpPorts, token: string | null, actId: string, waitMs: number): Promise<LookedUp> {
	const who = token === null ? null : ports.tokens.readAgentToken(token);
	if (!who) return { kind: "unauthenticated" };
	const ledger = ports.ledgers.of(who.workspaceId, who.agentId);
	const binding = await ledger.identify(who);
	if (!binding) return { kind: "unauthenticated" };
	if (!isId("act", actId)) return { kind: "not_found" };
	const looked = await ledger.call(who, actId, waitMs);
	if (looked.kind === "unauthenticated") return looked;
	if (looked.call) return { kind: "found", call: looked.call };
	const records = (await ports.audit.act(who.workspaceId, actId)).filter(
		(record) => record.agent === binding.name && record.kind === "action",
	);
	const call = callOnLog(records);
	return call ? { kind: "found", call } : { kind: "not_found" };
}

/** What the last record of a call says of it. */
const STATES: Record<AuditRecord["state"], LedgerCall["state"] | null> = {
	intent: "running",
	held: "held",
	released: "running",
	started: "running",
	executed: "executed",
	closed: "executed",
	aborted: "failed",
	failed: "failed",
	unknown: "unknown",
	denied: "denied",
	expired: "expired",
	done: null,
};

/** The last word of the log on a call. Its result is not on the log. */
function callOnLog(records: AuditRecord[]): LedgerCall | null {
	const first = records[0];
	const last = records.at(-1);
	if (!first || !last) return null;
	const state = STATES[last.state];
	if (state === null) return null;
	return {
		act_id: first.act_id,
		action: first.action,
		state,
		verdict: last.verdict ?? "deny",
		matched_guard: first.matched_guard ?? null,
		reason: first.reason ?? null,
		reason_code: first.reason_code ?? null,
		agent: first.agent ?? "",
		...(last.reason !== undefined && (state === "failed" || state === "unknown")
			? {
					error: {
						code: state === "failed" ? ("upstream_failed" as const) : ("upstream_unknown" as const),
						message: last.reason,
						upstream_status: last.upstream_status ?? null,
					},
				}
			: {}),
	};
}
