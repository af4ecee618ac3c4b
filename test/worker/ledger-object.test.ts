/** The ledger as the object that it lives in: alarms, evictions, the way to the log, replies that are lost. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLedgers, type LedgerStub } from "../../src/objects/agent-ledger/client.ts";
import { chainFaults } from "../support/chain.ts";
import { mailRole, rateGuard } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { applySchema, newWorkspace, type TestAgent, type TestWorkspace, tokens } from "../support/worker/gateway.ts";
import { clearHooks, ledgerHooks, ledgerSettings } from "../support/worker/hooks.ts";
import { OK, verdict } from "../support/worker/ledger-book.ts";
import { storedRows } from "../support/worker/log-book.ts";

beforeAll(applySchema);
afterEach(clearHooks);

const DAY = 86_400_000;
let workspace: TestWorkspace;
let agent: TestAgent;
let calls = 0;

beforeEach(async () => {
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
});

const ledgers = createLedgers((name) => env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub);
const who = () => {
	const token = tokens.readAgentToken(agent.token);
	if (!token) throw new Error("not a token of ours");
	return token;
};
const ledger = () => ledgers.of(workspace.id, agent.id);

/** Admits a call as the Worker does, without running it. */
async function admit(more: object = {}) {
	const token = who();
	const binding = await ledger().identify(token);
	return ledger().admit({
		who: token,
		act_id: `act_${String(++calls).padStart(22, "0")}`,
		attempt: 1,
		epoch: binding?.epoch ?? 0,
		decision: verdict("allow"),
		action: "mail.send",
		record: { input_digest: "d", request_id: "req_1" },
		idempotency_key: null,
		time_limit_ms: 15_000,
		input: null,
		...more,
	});
}

const tablesOf = (name: string) =>
	runInDurableObject(env.AGENT_LEDGER.getByName(name), (_instance, state) =>
		state.storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray(),
	);

/** The calls that are counted. */
async function counted(): Promise<unknown[]> {
	// Whoever looks has the tables brought up to date.
	await ledger().call(who(), "act_none", 0);
	return runInDurableObject(agent.ledger(), (_instance, state) => state.storage.sql.exec("SELECT running FROM uses").toArray());
}

describe("an agent that does not exist", () => {
	test("leaves no table, no alarm and no row anywhere, however often it is asked for", async () => {
		const { token } = tokens.mintAgentToken(workspace.id, "agt_0000000000000000000000");
		const claimed = tokens.readAgentToken(token);
		if (!claimed) throw new Error("not a token of ours");
		for (let i = 0; i < 3; i++) expect(await ledgers.of(workspace.id, claimed.agentId).identify(claimed)).toBeNull();
		expect(await tablesOf(`${workspace.id}/${claimed.agentId}`)).toEqual([]);
		const stub = env.AGENT_LEDGER.getByName(`${workspace.id}/${claimed.agentId}`);
		expect(await runInDurableObject(stub, (_instance, state) => state.storage.getAlarm())).toBeNull();
	});

	test("in this workspace is not found through another one's token", async () => {
		const other = await newWorkspace();
		const { token } = tokens.mintAgentToken(other.id, agent.id);
		const claimed = tokens.readAgentToken(token);
		if (!claimed) throw new Error("not a token of ours");
		expect(await ledgers.of(other.id, agent.id).identify(claimed)).toBeNull();
		expect(await tablesOf(`${other.id}/${agent.id}`)).toEqual([]);
	});
});

describe("a ledger", () => {
	test("is bound by its agent's first request, once, however many come at the same time", async () => {
		let reads = 0;
		ledgerHooks.bindAgent = (next, ...which) => {
			reads++;
			return next(...which);
		};
		const bindings = await Promise.all(Array.from({ length: 8 }, () => ledger().identify(who())));
		expect(new Set(bindings.map((binding) => binding?.epoch))).toEqual(new Set([1]));
		expect(reads).toBe(1);
		expect(await env.DB.prepare("SELECT bound FROM agents WHERE id = ?").bind(agent.id).first("bound")).toBe(1);
	});

	test("that is pushed a newer binding while it reads an older one keeps the newer", async () => {
		ledgerHooks.bindAgent = async (next, ...which) => {
			const state = await next(...which);
			if (state) await ledger().bind({ ...state, epoch: 5, role: { ...state.role, rev: 5 } });
			return state;
		};
		expect((await ledger().identify(who()))?.epoch).toBe(5);
	});

	test("that cannot read D1 at its first request refuses with an error, and is bound by the next", async () => {
		ledgerHooks.bindAgent = async () => {
			throw new Error("D1_ERROR: gone for a moment");
		};
		const refused = await agent.run("mail.send", {});
		expect([refused.status, refused.json.code]).toEqual([503, "unavailable"]);
		clearHooks();
		expect((await ledger().identify(who()))?.name).toBe("helpdesk-bot");
	});
});

describe("when the agent was last seen", () => {
	const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "x" };
	const lastSeen = async (): Promise<string | null> =>
		(await workspace.admin("GET", "/v1/agents/helpdesk-bot")).json.last_seen_at;

	test("is told from its first call on, and by no other request", async () => {
		await agent.get("/v1/actions");
		expect(await lastSeen()).toBe(null);
		const before = new Date().toISOString();
		await agent.run("mail.send", MAIL);
		const seen = await until(lastSeen);
		expect(seen >= before && seen <= new Date().toISOString()).toBe(true);
	});

	test("is known of an agent that called once and then not again, though the object did not live to tell it", async () => {
		await agent.run("mail.send", MAIL);
		await until(lastSeen);
		const before = new Date().toISOString();
		expect((await agent.run("mail.send", { ...MAIL, to: 7 })).status).toBe(422);
		await evictDurableObject(agent.ledger());
		await runDurableObjectAlarm(agent.ledger());
		await until(async () => ((await lastSeen()) ?? "") >= before);
	});

	test("never goes back", async () => {
		await agent.run("mail.send", MAIL);
		await until(lastSeen);
		const later = new Date(Date.now() + 1_000).toISOString();
		await env.DB.prepare("UPDATE agents SET last_seen_at = ? WHERE id = ?").bind(later, agent.id).run();
		await evictDurableObject(agent.ledger());
		await runDurableObjectAlarm(agent.ledger());
		expect(await lastSeen()).toBe(later);
	});
});

describe("a call", () => {
	test("whose outcome never came is unknown at its deadline, by alarm, also after an eviction", async () => {
		let later = 0;
		ledgerHooks.now = (next) => next() + later;
		const admitted = await admit({ act_id: "act_0000000000000000000lost" });
		expect(admitted.kind).toBe("decided");
		await evictDurableObject(agent.ledger());
		later = 15_000 + 60_000;
		await runDurableObjectAlarm(agent.ledger());
		const records = await workspace.log((all) => all.some((record) => record.state === "unknown"));
		expect(records.filter((record) => record.act_id === "act_0000000000000000000lost").map((record) => record.state)).toEqual([
			"intent",
			"unknown",
		]);
	});

	test("is looked after from the object's next start on, should its alarm be lost", async () => {
		await admit();
		await until(() => runInDurableObject(agent.ledger(), (_instance, state) => state.storage.getAlarm()));
		await runInDurableObject(agent.ledger(), (_instance, state) => state.storage.deleteAlarm());
		await evictDurableObject(agent.ledger());
		const alarm = await runInDurableObject(agent.ledger(), (_instance, state) => state.storage.getAlarm());
		expect(alarm).toBeLessThanOrEqual(Date.now() + 15_000 + 60_000);
		expect(alarm).toBeGreaterThan(0);
	});

	test("that is held expires by alarm", async () => {
		let later = 0;
		ledgerHooks.now = (next) => next() + later;
		await workspace.applyRole(mailRole("support-agent", "- { id: ask, action: mail.send, effect: review }"));
		const held = await agent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" });
		expect(held.status).toBe(202);
		later = DAY;
		await runDurableObjectAlarm(agent.ledger());
		expect((await agent.get(`/v1/calls/${held.json.id}`)).json).toMatchObject({ state: "expired", review: { state: "expired" } });
		const records = await workspace.log((all) => all.some((record) => record.state === "expired"));
		expect(records.at(-1)).toMatchObject({ act_id: held.json.id, verdict: "deny", reason_code: "review_expired" });
	});

	test("goes on over an eviction between its admission and its outcome", async () => {
		const act_id = "act_000000000000000evicted";
		await admit({ act_id });
		await evictDurableObject(agent.ledger());
		await ledger().settle({ act_id, outcome: OK, duration_ms: 1 });
		await evictDurableObject(agent.ledger());
		expect(await ledger().call(who(), act_id, 0)).toMatchObject({ kind: "found", call: { state: "executed" } });
		const records = await workspace.log((all) => all.filter((record) => record.act_id === act_id).length === 2);
		expect(records.filter((record) => record.act_id === act_id).map((record) => record.state)).toEqual(["intent", "executed"]);
	});

	test("counts on over evictions: the limit stays exact", async () => {
		await workspace.applyRole(mailRole("support-agent", rateGuard(5, "deny")));
		const statuses: number[] = [];
		for (let i = 0; i < 8; i++) {
			statuses.push((await agent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" })).status);
			if (i % 2 === 0) await evictDurableObject(agent.ledger());
		}
		expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
	});

	test("whose admission's reply is lost is admitted once by the retry", async () => {
		let lost = 0;
		const losing = createLedgers((name) => {
			const stub = env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub;
			return {
				...stub,
				identify: (token) => stub.identify(token),
				settle: (request) => stub.settle(request),
				admit: async (request) => {
					const admitted = await stub.admit(request);
					if (lost++ < 2) throw Object.assign(new Error("Network connection lost."), { retryable: true });
					return admitted;
				},
			} as LedgerStub;
		});
		const token = who();
		const binding = await ledger().identify(token);
		const act_id = "act_00000000000000000retry";
		const admitted = await losing.of(workspace.id, agent.id).admit({
			who: token,
			act_id,
			attempt: 1,
			epoch: binding?.epoch ?? 0,
			decision: verdict("allow"),
			action: "mail.send",
			record: { request_id: "req_1" },
			idempotency_key: "key-1",
			time_limit_ms: 15_000,
			input: null,
		});
		expect(lost).toBe(3);
		expect(admitted).toMatchObject({ kind: "decided", verdict: { verdict: "allow" } });
		expect(await counted()).toEqual([{ running: 1 }]);
	});
});

describe("the outbox", () => {
	test("goes on holding records while the log is away, then delivers each once", async () => {
		ledgerHooks.appendToLog = async () => {
			throw new Error("the log is away");
		};
		for (let i = 0; i < 3; i++) await admit();
		const onTheLog = async () => (await storedRows(workspace.id)).filter((row) => row.record.includes('"kind":"action"')).length;
		await runDurableObjectAlarm(agent.ledger());
		expect(await onTheLog()).toBe(0);
		clearHooks();
		await runDurableObjectAlarm(agent.ledger());
		await until(async () => (await onTheLog()) === 3);
		await evictDurableObject(agent.ledger());
		await runDurableObjectAlarm(agent.ledger());
		expect(await onTheLog()).toBe(3);
		expect(chainFaults(await storedRows(workspace.id))).toEqual([]);
	});

	test("that is full refuses calls with 503 and Retry-After, runs nothing, and takes calls again once the log is back", async () => {
		ledgerSettings.outboxLimit = 6;
		ledgerHooks.appendToLog = async () => {
			throw new Error("the log is away");
		};
		const run = () => agent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" });
		for (let i = 0; i < 3; i++) expect((await run()).status).toBe(200);
		for (let i = 0; i < 3; i++) {
			const refused = await run();
			expect([refused.status, refused.json.code, refused.headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
			expect(refused.json.detail).toBe("the call did not run: 6 records of this agent wait for the log");
		}
		expect(await counted()).toHaveLength(3);
		ledgerHooks.appendToLog = undefined;
		await runDurableObjectAlarm(agent.ledger());
		await until(async () => (await run()).status === 200);
		expect(await counted()).toHaveLength(4);
		const records = await workspace.log((all) => all.filter((record) => record.state === "executed").length === 4);
		expect(records.filter((record) => record.kind === "action").length).toBe(8);
	});

	test("does not stop actions while the log is away", async () => {
		ledgerHooks.appendToLog = async () => {
			throw new Error("the log is away");
		};
		const answered = await agent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" });
		expect(answered.status).toBe(200);
	});

	test("delivers each record once when the log's reply is lost", async () => {
		let losses = 2;
		ledgerHooks.appendToLog = async (next, ...delivery) => {
			const n = await next(...delivery);
			if (losses-- > 0) throw new Error("Network connection lost.");
			return n;
		};
		await agent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" });
		for (let i = 0; i < 3; i++) await runDurableObjectAlarm(agent.ledger());
		await workspace.log((all) => all.some((record) => record.state === "executed"));
		const rows = await storedRows(workspace.id);
		expect(chainFaults(rows)).toEqual([]);
		const states = rows
			.map((row) => JSON.parse(row.record))
			.filter((record) => record.kind === "action")
			.map((record) => record.state);
		expect(states).toEqual(["intent", "executed"]);
	});
});
