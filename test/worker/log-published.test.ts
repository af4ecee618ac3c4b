/** What is published of a log: whoever has the pinned key and can fetch files needs nobody's word for anything. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { readCheckpoint } from "../../src/gateway/read-checkpoint.ts";
import { createLogSigners } from "../../src/keys/log-signers.ts";
import { newestCheckpoint, workspacesToPublish } from "../../src/stores/d1/checkpoints.ts";
import { openDatabase } from "../../src/stores/d1/database.ts";
import { createLogTiles } from "../../src/stores/r2/log-tiles.ts";
import { verifyProof } from "../../src/tlog/act-proof.ts";
import { openCheckpoint } from "../../src/tlog/checkpoint.ts";
import { verifyLog } from "../../src/tlog/verify-log.ts";
import { until } from "../support/until.ts";
import { applySchema, newWorkspace, ORIGIN, send, type TestWorkspace } from "../support/worker/gateway.ts";
import { clearHooks, logHooks } from "../support/worker/hooks.ts";
import { logOf } from "../support/worker/log-book.ts";
import { checkpointsOf, keysIn, publishedFaults, SEEDS, vkeysOf } from "../support/worker/log-stores.ts";
import { inspectLog } from "../support/worker/log-stranger.ts";
import { expectProblem } from "../support/worker/problems.ts";

beforeAll(applySchema);
afterEach(clearHooks);

let logs = 0;
const newLog = () => logOf(`ws_published_${++logs}`);
type Log = ReturnType<typeof newLog>;

/** Puts this many records on a log, as one source. */
async function fill(log: Log, count: number, source = "a", from = 1): Promise<void> {
	for (let at = from; at < from + count; at += 500) {
		const rows = Array.from({ length: Math.min(500, from + count - at) }, (_, i): [number, string] => [
			at + i,
			log.record(`${source}.${at + i}`),
		]);
		await log.append(source, rows);
	}
}

const bytesAt = (workspace: TestWorkspace) => async (path: string) => {
	const url = new URL(`/v1/audit/tiles/${path}`, ORIGIN);
	const response = await SELF.fetch(url, { headers: { authorization: `Bearer ${workspace.key}` } });
	return response.status === 200 ? new Uint8Array(await response.arrayBuffer()) : null;
};

describe("checkpoints", () => {
	test("of every size are consistent with every later one, and every record is in each", async () => {
		const log = newLog();
		let n = 1;
		for (const count of [1, 2, 5, 250, 1, 300, 517]) {
			await fill(log, count, "a", n);
			n += count;
			await log.publish();
			expect(await publishedFaults(log.workspaceId)).toEqual([]);
		}
		const sizes = (await checkpointsOf(log.workspaceId)).map(({ size }) => size);
		expect(sizes).toEqual([2, 4, 9, 259, 260, 560, 1077]);
		const stored = await log.stored();
		const notes = (await checkpointsOf(log.workspaceId)).map(({ note }) => note);
		const verdict = await verifyLog({
			records: stored.map((row) => row.record),
			vkeys: vkeysOf(log.workspaceId),
			checkpoint: notes.at(-1) ?? "",
			kept: notes,
			workspace: log.workspaceId,
		});
		expect(verdict).toMatchObject({ size: 1_077, records: 1_077, matched: sizes });
	});

	test("are at most 1,000 records apart while records come, without anybody asking", async () => {
		const log = newLog();
		await fill(log, 3_300);
		const sizes = await until(async () => {
			const found = (await checkpointsOf(log.workspaceId)).map(({ size }) => size);
			return (found.at(-1) ?? 0) >= 2_300 && found;
		});
		for (const [i, size] of sizes.entries()) expect(size - (sizes[i - 1] ?? 0)).toBeLessThanOrEqual(1_000);
		await log.publish();
		expect((await checkpointsOf(log.workspaceId)).at(-1)?.size).toBe(3_301);
		expect(await publishedFaults(log.workspaceId)).toEqual([]);
	});

	test("do not wait for the alarm where the records came while one was being made", async () => {
		const log = newLog();
		let goOn = () => {};
		const held = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		let begun = false;
		logHooks.saveCheckpoint = async (next, ...args) => {
			begun = true;
			await held;
			return next(...args);
		};
		await fill(log, 1_100);
		await until(() => begun);
		await fill(log, 1_100, "b");
		goOn();
		const sizes = await until(async () => {
			const found = (await checkpointsOf(log.workspaceId)).map(({ size }) => size);
			return (found.at(-1) ?? 0) > 1_200 && found;
		});
		expect(sizes).toEqual([768, 1_536]);
	});

	test("are left alone for a while where D1 tells of fewer records than it took", async () => {
		const log = newLog();
		let asked = 0;
		logHooks.recordsAfter = async () => {
			asked++;
			return [];
		};
		await fill(log, 1_100);
		await until(() => asked > 0);
		await scheduler.wait(300);
		const before = asked;
		await scheduler.wait(300);
		expect([asked - before, before < 10]).toEqual([0, true]);
		expect(await checkpointsOf(log.workspaceId)).toEqual([]);
		clearHooks();
		await log.publish();
		expect((await checkpointsOf(log.workspaceId)).at(-1)?.size).toBe(1_101);
	});

	test("come within a minute of a record, by alarm", async () => {
		const log = newLog();
		const before = Date.now();
		await log.append("a", [[1, log.record("one")]]);
		const alarm = await runInDurableObject(log.stub(), (_instance, state) => state.storage.getAlarm());
		expect((alarm ?? 0) - before).toBeGreaterThan(0);
		expect((alarm ?? Number.POSITIVE_INFINITY) - before).toBeLessThan(60_000);
		expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([2]);
		// Nothing is left to be published, and nothing wakes the object for it.
		expect(await runDurableObjectAlarm(log.stub())).toBe(false);
	});

	test("come from the cron as well, where the alarm was lost", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		await log.append("a", [[1, log.record("one")]]);
		await log.publish();
		await log.append("a", [[2, log.record("two")]]);
		await runInDurableObject(log.stub(), (_instance, state) => state.storage.deleteAlarm());
		await evictDurableObject(log.stub());
		expect(await workspacesToPublish(openDatabase(env.DB))).toContain(workspace.id);
		await createApp(env).sweep();
		expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		expect((await checkpointsOf(workspace.id)).length).toBe(2);
		expect(await workspacesToPublish(openDatabase(env.DB))).not.toContain(workspace.id);
	});

	test("of an empty log are none", async () => {
		const log = newLog();
		expect(await log.publish()).toBe(0);
		expect(await log.stored()).toEqual([]);
		expect(await keysIn(`${log.workspaceId}/`)).toEqual([]);
	});

	test("leave no partial tile behind once the full one is there, and partial ones can still be had", async () => {
		const log = newLog();
		await fill(log, 3);
		await log.publish();
		const early = (await checkpointsOf(log.workspaceId))[0];
		await fill(log, 300, "a", 4);
		await log.publish();
		const keys = (await keysIn(`${log.workspaceId}/log/`)).map((key) => key.slice(`${log.workspaceId}/log/`.length));
		expect(keys).toEqual(
			["checkpoint", "tile/0/000", "tile/0/001.p/48", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/48"].sort(),
		);
		expect(early?.size).toBe(4);
		const tiles = createLogTiles(env.BLOBS);
		const { faults } = await inspectLog((path) => tiles.get(log.workspaceId, path), early?.note ?? "", vkeysOf(log.workspaceId));
		expect(faults).toEqual([]);
		expect(await tiles.get(log.workspaceId, "tile/0/001.p/49")).toBe(null);
	});
});

describe("keys", () => {
	test("the first checkpoint covers a record that names them", async () => {
		const log = newLog();
		await fill(log, 1);
		await log.publish();
		const record = JSON.parse((await log.stored())[1]?.record ?? "");
		expect(record).toMatchObject({
			seq: 2,
			kind: "admin",
			action: "log.key",
			state: "done",
			fields: { vkeys: vkeysOf(log.workspaceId) },
		});
	});

	test("are rotated over a time in which both sign; each change is on the log before the new key signs", async () => {
		const log = newLog();
		const [old = "", fresh = ""] = SEEDS;
		const under = async (seeds: string, n: number) => {
			logHooks.signers = (_next, workspaceId) => createLogSigners(seeds)(`hivekey/${workspaceId}`);
			await log.append("a", [[n, log.record(`r.${n}`)]]);
			await log.publish();
			return (await checkpointsOf(log.workspaceId)).at(-1)?.note ?? "";
		};
		const [oldKey = "", newKey = ""] = [old, fresh].map((seed) => vkeysOf(log.workspaceId, seed)[0]);
		const notes = [
			await under(old, 1),
			await under(`${fresh},${old}`, 2),
			await under(`${fresh},${old}`, 3),
			await under(fresh, 4),
		];
		expect(notes.map((note) => [oldKey, newKey].map((vkey) => openCheckpoint(note, [vkey]).ok))).toEqual([
			[true, false],
			[true, true],
			[true, true],
			[false, true],
		]);
		expect(await log.actions()).toEqual(["r.1", "log.key", "r.2", "log.key", "r.3", "r.4", "log.key"]);
		const told = (await log.stored()).map((row) => JSON.parse(row.record)).filter((record) => record.action === "log.key");
		expect(told.map((record) => record.fields.vkeys)).toEqual([[oldKey], [newKey, oldKey], [newKey]]);
		expect(await publishedFaults(log.workspaceId, [oldKey, newKey])).toEqual([]);
	});

	test("that are new sign at the next look at the checkpoint, also when no record came; while that fails, the older one is answered", async () => {
		const log = newLog();
		const [old = "", fresh = ""] = SEEDS;
		const sign = (seeds: string) => {
			logHooks.signers = (_next, workspaceId) => createLogSigners(seeds)(`hivekey/${workspaceId}`);
		};
		const look = (seeds: string, minSize: number, publish = log.publish) =>
			readCheckpoint(
				{
					published: {
						newestCheckpoint: (workspaceId) => newestCheckpoint(openDatabase(env.DB), workspaceId),
						tile: async () => null,
						recordsOfAct: async () => [],
						signers: (workspaceId) => createLogSigners(seeds)(`hivekey/${workspaceId}`),
					},
					auditLogs: { publish: (_workspaceId, size) => publish(size) },
				},
				log.workspaceId,
				minSize,
			);
		const away = async () => {
			throw new Error("the object is away");
		};
		const [oldKey, newKey] = [old, fresh].map((seed) => vkeysOf(log.workspaceId, seed)[0]);
		sign(old);
		await fill(log, 1);
		expect(await look(old, 0)).toBe(null);
		expect(await look(old, 1)).toMatchObject({ size: 2, vkey: oldKey });
		sign(`${fresh},${old}`);
		expect(await look(`${fresh},${old}`, 0, away)).toMatchObject({ size: 2, vkey: oldKey });
		await expect(look(`${fresh},${old}`, 3, away)).rejects.toThrow();
		expect(await look(`${fresh},${old}`, 0)).toMatchObject({ size: 3, vkey: newKey });
		expect(await log.actions()).toEqual(["a.1", "log.key", "log.key"]);
	});

	test("of two workspaces differ, though the deployment has one: neither vouches for the other's log", async () => {
		const [one, other] = [newLog(), newLog()];
		for (const log of [one, other]) {
			await fill(log, 2);
			await log.publish();
		}
		const [note = ""] = (await checkpointsOf(one.workspaceId)).map((checkpoint) => checkpoint.note);
		expect(openCheckpoint(note, vkeysOf(one.workspaceId)).ok).toBe(true);
		expect(openCheckpoint(note, vkeysOf(other.workspaceId)).ok).toBe(false);
	});
});

describe("over HTTP", () => {
	test("a stranger recomputes the whole log from tiles and bundles, and finds every record in it", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		await fill(log, 700);
		const checkpoint = await workspace.admin("GET", "/v1/audit/checkpoint?min_size=700");
		expect([checkpoint.status, checkpoint.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
		const keys = await workspace.admin("GET", "/v1/audit/key");
		const vkeys = keys.text.trimEnd().split("\n");
		expect(vkeys).toEqual(vkeysOf(workspace.id));
		const { faults, records, size } = await inspectLog(bytesAt(workspace), checkpoint.text, vkeys);
		expect(faults).toEqual([]);
		expect(size).toBeGreaterThanOrEqual(701);
		expect(records).toEqual((await log.stored()).slice(0, size).map((row) => row.record));
	});

	test("an act's proof verifies with nothing but the pinned key, also when no checkpoint covered the act yet", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		const act = "act_0000000000000000000001";
		await log.append("a", [
			[1, log.record("mail.send", { act_id: act })],
			[2, log.record("other")],
			[3, log.record("mail.send", { act_id: act, state: "executed" })],
		]);
		const answered = await workspace.admin("GET", `/v1/audit/proof/${act}`);
		expect(answered.status).toBe(200);
		const verified = verifyProof(answered.text, vkeysOf(workspace.id));
		expect(verified).toMatchObject({ ok: true, actId: act, workspace: workspace.id });
		expect(verified.ok && verified.records.map(({ head }) => head.state)).toEqual(["intent", "executed"]);
		expect(verifyProof(answered.text.replace("mail.send", "mail.read"), vkeysOf(workspace.id)).ok).toBe(false);
	});

	test("what is not there is 404: no checkpoint, an unknown act, a path that is none", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		await log.append("a", [[1, log.record("one")]]);
		expectProblem(await workspace.admin("GET", "/v1/audit/checkpoint"), 404, "not_found");
		expectProblem(await workspace.admin("GET", "/v1/audit/tiles/checkpoint"), 404, "not_found");
		expect((await workspace.admin("GET", "/v1/audit/checkpoint?min_size=1")).status).toBe(200);
		expect((await workspace.admin("GET", "/v1/audit/tiles/checkpoint")).status).toBe(200);
		expectProblem(await workspace.admin("GET", "/v1/audit/checkpoint?min_size=999999"), 404, "not_found");
		expectProblem(await workspace.admin("GET", "/v1/audit/proof/act_0000000000000000000000"), 404, "not_found");
		for (const path of [
			"tile/0/001",
			"tile/9/000",
			"tile/0/000.p/256",
			"tile/0/0",
			"tile/entries/000",
			"tile/0/x000/000",
			"quarantine/x",
		])
			expectProblem(await workspace.admin("GET", `/v1/audit/tiles/${path}`), 404, "not_found");
		expectProblem(await workspace.admin("GET", "/v1/audit/tiles/tile/0/%2e%2e/checkpoint"), 404, "not_found");
		expectProblem(await workspace.admin("GET", "/v1/audit/checkpoint?min_size=-1"), 422, "invalid_request");
	});

	test("another workspace's key reaches nothing of it", async () => {
		const [one, other] = [await newWorkspace(), await newWorkspace()];
		const act = "act_0000000000000000000002";
		const log = logOf(one.id);
		await log.append("a", [[1, log.record("one", { act_id: act })]]);
		expect((await one.admin("GET", `/v1/audit/proof/${act}`)).status).toBe(200);
		expectProblem(await other.admin("GET", `/v1/audit/proof/${act}`), 404, "not_found");
		expectProblem(await other.admin("GET", "/v1/audit/tiles/tile/0/000.p/2"), 404, "not_found");
		expectProblem(await send("GET", "/v1/audit/checkpoint"), 401, "unauthenticated");
	});

	test("reading records is on the log, once for a session that sends its tag along; reading hashes is not", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		await fill(log, 300);
		const { status } = await workspace.admin("GET", "/v1/audit/checkpoint?min_size=300");
		expect(status).toBe(200);
		expect((await workspace.admin("GET", "/v1/audit/tiles/tile/0/000")).status).toBe(200);
		const first = await workspace.admin("GET", "/v1/audit/tiles/tile/entries/000");
		const tag = first.headers.get("x-audit-read") ?? "";
		const partial = (await keysIn(`${workspace.id}/log/tile/entries/001.p/`))[0]?.split("/log/")[1];
		expect((await workspace.admin("GET", `/v1/audit/tiles/${partial}`, { headers: { "x-audit-read": tag } })).status).toBe(200);
		const reads = await until(async () => {
			const found = (await log.actions()).filter((action) => action === "audit.read");
			return found.length > 0 && found;
		});
		await log.collect();
		expect(reads.length).toBe(1);
		expect((await log.actions()).filter((action) => action === "audit.read").length).toBe(1);
	});
});

describe("the object's own tables", () => {
	test("do not grow with the log", async () => {
		const log = newLog();
		const measure = () =>
			runInDurableObject(log.stub(), (_instance, state) => {
				const count = (table: string) => state.storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n;
				return {
					pending: count("pending"),
					nodes: count("nodes"),
					places: count("places"),
					bytes: state.storage.sql.databaseSize,
				};
			});
		const sizes: number[] = [];
		for (let n = 1; n <= 9_000; n += 3_000) {
			await fill(log, 3_000, "a", n);
			await log.publish();
			const { pending, nodes, places, bytes } = await measure();
			expect([pending, places]).toEqual([0, 3]);
			expect(nodes).toBe(Math.floor((n + 3_000) / 256));
			sizes.push(bytes);
		}
		// Pages are used again: three times the records, and no more room.
		expect(sizes[2]).toBeLessThan((sizes[0] ?? 0) * 1.5);
	});
});
