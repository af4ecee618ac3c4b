/** A ledger over the storage of a Durable Object, with a clock that the test turns: what ledger.ts does, without the object around it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { UnsequencedRecord } from "../../../src/contract/audit-record.ts";
import type { Effect } from "../../../src/contract/verdict.ts";
import type { AdmitRequest, Admitted, AgentState, Outcome, SettleRequest } from "../../../src/gateway/ports.ts";
import { systemIds } from "../../../src/keys/digests.ts";
import { Ledger, type LedgerSettings } from "../../../src/objects/agent-ledger/ledger.ts";
import type { RateWindow } from "../../../src/policy/compiled-role.ts";
import type { Decision, ResidualCondition } from "../../../src/policy/decision.ts";

export const START = Date.UTC(2026, 10, 22, 10);
export const GRACE_MS = 60_000;
export const TIME_LIMIT_MS = 15_000;
export const DIGEST = "digest-of-the-token";
const WORKSPACE = "ws_0000000000000000000001";
const AGENT = "agt_0000000000000000000001";

export function stateOf(epoch: number, more: Partial<AgentState> = {}): AgentState {
	return {
		epoch,
		workspace_id: WORKSPACE,
		agent_id: AGENT,
		name: "helpdesk-bot",
		revoked: false,
		role: { name: "support-agent", rev: epoch, hash: `hash-${epoch}` },
		labels: {},
		mailbox: "helpdesk@acme.com",
		tokens: [{ id: "tok_1", digest: DIGEST, revoked: false, expires_at: null }],
		...more,
	};
}

export function verdict(effect: Effect, more: { expires_ms?: number } = {}): Decision {
	const plain = { matched_guard: null, facts: [], approvable: false, retry_at: null, limit: null, review: null };
	if (effect === "allow") return { kind: "verdict", verdict: { ...plain, verdict: "allow", reason_code: null, reason: null } };
	if (effect === "deny")
		return { kind: "verdict", verdict: { ...plain, verdict: "deny", reason_code: "guard_denied", reason: "no" } };
	const review = { guards: ["held"], approvals: 1, expires_ms: more.expires_ms ?? 3_600_000, self_approval: false };
	return {
		kind: "verdict",
		verdict: {
			...plain,
			verdict: "review",
			matched_guard: "held",
			reason_code: "guard_review",
			reason: "ask",
			approvable: true,
			review,
		},
	};
}

/** A guard that lets `most` calls of these actions pass in a window, this call included. */
export function atMost(
	most: number,
	{ window = "per_day", actions = ["mail.send"], otherwise = "deny" as Effect } = {},
): Decision {
	const when: ResidualCondition = {
		counter: { field: `rate.${window}`, actions, window: window as RateWindow, op: "lte", operand: most },
	};
	return { kind: "residual", residual: { guards: [{ id: "cap", effect: "allow", otherwise, when, saw: {} }] } };
}

export class LedgerBook {
	now = START;
	readonly storage: DurableObjectStorage;
	ledger: Ledger;

	readonly #settings: Partial<LedgerSettings>;

	constructor(storage: DurableObjectStorage, settings: Partial<LedgerSettings> = {}) {
		this.storage = storage;
		this.#settings = settings;
		this.ledger = this.#open();
	}

	#open(): Ledger {
		return new Ledger(this.storage, {
			ids: systemIds,
			now: () => this.now,
			settleGraceMs: GRACE_MS,
			admissionPerSecond: 10_000,
			pendingReviews: 100,
			...this.#settings,
		});
	}

	/** What an eviction does: nothing but the storage is left. */
	reopen(): void {
		this.ledger = this.#open();
	}

	request(more: Partial<AdmitRequest> = {}): AdmitRequest {
		return {
			who: { workspaceId: WORKSPACE, agentId: AGENT, digest: DIGEST },
			act_id: systemIds.make("act"),
			attempt: 1,
			epoch: this.ledger.binding?.epoch ?? 0,
			decision: verdict("allow"),
			action: "mail.send",
			record: { input_digest: "input-1", request_id: "req_1" },
			idempotency_key: null,
			time_limit_ms: TIME_LIMIT_MS,
			input: null,
			...more,
		};
	}

	admit(more: Partial<AdmitRequest> = {}): Admitted {
		return this.ledger.admit(this.request(more));
	}

	/** The word that an admission came to: a verdict, or why there is none. */
	word(more: Partial<AdmitRequest> = {}): string {
		const admitted = this.admit(more);
		return admitted.kind === "decided" ? admitted.verdict.verdict : admitted.kind;
	}

	/** Admits as often as asked, and says how many were allowed. */
	allowed(times: number, more: Partial<AdmitRequest> = {}): number {
		let count = 0;
		for (let i = 0; i < times; i++) if (this.word(more) === "allow") count++;
		return count;
	}

	settle(actId: string, outcome: SettleRequest["outcome"]): void {
		this.ledger.settle({ act_id: actId, outcome, duration_ms: 5 });
	}

	/** The log has every row up to number `n`. */
	confirm(n: number): void {
		this.ledger.delivered(n, this.ledger.nextBatch().rows.filter((row) => row.n <= n).length);
	}

	/** Every record that was told and is still here. */
	records(): UnsequencedRecord[] {
		return this.storage.sql
			.exec<{ record: string }>("SELECT record FROM outbox ORDER BY n")
			.toArray()
			.map((row) => JSON.parse(row.record));
	}

	states(actId: string): string[] {
		return this.records()
			.filter((record) => record.act_id === actId)
			.map((record) => record.state);
	}

	uses(): { action: string; running: number }[] {
		// Whoever looks at the tables has them brought up to date first.
		this.ledger.call("act_none");
		return this.storage.sql.exec<{ action: string; running: number }>("SELECT action, running FROM uses ORDER BY tick").toArray();
	}
}

/** Opens a new book, bound at epoch 1 unless told otherwise. */
export function withBook<T>(
	use: (book: LedgerBook) => T | Promise<T>,
	{ bound = true, ...settings }: { bound?: boolean } & Partial<LedgerSettings> = {},
): Promise<T> {
	const stub = env.AGENT_LEDGER.getByName(`book-${crypto.randomUUID()}`);
	return runInDurableObject(stub, async (_instance, state) => {
		const book = new LedgerBook(state.storage, settings);
		if (bound) book.ledger.bind(stateOf(1));
		return use(book);
	});
}

export const OK: Outcome = { kind: "ok", result: { message_id: "msg_1", queued: true } };
export const NOT_REACHED: Outcome = {
	kind: "failed",
	reached: false,
	error: { code: "not_started", message: "did not start", upstream_status: null },
};
export const REACHED_AND_FAILED: Outcome = {
	kind: "failed",
	reached: true,
	error: { code: "upstream_failed", message: "refused", upstream_status: 550 },
};
