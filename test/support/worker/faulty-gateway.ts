/**
 * The gateway's own use case over real ledgers, logs, role counters, D1, KV and R2, with faults at every way in between, and an upstream that
 * does what each call says and counts what it sees.
 */
import { env } from "cloudflare:workers";
import type { CallError } from "../../../src/contract/verdict.ts";
import { executeAndSettle } from "../../../src/gateway/execute-call.ts";
import { type Governed, governAction } from "../../../src/gateway/govern-action.ts";
import { createKnownBindings } from "../../../src/gateway/known-bindings.ts";
import type { CompiledRoles, ExecutableCall, Ledgers, Outcome, SettleRequest } from "../../../src/gateway/ports.ts";
import { releaseCall } from "../../../src/gateway/release-call.ts";
import { createDigests, systemIds } from "../../../src/keys/digests.ts";
import { createLedgers, type LedgerStub } from "../../../src/objects/agent-ledger/client.ts";
import { openDatabase } from "../../../src/stores/d1/database.ts";
import { compiledRoleText } from "../../../src/stores/d1/roles.ts";
import { createCompiledRoles } from "../../../src/stores/kv/compiled-roles.ts";
import { createDefinitionPacks } from "../../../src/stores/kv/definition-packs.ts";
import { createListItems } from "../../../src/stores/kv/list-items.ts";
import { createBlobStore } from "../../../src/stores/r2/blobs.ts";
import type { Faults } from "./faults.ts";
import { tokens } from "./gateway.ts";

/** What the upstream makes of a call. `late` answers come after the time limit; of `silent` ones no outcome ever reaches the ledger. */
export const PLANS = ["ok", "failed", "not-reached", "unknown", "throws", "late-ok", "late-failed", "silent"] as const;
export type Plan = (typeof PLANS)[number];

export interface Call {
	agent: { id: string; token: string };
	to: string;
	plan: Plan;
	key: string | null;
}

export interface Made extends Call {
	/** The act that was made for it. */
	actId: string;
	/** What the agent is answered; null where the use case rejected, which it hears as a 503. */
	answer: Governed | null;
	/** The last outcome that the ledger acknowledged, if any. */
	settled: SettleRequest["outcome"]["kind"] | null;
}

const TIME_LIMIT_MS = 60;
const LATE_MS = 130;

const stubOf = (name: string) => env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub;
const LEDGER_METHODS = ["identify", "admit", "settle", "call", "bind", "review", "decideReview", "release"] as const;

export class FaultyGateway {
	readonly #faults: Faults;
	readonly #now: () => number;
	#roles!: CompiledRoles;
	#bindings = createKnownBindings();
	readonly #ledgers: Ledgers;
	readonly #background = new Set<Promise<unknown>>();
	/** Acts that the upstream saw, as often as it saw them. */
	readonly seen: string[] = [];
	/** Acts that it saw and whose intent was not in the ledger. */
	readonly withoutIntent: string[] = [];

	constructor(faults: Faults, now: () => number) {
		this.#faults = faults;
		this.#now = now;
		this.#ledgers = createLedgers((name) => faults.aroundAll("ledger", stubOf(name), [...LEDGER_METHODS]));
		this.restart();
	}

	/** A new isolate: nothing is known any more. */
	restart(): void {
		const faults = this.#faults;
		const digests = createDigests(env.HIVEKEY_TOKEN_KEY);
		const db = openDatabase(env.DB);
		const kv = faults.aroundAll("kv", env.ROLES, ["get", "put"]);
		const blobs = faults.aroundAll("r2", createBlobStore(env.BLOBS), ["get", "put"]);
		const sources = {
			fromDatabase: faults.around("d1", (workspaceId: string, hash: string) => compiledRoleText(db, workspaceId, hash)),
			recompile: async () => null,
			listItems: createListItems(kv, blobs, digests),
			definitionPacks: createDefinitionPacks(kv, blobs, digests),
		};
		this.#roles = createCompiledRoles(kv, sources, digests);
		this.#bindings = createKnownBindings();
	}

	async run(call: Call): Promise<Made> {
		const made: Made = { ...call, actId: "", answer: null, settled: null };
		const work = governAction(this.#portsFor(made), {
			token: call.agent.token,
			asks: () => ({ action: "mail.send", read: () => ({ ok: true, value: inputOf(call) }) }),
			body: async () => ({ ok: true, bytes: new Uint8Array() }),
			carryOut: executeAndSettle,
			idempotencyKey: call.key,
			requestId: systemIds.make("req"),
			sourceIp: undefined,
			country: () => undefined,
		});
		made.answer = await work.catch(() => null);
		return made;
	}

	/**
	 * A person's word on a held call, and what follows from an approval; what is lost on the way is lost.
	 * @returns false where the word was not heard, as far as the person can tell
	 */
	async decide(made: Made, kind: "approve" | "deny"): Promise<boolean> {
		const who = tokens.readAgentToken(made.agent.token);
		if (made.answer?.kind !== "held" || !who) return false;
		const { workspaceId, agentId } = who;
		const review_id = made.answer.review.id;
		const ledger = this.#ledgers.of(workspaceId, agentId);
		const work = (async () => {
			const held = await ledger.review(review_id);
			if (!held) return false;
			const decision = kind === "approve" ? { kind, digest: held.view.digest } : { kind };
			const by = { ...PERSON, request_id: systemIds.make("req") };
			const decided = await ledger.decideReview({ review_id, decision, note: null, by });
			if (decided.kind === "approved") await releaseCall(this.#portsFor(made), workspaceId, agentId, review_id);
			return decided.kind === "approved" || decided.kind === "denied";
		})().catch(() => false);
		this.#keep(work);
		return work;
	}

	/** What a ledger asks for whose approved call nobody has let go. @param of - the call as it was made */
	async carryOn(of: Made | undefined, workspaceId: string, agentId: string, reviewId: string): Promise<void> {
		if (of) await releaseCall(this.#portsFor(of), workspaceId, agentId, reviewId);
	}

	#keep(work: Promise<unknown>): void {
		const quiet = work.catch(() => {}).finally(() => this.#background.delete(quiet));
		this.#background.add(quiet);
	}

	/** Once nothing goes on behind the answers any more. */
	async quiet(): Promise<void> {
		while (this.#background.size > 0) await Promise.allSettled(this.#background);
	}

	#portsFor(made: Made): Parameters<typeof governAction>[0] {
		const roles = this.#roles;
		return {
			tokens,
			ids: {
				make: (prefix) => {
					const id = systemIds.make(prefix);
					if (prefix === "act") made.actId = id;
					return id;
				},
			},
			digests: createDigests(env.HIVEKEY_TOKEN_KEY),
			ledgers: settling(this.#ledgers, made),
			roles: { ...roles, load: async (workspaceId, hash) => hurried(await roles.load(workspaceId, hash)) },
			bindings: this.#bindings,
			blobs: createBlobStore(env.BLOBS),
			connectors: new Map([["mail", { name: "mail", definitions: [], execute: (call) => this.#execute(made, call) }]]),
			now: this.#now,
			keepAlive: (work) => this.#keep(work),
			log: () => {},
		};
	}

	async #execute({ agent, plan }: Made, call: ExecutableCall): Promise<Outcome> {
		this.seen.push(call.act_id);
		const who = tokens.readAgentToken(agent.token);
		const found = who && (await createLedgers(stubOf).of(call.workspace_id, agent.id).call(who, call.act_id, 0));
		if (found?.kind !== "found" || found.call?.verdict !== "allow") this.withoutIntent.push(call.act_id);
		if (plan.startsWith("late-")) await scheduler.wait(LATE_MS);
		if (plan === "throws") throw new Error("the connector broke");
		if (plan === "unknown") return { kind: "unknown", error: error("upstream_unknown") };
		if (plan === "not-reached") return { kind: "failed", reached: false, error: error("not_started") };
		if (plan.endsWith("failed")) return { kind: "failed", reached: true, error: error("upstream_failed") };
		return { kind: "ok", result: { message_id: call.act_id } };
	}
}

/** Nobody else's key, and not the maker's of any agent. */
const PERSON = {
	key_id: "key_of_a_person",
	owner: "ops@acme.com",
	principal: "ops@acme.com",
	is_maker: false,
	others: true,
	revoked_keys: [],
	source_ip: undefined,
};

const inputOf = ({ to }: Call) => ({ to, subject: "Hi", body: "x" });
const error = (code: CallError["code"]): CallError => ({ code, message: "as planned", upstream_status: null });

/** The role, with time limits that a test can wait for. */
function hurried(role: Awaited<ReturnType<CompiledRoles["load"]>>): typeof role {
	if (!role) return null;
	const actions = [...role.actions].map(([name, action]) => {
		const definition = { ...action.definition, time_limit_ms: TIME_LIMIT_MS };
		return [name, { ...action, definition }] as const;
	});
	return { ...role, actions: new Map(actions) };
}

/** Ledgers that note which outcome they acknowledged; none reaches them of a silent call. */
function settling(ledgers: Ledgers, made: Made): Ledgers {
	return {
		of(workspaceId, agentId) {
			const ledger = ledgers.of(workspaceId, agentId);
			const settle: typeof ledger.settle = async (request) => {
				if (made.plan === "silent") throw new Error("Network connection lost.");
				await ledger.settle(request);
				made.settled = request.outcome.kind;
			};
			return { ...ledger, settle };
		},
	};
}
