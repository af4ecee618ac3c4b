/** One history, whatever is lost: the object, its tables, a reply, R2 for a while, D1 back in time. And where it cannot be: a stop. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { chainFaults, leafHashOf } from "../support/chain.ts";
import { until } from "../support/until.ts";
import { applySchema } from "../support/worker/gateway.ts";
import { clearHooks, logHooks } from "../support/worker/hooks.ts";
import { logOf } from "../support/worker/log-book.ts";
import {
	checkpointsOf,
	forgeLogFile,
	forgeRecord,
	keysIn,
	logFile,
	publishedFaults,
	restoreDatabase,
	takeAway,
} from "../support/worker/log-stores.ts";

beforeAll(applySchema);
afterEach(clearHooks);

let logs = 0;
const newLog = () => logOf(`ws_recovery_${++logs}`);
type Log = ReturnType<typeof newLog>;
const failing = (): never => {
	throw new Error("R2: gone for a moment");
};

async function fill(log: Log, count: number, from = 1): Promise<void> {
	const rows = Array.from({ length: count }, (_, i): [number, string] => [from + i, log.record(`r.${from + i}`)]);
	await log.append("a", rows);
}

/** The object's tables are gone, as after its deletion. */
async function loseObject(log: Log): Promise<void> {
	await runInDurableObject(log.stub(), (_instance, state) => state.storage.deleteAll());
	await abortAllDurableObjects();
}

/** The object's tables, all of them. */
const tablesOf = (log: Log) =>
	runInDurableObject(log.stub(), (_instance, state) =>
		Object.fromEntries(
			["places", "pending", "nodes", "facts"].map((table) => [table, state.storage.sql.exec(`SELECT * FROM ${table}`).toArray()]),
		),
	);

async function expectWhole(log: Log): Promise<void> {
	expect(chainFaults(await log.stored())).toEqual([]);
	expect(await publishedFaults(log.workspaceId)).toEqual([]);
}

describe("chain, tree, pending batch and published state", () => {
	test("are the same after the object was evicted", async () => {
		const log = newLog();
		await fill(log, 700);
		await log.publish();
		await fill(log, 5, 701);
		const before = await tablesOf(log);
		await evictDurableObject(log.stub());
		expect(await tablesOf(log)).toEqual(before);
		await fill(log, 5, 706);
		await log.publish();
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([701, 711]);
		await expectWhole(log);
	});

	test.each([
		["reading D1", "recordsAfter", 2],
		["the first bundle", "putLogFile", 2],
		["the last tile", "putLogFile", 5],
		["the checkpoint in D1", "saveCheckpoint", 1],
		["the checkpoint in R2", "putLogFile", 6],
	] as const)("survive a death while publishing, after %s: it begins again and writes the same", async (_what, step, last) => {
		const log = newLog();
		await fill(log, 300);
		await log.publish();
		await fill(log, 300, 301);
		let calls = 0;
		(logHooks as Record<string, unknown>)[step] = async (next: (...args: unknown[]) => Promise<unknown>, ...args: unknown[]) => {
			calls++;
			const result = await next(...args);
			// It is done, and then the object dies.
			return calls < last ? result : new Promise(() => {});
		};
		const lost = log.publish().catch(() => "lost");
		await until(() => calls >= last);
		await abortAllDurableObjects();
		expect(await lost).toBe("lost");
		clearHooks();
		expect(await log.publish()).toBe(601);
		await expectWhole(log);
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([301, 601]);
	});

	test("stay as they were when saving the checkpoint had no reply", async () => {
		const log = newLog();
		await fill(log, 10);
		logHooks.saveCheckpoint = async (next, ...args) => {
			await next(...args);
			return failing();
		};
		await expect(log.publish()).rejects.toThrow();
		clearHooks();
		await fill(log, 1, 11);
		await log.publish();
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([11, 12]);
		await expectWhole(log);
	});
});

describe("R2 is away", () => {
	test("and records go on; checkpoints come by themselves when it is back", async () => {
		const log = newLog();
		logHooks.putLogFile = async () => failing();
		for (let n = 1; n <= 801; n += 400) await fill(log, 400, n);
		await expect(log.publish()).rejects.toThrow();
		expect((await log.actions()).filter((action) => action !== "log.key").length).toBe(1_200);
		expect(await checkpointsOf(log.workspaceId)).toEqual([]);
		clearHooks();
		expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		expect((await checkpointsOf(log.workspaceId)).at(-1)?.size).toBe(1_201);
		await expectWhole(log);
	});

	test("for long: the object forgets the oldest that D1 has rather than grow beyond 64 million characters", async () => {
		const log = newLog();
		logHooks.putLogFile = async () => failing();
		for (const n of [1, 11, 21]) await fill(log, 10, n);
		const kept = () =>
			runInDurableObject(log.stub(), (_instance, state) =>
				state.storage.sql
					.exec<{ n: number }>("SELECT first_seq AS n FROM pending ORDER BY n")
					.toArray()
					.map(({ n }) => n),
			);
		expect(await kept()).toEqual([1, 11, 21]);
		// As if each batch were large: so much text takes a test too long.
		await runInDurableObject(log.stub(), (_instance, state) => void state.storage.sql.exec("UPDATE pending SET size = 30000000"));
		await evictDurableObject(log.stub());
		await fill(log, 10, 31);
		expect(await kept()).toEqual([11, 21, 31]);
		clearHooks();
		expect(await log.publish()).toBe(41);
		await expectWhole(log);
	});

	test("for longer than the object keeps what D1 has: D1 tells the places between", async () => {
		const log = newLog();
		logHooks.putLogFile = async () => failing();
		for (let n = 1; n <= 801; n += 400) await fill(log, 400, n);
		await expect(log.publish()).rejects.toThrow();
		clearHooks();
		await runInDurableObject(log.stub(), (_instance, state) => void state.storage.sql.exec("DELETE FROM pending"));
		await evictDurableObject(log.stub());
		await log.publish();
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([768, 1_201]);
		await expectWhole(log);
	});
});

describe("the object is lost, and D1 is not", () => {
	test("its tree is rebuilt from the checkpoint and its tiles, and it goes on from there", async () => {
		const log = newLog();
		await fill(log, 1_900);
		await log.publish();
		await fill(log, 7, 1_901);
		const before = await tablesOf(log);
		await loseObject(log);
		const read: number[] = [];
		logHooks.recordsAfter = (next, workspaceId, seq, limit) => {
			read.push(seq);
			return next(workspaceId, seq, limit);
		};
		await log.append("b", [[1, log.record("after")]]);
		expect(Math.min(...read)).toBe(1_900);
		const after = await tablesOf(log);
		expect(after.nodes).toEqual(before.nodes);
		await log.publish();
		// The keys are told of once more: nobody is left who knows that they were.
		expect((await log.actions()).slice(-3)).toEqual(["r.1907", "after", "log.key"]);
		expect((await checkpointsOf(log.workspaceId)).at(-1)?.size).toBe(1_910);
		await expectWhole(log);
	});

	test("and R2 is lost too: the tree is recomputed from the records, and everything published again, byte for byte", async () => {
		const log = newLog();
		await fill(log, 1_500);
		await log.publish();
		const prefix = `${log.workspaceId}/log/`;
		const keys = await keysIn(prefix);
		const tile = await logFile(log.workspaceId, "tile/0/003");
		for (const key of keys) await env.BLOBS.delete(key);
		await loseObject(log);
		// D1's checkpoint remains, and is compared.
		await log.append("b", [[1, log.record("after")]]);
		await log.publish();
		expect(await logFile(log.workspaceId, "tile/0/003")).toEqual(tile);
		await expectWhole(log);
	});

	test("and a record in D1 was changed: nothing is put on top of it", async () => {
		const log = newLog();
		await fill(log, 5);
		await forgeRecord(log.workspaceId, 3, "record = replace(record, 'r.3', 'x.3')");
		await loseObject(log);
		const told: unknown[] = [];
		logHooks.log = (_next, event, details) => void told.push([event, (details as { at: number }).at]);
		await expect(log.append("b", [[1, log.record("after")]])).rejects.toThrow();
		expect(told).toContainEqual(["log_mismatch", 3]);
		expect((await log.stored()).length).toBe(5);
	});

	test("and D1 has another history than the one that was signed: nothing is put on top of it", async () => {
		const log = newLog();
		await fill(log, 5);
		await log.publish();
		await restoreDatabase(log.workspaceId, 0);
		await loseObject(log);
		const keys = await keysIn(`${log.workspaceId}/log/`);
		const kept = await Promise.all(keys.map(takeAway));
		await fill(log, 8, 100);
		for (const putBack of kept) await putBack();
		await loseObject(log);
		await expect(log.append("b", [[1, log.record("after")]])).rejects.toThrow();
		expect((await log.stored()).length).toBe(8);
	});
});

describe("D1 is restored to an earlier time", () => {
	const restoredTo = [0, 3, 250, 256, 601, 650, 660] as const;

	test.each(restoredTo)("when it had %i of 660 records: it gets back what it lost, byte for byte", async (seq) => {
		const log = newLog();
		await fill(log, 600);
		await log.publish();
		await fill(log, 50, 601);
		await fill(log, 9, 651);
		const before = await log.stored();
		expect(before.length).toBe(660);
		await restoreDatabase(log.workspaceId, seq);
		// The first try meets D1's refusal; the next one knows better. A ledger tries again by itself.
		const rows: [number, string][] = [[1, log.record("after")]];
		await log.append("b", rows).catch(() => {});
		expect(await log.append("b", rows)).toBe(1);
		expect((await log.stored()).slice(0, 660)).toEqual(before);
		expect((await log.actions()).slice(660)).toEqual(["after"]);
		await log.publish();
		await expectWhole(log);
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([601, 661]);
	});

	test("while nothing happens: the next publishing sees it", async () => {
		const log = newLog();
		await fill(log, 300);
		await log.publish();
		await fill(log, 20, 301);
		const before = await log.stored();
		await restoreDatabase(log.workspaceId, 100);
		expect(await log.publish()).toBe(321);
		expect(await log.stored()).toEqual(before);
		await expectWhole(log);
	});

	test("and the object is lost as well: the bundles in R2 have what was signed", async () => {
		const log = newLog();
		await fill(log, 600);
		await log.publish();
		const before = await log.stored();
		await restoreDatabase(log.workspaceId, 77);
		await loseObject(log);
		await log.append("b", [[1, log.record("after")]]);
		expect((await log.stored()).slice(0, 601)).toEqual(before);
		expect((await log.actions()).slice(601)).toEqual(["after"]);
		await log.publish();
		await expectWhole(log);
	});

	test("and a bundle is missing: it does not fork, says log_gap, and goes on when the bundle is back", async () => {
		const log = newLog();
		await fill(log, 600);
		await log.publish();
		const key = `${log.workspaceId}/log/tile/entries/001`;
		const putBack = await takeAway(key);
		await restoreDatabase(log.workspaceId, 100);
		const told: string[] = [];
		logHooks.log = (_next, event) => void told.push(event);
		const rows: [number, string][] = [[1, log.record("after")]];
		for (let i = 0; i < 3; i++) await expect(log.append("b", rows)).rejects.toThrow();
		expect(told).toContain("log_gap");
		expect((await log.stored()).length).toBe(100);
		await putBack();
		expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		expect((await log.actions()).slice(-2)).toEqual(["log.key", "after"]);
		await log.publish();
		await expectWhole(log);
	});

	test("and a bundle was changed: not one byte of it reaches D1", async () => {
		const log = newLog();
		await fill(log, 600);
		await log.publish();
		await forgeLogFile(log.workspaceId, "tile/entries/001", (bytes) => bytes.with(-10, 0x20));
		await restoreDatabase(log.workspaceId, 100);
		for (let i = 0; i < 2; i++) await expect(log.append("b", [[1, log.record("after")]])).rejects.toThrow();
		expect((await log.stored()).length).toBe(100);
	});

	test("and counts its administrative acts from an earlier number: none is passed over, none is told twice", async () => {
		const log = newLog();
		await log.leaveAdminAct("a.one");
		await log.collect();
		const sequence = () => env.DB.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'admin_acts'").first<number>("seq");
		const earlier = (await sequence()) ?? 0;
		const act = (await log.stored())[0]?.record.replace(/^\{"v":1,"seq":1,"prev":"0+",/, "{") ?? "";
		for (const action of ["a.two", "a.three", "a.four"]) await log.leaveAdminAct(action);
		await log.collect();
		expect((await log.stored()).length).toBe(4);
		// As it was when the first act had been committed and not yet forgotten; then something happens that nobody has told of.
		await restoreDatabase(log.workspaceId, 1);
		await env.DB.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'admin_acts'")
			.bind(earlier - 1)
			.run();
		await env.DB.prepare("INSERT INTO admin_acts (workspace_id, record) VALUES (?, ?)").bind(log.workspaceId, act).run();
		await log.leaveAdminAct("a.five");
		await log.collect();
		expect(await log.actions()).toEqual(["a.one", "a.two", "a.three", "a.four", "a.five"]);
		await log.leaveAdminAct("a.six");
		await log.collect();
		expect((await log.actions()).slice(4)).toEqual(["a.five", "a.six"]);
		expect(chainFaults(await log.stored())).toEqual([]);
	});
});

describe("what D1 has is not what was sequenced", () => {
	test("nothing is published over it, and it is said loudly", async () => {
		const log = newLog();
		await fill(log, 20);
		await forgeRecord(log.workspaceId, 7, "record = replace(record, 'r.7', 'x.7')");
		const told: string[] = [];
		logHooks.log = (_next, event) => void told.push(event);
		await expect(log.publish()).rejects.toThrow();
		expect(told).toContain("log_mismatch");
		expect(await checkpointsOf(log.workspaceId)).toEqual([]);
		expect(await keysIn(`${log.workspaceId}/log/`)).toEqual([]);
	});

	test("also when record and hash were both changed", async () => {
		const log = newLog();
		await fill(log, 3);
		await log.publish();
		await fill(log, 3, 4);
		const [row] = (await log.stored()).slice(-1);
		const forged = (row?.record ?? "").replace("r.6", "x.6");
		await forgeRecord(log.workspaceId, 7, `record = '${forged}', leaf_hash = '${leafHashOf(forged)}'`);
		await expect(log.publish()).rejects.toThrow();
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([4]);
	});
});
