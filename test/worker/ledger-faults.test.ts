/**
 * Ledgers, log, role counter and stores under faults: at each call to any of them it may fail, its answer may be lost, it may be late,
 * it may come twice; objects die between any two steps; people sign held calls off meanwhile; the clock jumps. Whatever happens, the log tells the truth.
 * FAULT_SEEDS says how many worlds are tried, FAULT_SEED the first of them.
 */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import { chainFaults } from "../support/chain.ts";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { judge } from "../support/worker/call-model.ts";
import { Chance, Faults } from "../support/worker/faults.ts";
import { type Call, FaultyGateway, type Made, PLANS } from "../support/worker/faulty-gateway.ts";
import { applySchema, newWorkspace, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { clearHooks, ledgerHooks, logHooks, roleHooks } from "../support/worker/hooks.ts";
import { storedRows } from "../support/worker/log-book.ts";
import { seriesRows } from "../support/worker/series.ts";

const FIRST = Number(env.FAULT_SEED);
const SEEDS = Array.from({ length: Number(env.FAULT_SEEDS) }, (_, i) => FIRST + i);
const CALLS = 120;
const AT_ONCE = 6;
const OWN_LIMIT = 25;
const ROLE_LIMIT = 55;
const HOUR = 3_600_000;
/** What the log's object reaches D1 and R2 by. */
const LOG_PORTS = [
	...(["storedHead", "commit", "recordsAfter", "adminActs", "forgetAdminActs"] as const),
	...(["newestCheckpoint", "saveCheckpoint", "putLogFile", "getLogFile", "forgetPartialTiles"] as const),
];

const GUARDS = `- { id: blocked, action: mail.send, when: { field: to, in: { list: blocked } }, effect: deny }
- { id: ask, action: mail.send, when: { field: to, in: [boss@acme.com] }, effect: review }
- { id: own-cap, action: mail.send, when: { field: rate.per_day, lte: ${OWN_LIMIT} }, effect: allow, otherwise: deny }
- { id: role-cap, action: mail.send, when: { field: rate.per_day, by: role, lte: ${ROLE_LIMIT} }, effect: allow, otherwise: deny }`;

beforeAll(applySchema);
afterEach(clearHooks);

describe.each(SEEDS)("seed %i", (seed) => {
	test("no answer without its record, nothing run without its intent, nothing twice, nothing open, every count right", async () => {
		const world = await newWorld(seed);
		const made = await world.callAll();
		await world.calmDown();
		const { log, approved } = await world.wholeLog();

		const { faults, counted } = judge(made, log, world.gateway.seen);
		expect(faults).toEqual([]);
		expect(world.gateway.withoutIntent).toEqual([]);
		expect(chainFaults(await storedRows(world.workspace.id))).toEqual([]);

		for (const agent of world.agents) {
			expect(await world.countOf(agent)).toBe(counted.get(agent.id) ?? 0);
			expect(counted.get(agent.id) ?? 0).toBeLessThanOrEqual(OWN_LIMIT);
		}
		const ofAll = [...counted.values()].reduce((sum, count) => sum + count, 0);
		expect(await world.countOfRole()).toBe(ofAll);
		expect(ofAll).toBeLessThanOrEqual(ROLE_LIMIT);

		const released = log.filter((record) => record.state === "released").map((record) => record.act_id);
		expect(released.filter((actId) => !approved.has(actId))).toEqual([]);
		expect(new Set(released).size).toBe(released.length);

		// The world was as bad as it was meant to be.
		expect(world.words).toBeGreaterThan(0);
		expect(world.faults.struck.size).toBeGreaterThan(12);
		expect(world.deaths).toBeGreaterThan(0);
		expect(world.gateway.seen.length).toBeGreaterThan(10);
	}, 60_000);
});

async function newWorld(seed: number) {
	const workspace = await newWorkspace();
	const listed = await workspace.admin("PUT", "/v1/lists/blocked", {
		raw: "x@evil.example\ny@evil.example\n",
		headers: { "content-type": "text/plain" },
	});
	expect(listed.status).toBe(200);
	await workspace.applyRole(mailRole("support-agent", GUARDS));
	const agents = [];
	for (const name of ["bot-a", "bot-b", "bot-c"]) agents.push(await workspace.createAgent(name, "support-agent"));
	return new World(seed, workspace, agents);
}

class World {
	readonly workspace: TestWorkspace;
	readonly agents: TestAgent[];
	readonly #chance: Chance;
	readonly faults: Faults;
	readonly gateway: FaultyGateway;
	/** How often an object was killed. */
	deaths = 0;
	/** How many words of people on held calls were heard. */
	words = 0;
	readonly #made: Made[] = [];
	/** How far the clock has been turned, in milliseconds. */
	#later = 0;

	constructor(seed: number, workspace: TestWorkspace, agents: TestAgent[]) {
		this.workspace = workspace;
		this.agents = agents;
		this.#chance = new Chance(seed);
		this.faults = new Faults(new Chance(seed + 1_000_000), 0.15);
		this.gateway = new FaultyGateway(this.faults, () => Date.now() + this.#later);
		this.#hook();
	}

	#hook(): void {
		for (const hooks of [ledgerHooks, roleHooks]) hooks.now = (next) => next() + this.#later;
		const through = (place: string) => {
			// One wrapper for all calls: the first argument is what would be called.
			const faulty = (next: (...args: unknown[]) => Promise<unknown>, ...args: unknown[]) =>
				this.faults.around(place, next)(...args);
			return faulty as never;
		};
		for (const name of ["bindAgent", "appendToLog", "reserve", "tellRole"] as const) ledgerHooks[name] = through(name);
		for (const name of LOG_PORTS) logHooks[name] = through(name);
		roleHooks.askLedger = through("askLedger");
		ledgerHooks.carryOn = (_next, workspaceId, agentId, reviewId) =>
			this.gateway.carryOn(this.#heldAs(reviewId), workspaceId, agentId, reviewId);
	}

	/** So many calls, a few at a time, and meanwhile whatever else can happen. */
	async callAll(): Promise<Made[]> {
		const made: Made[] = [];
		const calls = Array.from({ length: CALLS }, () => this.#call());
		const caller = async () => {
			for (let call = calls.pop(); call; call = calls.pop()) {
				await scheduler.wait(this.#chance.below(60));
				const one = await this.gateway.run(call);
				made.push(one);
				this.#made.push(one);
			}
		};
		let over = false;
		const weather = (async () => {
			while (!over) {
				await scheduler.wait(2 + this.#chance.below(12));
				// An object that has just been aborted may leave whoever wants to evict it without an answer.
				await Promise.race([this.#happen(), scheduler.wait(500)]);
			}
		})();
		await Promise.all(Array.from({ length: AT_ONCE }, caller));
		over = true;
		await weather;
		for (const _call of this.#held) await this.#decide();
		await this.gateway.quiet();
		return made;
	}

	#call(): Call {
		const chance = this.#chance;
		const to = chance.oneOf(["jo@acme.com", "jo@acme.com", "jo@acme.com", "jo@acme.com", "boss@acme.com", "x@evil.example"]);
		const plan = chance.happens(0.5) ? "ok" : chance.oneOf(PLANS);
		// A key goes with one input: repeats of a call.
		const key = chance.happens(0.3) ? `${to}-${chance.below(6)}` : null;
		return { agent: chance.oneOf(this.agents), to, plan, key };
	}

	async #happen(): Promise<void> {
		const chance = this.#chance;
		const ledger = chance.oneOf(this.agents).ledger();
		switch (chance.below(13)) {
			case 0:
				return this.gateway.restart();
			case 1:
				this.#later += chance.below(30_000);
				return;
			case 2:
				this.#later -= chance.below(2_000);
				return;
			case 3:
				return this.#kill(env.AUDIT_LOG.getByName(this.workspace.id));
			case 4:
				return this.#kill(this.#roleCounter());
			case 5:
				await runDurableObjectAlarm(ledger).catch(() => {});
				return;
			case 8:
			case 9:
			case 10:
			case 11:
			case 12:
				return this.#decide();
			default:
				return this.#kill(ledger);
		}
	}

	get #held(): Made[] {
		return this.#made.filter(({ answer }) => answer?.kind === "held");
	}

	#heldAs(reviewId: string): Made | undefined {
		return this.#made.find(({ answer }) => answer?.kind === "held" && answer.review.id === reviewId);
	}

	/** Somebody has a word on a held call, or two have at the same moment. */
	async #decide(): Promise<void> {
		const chance = this.#chance;
		if (this.#held.length === 0) return;
		const one = chance.oneOf(this.#held);
		const word = async () => {
			if (await this.gateway.decide(one, chance.happens(0.8) ? "approve" : "deny")) this.words++;
		};
		await Promise.all(chance.happens(0.3) ? [word(), word()] : [word()]);
	}

	/** Nothing but the storage is left: after what the object is doing, or in the middle of it. */
	async #kill(stub: DurableObjectStub): Promise<void> {
		const killed = this.#chance.happens(0.5)
			? evictDurableObject(stub)
			: runInDurableObject(stub, (_instance, state) => state.abort("killed by the test"));
		// One that does not run cannot die; one that is aborted cannot say that it was.
		await killed.catch(() => {});
		this.deaths++;
	}

	/** No faults any more; every deadline passes, and everything that wakes by itself has woken. */
	async calmDown(): Promise<void> {
		this.faults.on = false;
		this.#later += 100 * HOUR;
		await until(
			async () => {
				for (const agent of this.agents) await agent.ledger().sweep();
				await runDurableObjectAlarm(this.#roleCounter());
				const open = await Promise.all([...this.agents.map((agent) => this.#openIn(agent)), this.#openPlaces()]);
				return open.every((count) => count === 0);
			},
			{ withinMs: 30_000, everyMs: 100 },
		);
	}

	/** Calls that have not ended, words that a role's counter has not heard, records that the log has not confirmed. */
	#openIn(agent: TestAgent): Promise<number> {
		return runInDurableObject(agent.ledger(), (_instance, { storage: { sql } }) => {
			if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'calls'").toArray().length === 0) return 0;
			const { open } = sql
				.exec<{ open: number }>(
					`SELECT (SELECT count(*) FROM calls WHERE state IN ('running', 'streaming', 'held')) + (SELECT count(*) FROM role_words) + (
						SELECT count(*) FROM outbox WHERE n > coalesce((SELECT CAST(value AS INTEGER) FROM facts WHERE key = 'confirmed'), 0)
					) AS open`,
				)
				.one();
			return open;
		});
	}

	#openPlaces(): Promise<number> {
		return runInDurableObject(
			this.#roleCounter(),
			(_instance, { storage: { sql } }) =>
				sql.exec<{ open: number }>("SELECT count(*) AS open FROM reservations WHERE reply IS NOT NULL").one().open,
		);
	}

	/** What agents did, and which of their acts people approved. */
	async wholeLog(): Promise<{ log: AuditRecord[]; approved: Set<unknown> }> {
		const records = (await storedRows(this.workspace.id)).map((row) => JSON.parse(row.record) as AuditRecord);
		return {
			log: records.filter((record) => record.kind === "action"),
			approved: new Set(records.filter(({ action }) => action === "review.approve").map(({ fields }) => fields?.act)),
		};
	}

	/** How many calls the agent's ledger counts. */
	countOf(agent: TestAgent): Promise<number> {
		return runInDurableObject(agent.ledger(), (_instance, { storage: { sql } }) => {
			const rows = sql.exec<{ running: number }>("SELECT running FROM uses ORDER BY tick").toArray();
			expect(rows.map((row) => row.running)).toEqual(rows.map((_, i) => i + 1));
			return rows.length;
		});
	}

	countOfRole(): Promise<number> {
		return runInDurableObject(this.#roleCounter(), (_instance, { storage: { sql } }) => {
			const rows = seriesRows(sql);
			expect(rows.map(([, , running]) => running)).toEqual(rows.map((_, i) => String(i + 1)));
			return rows.length;
		});
	}

	#roleCounter() {
		return env.ROLE_COUNTER.getByName(`${this.workspace.id}/support-agent`);
	}
}
