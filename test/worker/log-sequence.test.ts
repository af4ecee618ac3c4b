/** The order of the log: whatever fails or is repeated on the way, each record gets one number, once and for good. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { chainFaults, leafHashOf } from "../support/chain.ts";
import { until } from "../support/until.ts";
import { applySchema } from "../support/worker/gateway.ts";
import { clearHooks, logHooks } from "../support/worker/hooks.ts";
import { logOf, recordsIn } from "../support/worker/log-book.ts";

beforeAll(applySchema);
afterEach(clearHooks);

let logs = 0;
const newLog = () => logOf(`ws_${++logs}`);
const failing = (): never => {
	throw new Error("D1_ERROR: gone for a moment");
};

const waiting = (workspaceId: string) =>
	env.DB.prepare("SELECT count(*) AS n FROM admin_acts WHERE workspace_id = ?").bind(workspaceId).first("n");

describe("a record on the log", () => {
	test("has its number, the hash before it and its own, over the bytes that are stored", async () => {
		const log = newLog();
		await log.append("a", [
			[1, log.record("first")],
			[2, log.record("second")],
		]);
		const [first, second] = await log.stored();
		expect(first?.record.startsWith(`{"v":1,"seq":1,"prev":"${"0".repeat(64)}","event_id":"evt_`)).toBe(true);
		expect(first?.leaf_hash).toBe(leafHashOf(first?.record ?? ""));
		expect(second?.record.startsWith(`{"v":1,"seq":2,"prev":"${first?.leaf_hash}","event_id":"evt_`)).toBe(true);
	});

	test("keeps the bytes that its source wrote: unusual characters are not serialised again", async () => {
		const log = newLog();
		const body = log.record("odd", { reason: 'quote " slash / nul \u0000 lone \ud800 line \u2028 emoji 🐝' });
		await log.append("a", [[1, body]]);
		const [row] = await log.stored();
		expect(row?.record).toBe(`{"v":1,"seq":1,"prev":"${"0".repeat(64)}",${body.slice(1)}`);
		expect(chainFaults(await log.stored())).toEqual([]);
	});

	test("of an action with a NUL or a lone surrogate in its name is stored and does not stop the others", async () => {
		const log = newLog();
		await log.append("a", [
			[1, log.record("mail.send\u0000")],
			[2, log.record("mail.\ud800")],
			[3, log.record("mail.send")],
		]);
		expect((await log.stored()).map((row) => row.seq)).toEqual([1, 2, 3]);
		expect(chainFaults(await log.stored())).toEqual([]);
	});

	test("stands in one chain with those of 20 sources that come at once, each source in its own order", async () => {
		const log = newLog();
		await Promise.all(
			Array.from({ length: 20 }, async (_, source) => {
				for (let n = 1; n <= 9; n += 3) {
					const rows = [n, n + 1, n + 2].map((at): [number, string] => [at, log.record(`${source}.${at}`)]);
					expect(await log.append(`source-${source}`, rows)).toBe(n + 2);
				}
			}),
		);
		expect(chainFaults(await log.stored())).toEqual([]);
		const actions = await log.actions();
		expect(actions.length).toBe(180);
		for (let source = 0; source < 20; source++) {
			const own = actions.filter((action) => action.startsWith(`${source}.`));
			expect(own).toEqual(Array.from({ length: 9 }, (_, i) => `${source}.${i + 1}`));
		}
	});

	test("belongs to one workspace: two logs number for themselves", async () => {
		const [one, other] = [newLog(), newLog()];
		await Promise.all([one.append("a", [[1, one.record("x")]]), other.append("a", [[1, other.record("y")]])]);
		expect([await one.actions(), await other.actions()]).toEqual([["x"], ["y"]]);
	});

	test("can be one of thousands in a delivery", async () => {
		const log = newLog();
		await log.append(
			"a",
			Array.from({ length: 2_500 }, (_, i): [number, string] => [i + 1, log.record(`a.${i}`)]),
		);
		expect(chainFaults(await log.stored())).toEqual([]);
		expect((await log.actions()).filter((action) => action !== "log.key").length).toBe(2_500);
	});
});

describe("a delivery that comes again", () => {
	test("is confirmed and changes nothing", async () => {
		const log = newLog();
		const rows: [number, string][] = [
			[1, log.record("one")],
			[2, log.record("two")],
		];
		for (let i = 0; i < 3; i++) expect(await log.append("a", rows)).toBe(2);
		expect(await log.actions()).toEqual(["one", "two"]);
	});

	test("with rows that are new behind old ones adds the new ones", async () => {
		const log = newLog();
		const [one, two, three] = ["one", "two", "three"].map((name, i): [number, string] => [i + 1, log.record(name)]);
		await log.append("a", [one, two] as [number, string][]);
		await log.append("a", [two, three] as [number, string][]);
		expect(await log.actions()).toEqual(["one", "two", "three"]);
	});

	test("is known by its numbers, also after the object was evicted", async () => {
		const log = newLog();
		const rows: [number, string][] = [[7, log.record("one")]];
		await log.append("a", rows);
		await evictDurableObject(log.stub());
		expect(await log.append("a", rows)).toBe(7);
		expect(await log.actions()).toEqual(["one"]);
	});

	test("at the same moment as its first try is one delivery", async () => {
		const log = newLog();
		const rows: [number, string][] = [[1, log.record("one")]];
		await Promise.all([log.append("a", rows), log.append("a", rows), log.append("b", [[1, log.record("other")]])]);
		expect((await log.actions()).sort()).toEqual(["one", "other"]);
		expect(chainFaults(await log.stored())).toEqual([]);
	});
});

describe("a commit", () => {
	test("that fails is told to the source; the same rows get the same numbers when they come again", async () => {
		const log = newLog();
		await log.append("a", [[1, log.record("one")]]);
		const sent: string[] = [];
		logHooks.commit = async (_next, _workspace, batch) => {
			sent.push(...recordsIn(batch));
			failing();
		};
		const rows: [number, string][] = [[2, log.record("two")]];
		await expect(log.append("a", rows)).rejects.toThrow();
		clearHooks();
		expect(await log.append("a", rows)).toBe(2);
		const stored = await log.stored();
		expect(stored.map((row) => row.seq)).toEqual([1, 2]);
		expect(stored[1]?.record).toBe(sent[0]);
	});

	test("that succeeded without a reply is not done twice", async () => {
		const log = newLog();
		logHooks.commit = async (next, workspace, batch) => {
			await next(workspace, batch);
			failing();
		};
		const rows: [number, string][] = [
			[1, log.record("one")],
			[2, log.record("two")],
		];
		await expect(log.append("a", rows)).rejects.toThrow();
		const before = await log.stored();
		clearHooks();
		expect(await log.append("a", rows)).toBe(2);
		expect(await log.stored()).toEqual(before);
		await log.append("b", [[1, log.record("three")]]);
		expect(chainFaults(await log.stored())).toEqual([]);
		expect(await log.actions()).toEqual(["one", "two", "three"]);
	});

	test("that failed is made up for by the object's alarm, without anybody coming again", async () => {
		const log = newLog();
		logHooks.commit = async () => failing();
		await expect(log.append("a", [[1, log.record("one")]])).rejects.toThrow();
		clearHooks();
		expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		expect(await log.actions()).toEqual(["one", "log.key"]);
	});

	test("that fails again in the alarm is tried again by the next one", async () => {
		const log = newLog();
		logHooks.commit = async () => failing();
		await expect(log.append("a", [[1, log.record("one")]])).rejects.toThrow();
		for (let i = 0; i < 8; i++) expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		clearHooks();
		expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		expect(await log.actions()).toEqual(["one", "log.key"]);
	});

	test("takes what came meanwhile behind it", async () => {
		const log = newLog();
		let open = () => {};
		const gate = new Promise<void>((resolve) => {
			open = resolve;
		});
		const sizes: number[] = [];
		logHooks.commit = async (next, workspace, batch) => {
			// Other files' workspaces may still have acts to put on their logs.
			if (workspace !== log.workspaceId) return next(workspace, batch);
			sizes.push(recordsIn(batch).length);
			await gate;
			return next(workspace, batch);
		};
		const first = log.append("a", [[1, log.record("one")]]);
		await until(() => sizes.length === 1);
		const others = ["b", "c", "d"].map((source) => log.append(source, [[1, log.record(source)]]));
		await runInDurableObject(log.stub(), () => {});
		open();
		await Promise.all([first, ...others]);
		expect(sizes).toEqual([1, 3]);
		expect(chainFaults(await log.stored())).toEqual([]);
	});
});

describe("the log's object dies", () => {
	/** Takes a row and dies before D1 has it. */
	async function dieWhileCommitting(log: ReturnType<typeof newLog>, deliver: () => Promise<unknown>): Promise<string> {
		let committing = "";
		logHooks.commit = (next, workspace, batch) => {
			if (workspace !== log.workspaceId) return next(workspace, batch);
			committing = recordsIn(batch)[0] ?? "";
			return new Promise(() => {});
		};
		const lost = deliver().catch(() => "lost");
		await until(() => committing !== "");
		await runInDurableObject(log.stub(), async (_instance, state) => void (await state.storage.sync()));
		await abortAllDurableObjects();
		expect(await lost).toBe("lost");
		clearHooks();
		return committing;
	}

	test("between sequencing and D1: the row comes again and gets the same number, prev and hash", async () => {
		const log = newLog();
		const rows: [number, string][] = [[1, log.record("one")]];
		const committing = await dieWhileCommitting(log, () => log.append("a", rows));
		expect(await log.append("a", rows)).toBe(1);
		expect((await log.stored()).map((row) => row.record)).toEqual([committing]);
	});

	test("between sequencing and D1: another source's row comes behind it, in one chain", async () => {
		const log = newLog();
		await dieWhileCommitting(log, () => log.append("a", [[1, log.record("one")]]));
		await log.append("b", [[1, log.record("two")]]);
		expect(await log.actions()).toEqual(["one", "two"]);
		expect(chainFaults(await log.stored())).toEqual([]);
	});

	test("while it fetched administrative acts: the next fetch puts them on the log", async () => {
		const log = newLog();
		await log.leaveAdminAct("role.apply");
		await dieWhileCommitting(log, () => log.collect());
		await log.collect();
		expect(await log.actions()).toEqual(["role.apply"]);
	});

	test("with all its storage: what comes next goes on where D1 ends", async () => {
		const log = newLog();
		await log.append("a", [[1, log.record("one")]]);
		await runInDurableObject(log.stub(), (_instance, state) => state.storage.deleteAll());
		await abortAllDurableObjects();
		await log.append("b", [[1, log.record("two")]]);
		expect(chainFaults(await log.stored())).toEqual([]);
		expect(await log.actions()).toEqual(["one", "two"]);
	});

	test("before it knew where D1 ends: the head is asked for again", async () => {
		const log = newLog();
		logHooks.storedHead = async () => failing();
		await expect(log.append("a", [[1, log.record("one")]])).rejects.toThrow();
		clearHooks();
		await log.append("a", [[1, log.record("one")]]);
		expect(await log.actions()).toEqual(["one"]);
	});
});

describe("administrative acts", () => {
	test("are fetched in order, once, however often they are asked for", async () => {
		const log = newLog();
		for (const action of ["a.one", "a.two", "a.three"]) await log.leaveAdminAct(action);
		await Promise.all([log.collect(), log.collect(), log.collect()]);
		expect(await log.actions()).toEqual(["a.one", "a.two", "a.three"]);
		expect(await waiting(log.workspaceId)).toBe(0);
	});

	test("that could not be forgotten are not put on the log twice, and go with the next ones", async () => {
		const log = newLog();
		await log.leaveAdminAct("a.one");
		logHooks.forgetAdminActs = async () => failing();
		await expect(log.collect()).rejects.toThrow();
		clearHooks();
		await log.leaveAdminAct("a.two");
		await log.collect();
		expect(await log.actions()).toEqual(["a.one", "a.two"]);
		expect(await waiting(log.workspaceId)).toBe(0);
	});

	test("250 of them are more than one batch, and all arrive", async () => {
		const log = newLog();
		for (let i = 0; i < 250; i++) await log.leaveAdminAct(`a.${i}`);
		await log.collect();
		expect(await log.actions()).toEqual(Array.from({ length: 250 }, (_, i) => `a.${i}`));
	});
});
