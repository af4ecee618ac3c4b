/** A limit that all agents of a role share: exactly N over all of them, whatever is lost, evicted, or late on the way. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AdmitRequest, Admitted } from "../../src/gateway/ports.ts";
import { systemIds } from "../../src/keys/digests.ts";
import { createLedgers, type LedgerStub } from "../../src/objects/agent-ledger/client.ts";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { applySchema, newWorkspace, type TestAgent, type TestWorkspace, tokens } from "../support/worker/gateway.ts";
import { clearHooks, ledgerHooks, roleHooks } from "../support/worker/hooks.ts";
import { atMost, NOT_REACHED, OK } from "../support/worker/ledger-book.ts";
import { type Bound, guarded, seriesRows, testOf, useOf, within } from "../support/worker/series.ts";

const MINUTE = 60_000;
const MAIL = { to: "jordan@acme.com", subject: "Hi", body: "x" };

let workspace: TestWorkspace;

beforeAll(applySchema);
afterEach(clearHooks);
beforeEach(async () => {
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
});

const ledgers = createLedgers((name) => env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub);
const counter = (role = "support-agent") => env.ROLE_COUNTER.getByName(`${workspace.id}/${role}`);
const agents = (count: number) =>
	Promise.all(Array.from({ length: count }, (_, i) => workspace.createAgent(`bot-${i}`, "support-agent")));
const one = async () => (await agents(1))[0] as TestAgent;

const calls = (most: number) => within({ key: "all", most, shared: true });
const amount = (adds: string, most: number) => within({ key: "amount", adds, most, shared: true });

async function requestOf(agent: TestAgent, more: Partial<AdmitRequest> = {}): Promise<AdmitRequest> {
	const who = tokens.readAgentToken(agent.token);
	if (!who) throw new Error("not a token of ours");
	const binding = await ledgers.of(workspace.id, agent.id).identify(who);
	return {
		who,
		act_id: systemIds.make("act"),
		attempt: 1,
		epoch: binding?.epoch ?? 0,
		decision: calls(1),
		action: "mail.send",
		record: { input_digest: "d", request_id: "req_1" },
		idempotency_key: null,
		time_limit_ms: 15_000,
		input: null,
		...more,
	};
}

const admit = async (agent: TestAgent, more: Partial<AdmitRequest> = {}): Promise<Admitted> =>
	ledgers.of(workspace.id, agent.id).admit(await requestOf(agent, more));

const word = (admitted: Admitted) => (admitted.kind === "decided" ? admitted.verdict.verdict : admitted.kind);
const settle = (agent: TestAgent, act_id: string, outcome = OK) =>
	ledgers.of(workspace.id, agent.id).settle({ act_id, outcome, duration_ms: 1 });

/** What the counter holds: its series, and how many places nobody has said anything of. */
const held = () =>
	runInDurableObject(counter(), (_instance, { storage: { sql } }) => ({
		rows: seriesRows(sql).map(([, key, running]) => `${key} ${running}`),
		open: sql.exec<{ open: number }>("SELECT count(*) AS open FROM reservations WHERE reply IS NOT NULL").one().open,
	}));
/** Waits until every place has been confirmed or given back. */
const settled = () =>
	until(async () => {
		const now = await held();
		return now.open === 0 && now;
	});
/** What the counter's own alarm does, so much later. */
async function alarmLater(ms: number): Promise<void> {
	roleHooks.now = (next) => next() + ms;
	await runDurableObjectAlarm(counter());
	roleHooks.now = undefined;
}

describe("20 agents of one role", () => {
	test("that call all at once get exactly as many calls as the limit says, between them", async () => {
		const all = await agents(20);
		const admitted = await Promise.all(
			all.flatMap((agent) => Array.from({ length: 6 }, () => admit(agent, { decision: calls(37) }))),
		);
		expect(admitted.filter((one) => word(one) === "allow").length).toBe(37);
		expect(admitted.filter((one) => word(one) === "deny").length).toBe(83);
		expect((await settled()).rows.length).toBe(37);
	});

	test("share a budget to the cent, and what is too much at once takes nothing from the others", async () => {
		const all = await agents(20);
		const decisions = all.map((_, i) => amount(i % 2 === 0 ? "0.1" : "5", 1));
		const admitted = await Promise.all(all.map((agent, i) => admit(agent, { decision: decisions[i] })));
		expect(admitted.map(word)).toEqual(all.map((_, i) => (i % 2 === 0 ? "allow" : "deny")));
		expect((await settled()).rows.at(-1)).toBe("amount 1");
	});

	test("each have their own limits besides: what one of them may not do takes no place", async () => {
		const own = (most: number) => ({ ...atMost(most) }) as Extract<ReturnType<typeof atMost>, { kind: "residual" }>;
		const shared: Bound = { key: "all", most: 30, shared: true };
		const both = guarded({ counter: testOf(shared) }, [useOf(shared)]);
		if (both.kind !== "residual") throw new Error("no residual");
		both.residual.guards.push(...own(2).residual.guards);
		const all = await agents(20);
		const admitted = await Promise.all(all.flatMap((agent) => Array.from({ length: 4 }, () => admit(agent, { decision: both }))));
		expect(admitted.filter((one) => word(one) === "allow").length).toBe(30);
		expect((await settled()).rows.length).toBe(30);
	});

	test("of another workspace have a counter of their own", async () => {
		expect(word(await admit(await one()))).toBe("allow");
		workspace = await newWorkspace();
		await workspace.applyRole(mailRole("support-agent"));
		expect(word(await admit(await one()))).toBe("allow");
	});
});

describe("a denial", () => {
	test("names the value, the limit, and the first moment at which the call passes", async () => {
		const [a, b] = (await agents(2)) as [TestAgent, TestAgent];
		let later = 0;
		roleHooks.now = (next) => next() + later;
		ledgerHooks.now = (next) => next() + later;
		await admit(a, { decision: calls(1) });
		const { rows } = await held();
		expect(rows).toEqual(["all 1"]);
		const denied = await admit(b, { decision: calls(1) });
		if (denied.kind !== "decided") throw new Error(denied.kind);
		expect(denied.verdict).toMatchObject({ verdict: "deny", reason_code: "rate_exceeded", limit: { max: 1 } });
		const at = await runInDurableObject(counter(), (_instance, { storage }) =>
			storage.sql.exec<{ tick: number }>("SELECT tick FROM series_uses").one(),
		);
		expect(denied.verdict.retry_at).toBe(Math.floor(at.tick / 1024) + 86_400_000);
		later = 86_400_000;
		expect(word(await admit(b, { decision: calls(1) }))).toBe("allow");
	});
});

describe("a place is given back", () => {
	test("when the call did not reach its upstream", async () => {
		const agent = await one();
		const act_id = systemIds.make("act");
		await admit(agent, { act_id });
		expect(word(await admit(agent))).toBe("deny");
		await settle(agent, act_id, NOT_REACHED);
		await until(async () => (await held()).rows.length === 0);
		expect(word(await admit(agent))).toBe("allow");
	});

	for (const [what, change, answer] of [
		[
			"the agent's binding",
			(agent: TestAgent) => workspace.admin("PATCH", `/v1/agents/${agent.name}`, { body: { labels: { a: "b" } } }),
			"stale",
		],
		["the agent's revocation", (agent: TestAgent) => workspace.admin("DELETE", `/v1/agents/${agent.name}`), "unauthenticated"],
	] as const) {
		test(`when ${what} came while the counter was being asked`, async () => {
			const agent = await one();
			ledgerHooks.reserve = async (next, ...which) => {
				const reply = await next(...which);
				const changed = await change(agent);
				expect(changed.status).toBeLessThan(300);
				return reply;
			};
			expect(word(await admit(agent))).toBe(answer);
			expect((await settled()).rows).toEqual([]);
		});
	}

	test("when the same idempotency key was taken meanwhile", async () => {
		const agent = await one();
		const admitted = await Promise.all(
			Array.from({ length: 4 }, () => admit(agent, { decision: calls(9), idempotency_key: "key-1" })),
		);
		expect(admitted.map(word).sort()).toEqual(["allow", "in_flight", "in_flight", "in_flight"]);
		expect((await settled()).rows).toEqual(["all 1"]);
	});
});

describe("nothing is asked of the role's counter", () => {
	test("for a token that is not valid, a binding that is not current, or a key that has been seen", async () => {
		const agent = await one();
		const { who } = await requestOf(agent);
		const act_id = systemIds.make("act");
		await admit(agent, { act_id, decision: calls(9), idempotency_key: "key-1" });
		await settle(agent, act_id);
		let asked = 0;
		ledgerHooks.reserve = (next, ...which) => {
			asked++;
			return next(...which);
		};
		expect(word(await admit(agent, { who: { ...who, digest: "forged" } }))).toBe("unauthenticated");
		expect(word(await admit(agent, { epoch: 99 }))).toBe("stale");
		expect(word(await admit(agent, { decision: calls(9), idempotency_key: "key-1" }))).toBe("replayed");
		expect(word(await admit(agent, { act_id, attempt: 2, decision: calls(9) }))).toBe("allow");
		expect(asked).toBe(0);
	});
});

describe("what is lost on the way", () => {
	test("a confirmation: the place stays taken over evictions, and the counter learns of it by asking", async () => {
		const [a, b] = (await agents(2)) as [TestAgent, TestAgent];
		ledgerHooks.tellRole = async () => {
			throw new Error("Network connection lost.");
		};
		expect(word(await admit(a, { decision: calls(2) }))).toBe("allow");
		await evictDurableObject(counter());
		await evictDurableObject(a.ledger());
		expect(word(await admit(b, { decision: calls(2) }))).toBe("allow");
		expect(word(await admit(a, { decision: calls(2) }))).toBe("deny");
		expect((await held()).open).toBe(2);
		await alarmLater(MINUTE);
		expect(await held()).toEqual({ rows: ["all 1", "all 2"], open: 0 });
	});

	test("a confirmation: the ledger says it again, by alarm", async () => {
		const agent = await one();
		ledgerHooks.tellRole = async () => {
			throw new Error("Network connection lost.");
		};
		await admit(agent);
		await evictDurableObject(agent.ledger());
		ledgerHooks.tellRole = undefined;
		await runDurableObjectAlarm(agent.ledger());
		expect(await settled()).toEqual({ rows: ["all 1"], open: 0 });
	});

	test("the counter's answer: nothing is allowed, and the place comes back", async () => {
		const agent = await one();
		ledgerHooks.reserve = async (next, ...which) => {
			await next(...which);
			throw new Error("Network connection lost.");
		};
		expect(word(await admit(agent))).toBe("unavailable");
		ledgerHooks.reserve = undefined;
		expect(word(await admit(agent))).toBe("deny");
		await evictDurableObject(counter());
		await alarmLater(MINUTE - 1_000);
		expect((await held()).open).toBe(1);
		await alarmLater(MINUTE);
		expect(await held()).toEqual({ rows: [], open: 0 });
		expect(word(await admit(agent))).toBe("allow");
	});

	test("the ledger's life, after it asked for a place and before it decided: the place comes back", async () => {
		const [a, b] = (await agents(2)) as [TestAgent, TestAgent];
		// What is left of a life that ended there: the place alone, and a ledger that knows nothing of it.
		await requestOf(a);
		const { residual, uses } = calls(1) as Extract<ReturnType<typeof calls>, { kind: "residual" }>;
		const asked = { reservation: "rsv_lost", workspace_id: workspace.id, agent_id: a.id, action: "mail.send", own: {} };
		expect((await counter().reserve({ ...asked, residual, uses: uses ?? [] })).reserved).toBe(true);
		await evictDurableObject(a.ledger());
		expect(word(await admit(b))).toBe("deny");
		await alarmLater(MINUTE);
		expect(await held()).toEqual({ rows: [], open: 0 });
		expect(word(await admit(b))).toBe("allow");
		expect(word(await admit(a))).toBe("deny");
	});

	test("the ledger's answer: the same act again is counted once, in both places", async () => {
		const agent = await one();
		const losing = createLedgers((name) => {
			const stub = env.AGENT_LEDGER.getByName(name) as unknown as LedgerStub;
			let losses = 2;
			return {
				admit: async (request: AdmitRequest) => {
					const admitted = await stub.admit(request);
					if (request.attempt < 3 && losses-- > 0) throw new Error("Network connection lost.");
					return admitted;
				},
			} as LedgerStub;
		});
		expect(word(await losing.of(workspace.id, agent.id).admit(await requestOf(agent, { decision: calls(2) })))).toBe("allow");
		expect((await settled()).rows).toEqual(["all 1"]);
	});

	test("patience: the same act, asked for twice at the same time, is admitted once", async () => {
		const agent = await one();
		const request = await requestOf(agent, { decision: calls(5) });
		const stub = agent.ledger() as unknown as LedgerStub;
		const both = await Promise.all([stub.admit(request), stub.admit({ ...request, attempt: 2 })]);
		expect(both.map(word)).toEqual(["allow", "allow"]);
		expect((await settled()).rows).toEqual(["all 1"]);
	});
});

describe("whatever is lost, in whatever order", () => {
	test("in the end exactly the calls that were admitted and not taken back are counted", async () => {
		const all = await agents(5);
		const most = 12;
		let seed = 20_261_122;
		const chance = (oneIn: number) => {
			seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
			return Math.floor(seed / 65_536) % oneIn === 0;
		};
		ledgerHooks.reserve = async (next, ...which) => {
			if (chance(8)) throw new Error("lost on the way there");
			const reply = await next(...which);
			if (chance(8)) throw new Error("lost on the way back");
			return reply;
		};
		ledgerHooks.tellRole = async (next, ...which) => {
			if (chance(4)) throw new Error("lost on the way there");
			await next(...which);
			if (chance(4)) throw new Error("lost on the way back");
		};
		const counted = new Set<string>();
		const caller = async (agent: TestAgent) => {
			for (let i = 0; i < 12; i++) {
				const act_id = systemIds.make("act");
				if (word(await admit(agent, { act_id, decision: calls(most) })) !== "allow") continue;
				counted.add(act_id);
				expect(counted.size).toBeLessThanOrEqual(most);
				if (!chance(3)) continue;
				counted.delete(act_id);
				await settle(agent, act_id, NOT_REACHED);
				if (chance(2)) await evictDurableObject(agent.ledger());
			}
		};
		await Promise.all(all.map(caller));
		await evictDurableObject(counter());
		ledgerHooks.reserve = undefined;
		ledgerHooks.tellRole = undefined;
		for (const agent of all) await agent.ledger().sweep();
		await alarmLater(MINUTE);
		expect((await settled()).rows.at(-1) ?? "all 0").toBe(`all ${counted.size}`);
		const more = await Promise.all(all.flatMap((agent) => [1, 2, 3].map(() => admit(agent, { decision: calls(most) }))));
		expect(more.filter((one) => word(one) === "allow").length).toBe(most - counted.size);
	});
});

describe("a call that is still being decided", () => {
	test("keeps its place, however long that takes, when its ledger is asked", async () => {
		const [a, b] = (await agents(2)) as [TestAgent, TestAgent];
		let go = () => {};
		const gate = new Promise<void>((resolve) => {
			go = resolve;
		});
		ledgerHooks.reserve = async (next, ...which) => {
			const reply = await next(...which);
			await gate;
			return reply;
		};
		const admitting = admit(a);
		await until(async () => (await held()).open === 1);
		ledgerHooks.reserve = undefined;
		await alarmLater(2 * MINUTE);
		expect((await held()).open).toBe(1);
		expect(word(await admit(b))).toBe("deny");
		go();
		expect(word(await admitting)).toBe("allow");
		expect(await settled()).toEqual({ rows: ["all 1"], open: 0 });
	});
});

describe("while the role's counter is away", () => {
	test("a call that needs it is refused: 503, nothing ran, nothing was counted; others go on", async () => {
		await workspace.applyRole(
			mailRole("support-agent", "- { id: all, action: mail.send, when: { field: rate.per_day, by: role, lte: 5 } }"),
		);
		const agent = await one();
		ledgerHooks.reserve = async () => {
			throw new Error("the counter is away");
		};
		const refused = await agent.run("mail.send", MAIL);
		expect([refused.status, refused.json.code, refused.headers.has("retry-after")]).toEqual([503, "unavailable", true]);
		expect((await agent.run("mail.read", {})).status).toBe(200);
		clearHooks();
		expect((await agent.run("mail.send", MAIL)).status).toBe(200);
		expect((await settled()).rows.length).toBe(1);
		const records = await workspace.log((all) => all.filter((record) => record.state === "executed").length === 2);
		expect(records.filter((record) => record.action === "mail.send" && record.kind === "action").length).toBe(2);
	});
});

describe("calls that wait for one another", () => {
	const both = () => {
		const shared: Bound = { key: "all", most: 30, shared: true };
		const decision = guarded({ counter: testOf(shared) }, [useOf(shared)]);
		const own = atMost(30);
		if (decision.kind !== "residual" || own.kind !== "residual") throw new Error("no residual");
		decision.residual.guards.push(...own.residual.guards);
		return decision;
	};

	test("do not each wait for a counter that is away", async () => {
		const agent = await one();
		let asked = 0;
		ledgerHooks.reserve = async () => {
			asked++;
			await scheduler.wait(50);
			throw new Error("the counter is away");
		};
		const admitted = await Promise.all(Array.from({ length: 20 }, () => admit(agent, { decision: both() })));
		expect(admitted.map(word)).toEqual(Array(20).fill("unavailable"));
		expect(asked).toBeLessThan(20);
		clearHooks();
		expect(word(await admit(agent, { decision: both() }))).toBe("allow");
	});
});

describe("over HTTP", () => {
	test("a limit by role holds for all its agents together, and is the role's: another role has its own", async () => {
		const guard = "- { id: all, action: mail.send, when: { field: rate.per_day, by: role, lte: 7 } }";
		for (const role of ["support-agent", "other-role"]) await workspace.applyRole(mailRole(role, guard));
		const all = await agents(6);
		const answers = await Promise.all(all.flatMap((agent) => [1, 2, 3].map(() => agent.run("mail.send", MAIL))));
		expect(answers.filter(({ status }) => status === 200).length).toBe(7);
		expect(answers.filter(({ status }) => status === 429).length).toBe(11);
		const other = await workspace.createAgent("other-bot", "other-role");
		expect((await other.run("mail.send", MAIL)).status).toBe(200);
	});

	test("a limit by recipient holds for each, whatever its case", async () => {
		await workspace.applyRole(
			mailRole("support-agent", "- { id: each, action: mail.send, when: { field: rate.per_day, by: to, lte: 2 } }"),
		);
		const agent = await one();
		const statuses: number[] = [];
		for (const to of [
			"eve@acme.com",
			"EVE@acme.com",
			["sam@acme.com", "eve@ACME.com"],
			"sam@acme.com",
			"sam@acme.com",
			"sam@acme.com",
		])
			statuses.push((await agent.run("mail.send", { ...MAIL, to })).status);
		expect(statuses).toEqual([200, 200, 429, 200, 200, 429]);
	});
});
