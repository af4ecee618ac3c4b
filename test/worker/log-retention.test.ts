/** Records leave D1 for the archive, and nothing else changes: not one answer, not one byte, whatever fails on the way. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import { sealLogs, sealStep } from "../../src/gateway/seal-log.ts";
import { systemIds } from "../../src/keys/digests.ts";
import { createLogTiles } from "../../src/stores/r2/log-tiles.ts";
import { verifyLog } from "../../src/tlog/verify-log.ts";
import { chainFaults, leafHashOf } from "../support/chain.ts";
import { applySchema, newWorkspace } from "../support/worker/gateway.ts";
import { clearHooks, logHooks } from "../support/worker/hooks.ts";
import { logOf } from "../support/worker/log-book.ts";
import { checkpointsOf, forgeLogFile, forgeRecord, publishedFaults, vkeysOf } from "../support/worker/log-stores.ts";
import {
	BORDER,
	fillOld,
	type Log,
	pagesOf,
	type Sealing,
	sealAll,
	sealing,
	stateOf,
	wholeStore,
} from "../support/worker/sealing.ts";

beforeAll(applySchema);
afterEach(clearHooks);

let logs = 0;
const newLog = () => logOf(`ws_retained_${++logs}`);

describe("what is older than the window", () => {
	test("leaves D1 in whole bundles that a checkpoint covers, and every record is still there, byte for byte", async () => {
		const log = newLog();
		await fillOld(log, 1_400);
		const before = await stateOf(log);
		expect(await sealAll(log)).toBe(1_280);
		expect(await stateOf(log)).toEqual({ records: before.records, sealed: 1_280, inDatabase: [1_281, 1_401] });
		expect(await publishedFaults(log.workspaceId)).toEqual([]);
	});

	test("stays as long as one record of its bundle is inside the window", async () => {
		const log = newLog();
		await fillOld(log, 600, (n) => (n === 300 ? { time: BORDER } : {}));
		expect(await sealAll(log)).toBe(256);
		expect((await stateOf(log)).inDatabase).toEqual([257, 601]);
	});

	test("is sealed with calls whose outcome is open; a late outcome comes at the end, and the act is whole", async () => {
		const log = newLog();
		const act_id = systemIds.make("act");
		await fillOld(log, 300, (n) => (n === 10 ? { act_id } : {}));
		await sealAll(log);
		await log.append("late", [[1, log.record("a.10", { act_id, state: "executed" })]]);
		const records = await wholeStore().store.act(log.workspaceId, act_id);
		expect(records.map(({ seq, state }) => [seq, state])).toEqual([
			[10, "intent"],
			[302, "executed"],
		]);
	});

	test("waits for a checkpoint that covers it, and asks for one", async () => {
		const log = newLog();
		await fillOld(log, 200);
		const more = Array.from({ length: 100 }, (_, i): [number, string] => [i + 1, log.record("b")]);
		await log.append("more", more);
		const ports = sealing();
		const { publish } = ports.auditLogs;
		const asked: number[] = [];
		ports.auditLogs.publish = async (_workspaceId, size) => asked.push(size);
		expect(await sealStep(ports, log.workspaceId, BORDER)).toEqual({ kind: "nothing" });
		expect([asked, (await stateOf(log)).inDatabase]).toEqual([[256], [1, 301]]);
		ports.auditLogs.publish = publish;
		expect(await sealStep(ports, log.workspaceId, BORDER)).toEqual({ kind: "sealed", upTo: 256 });
	});

	test("leaves in the cron's rounds when LOG_WINDOW_DAYS is set, and stays when it is not", async () => {
		const [one, other, young] = [newLog(), newLog(), newLog()];
		for (const log of [one, other, young]) {
			await env.DB.prepare("INSERT INTO workspaces (id, organization, name, created_at) VALUES (?1, ?1, 'prod', '')")
				.bind(log.workspaceId)
				.run();
			await fillOld(log, 300, () => (log === young ? { time: new Date().toISOString() } : {}));
		}
		const sealed = () => Promise.all([one, other, young].map(async (log) => (await stateOf(log)).sealed));
		await createApp(env).sweep();
		expect(await sealed()).toEqual([0, 0, 0]);
		await createApp({ ...env, LOG_WINDOW_DAYS: "30" } as Env).sweep();
		expect(await sealed()).toEqual([256, 256, 0]);
		expect(() => createApp({ ...env, LOG_WINDOW_DAYS: "0" } as unknown as Env)).toThrow(/LOG_WINDOW_DAYS/);
	});

	test("of one workspace leaves the other's alone, and neither reads what the other has sealed", async () => {
		const [one, other] = [newLog(), newLog()];
		const act_id = systemIds.make("act");
		for (const log of [one, other]) await fillOld(log, 300, (n) => (n === 5 && log === one ? { act_id } : {}));
		await sealAll(one);
		expect((await stateOf(other)).inDatabase).toEqual([1, 301]);
		const { store } = wholeStore();
		await sealAll(other);
		expect((await store.act(other.workspaceId, act_id)).length).toBe(0);
		expect((await store.act(one.workspaceId, act_id)).length).toBe(1);
		const seen = (await pagesOf(store, other.workspaceId, {})).flat();
		expect(new Set(seen.map((record) => record.workspace))).toEqual(new Set([other.workspaceId]));
	});
});

describe("over HTTP", () => {
	test("export, proof, act and query are complete across the border, and verify without our help", async () => {
		const workspace = await newWorkspace();
		const log = logOf(workspace.id);
		const act_id = systemIds.make("act");
		await fillOld(log, 700, (n) => ({ state: "done", agent: n % 2 ? "odd" : "even", ...(n === 77 ? { act_id } : {}) }));
		await sealAll(log);
		const { size, note } = (await checkpointsOf(workspace.id)).at(-1) ?? { size: 0, note: "" };
		const exported = await workspace.admin("GET", `/v1/audit/export?until_seq=${size}`);
		const records = exported.text.trimEnd().split("\n");
		const verdict = await verifyLog({ records, vkeys: vkeysOf(workspace.id), checkpoint: note, workspace: workspace.id });
		expect(verdict).toMatchObject({ size, records: size });
		expect((await workspace.admin("GET", `/v1/audit/${act_id}`)).json.items.map((item: AuditRecord) => item.seq)).toEqual([77]);
		expect((await workspace.admin("GET", `/v1/audit/proof/${act_id}`)).json.proofs[0].seq).toBe(77);
		const page = await workspace.admin("GET", "/v1/audit?agent=odd&order=asc&limit=3");
		expect(page.json.items.map((item: AuditRecord) => item.seq)).toEqual([1, 3, 5]);
		const stream = await workspace.admin("GET", "/v1/audit/stream?agent=even&after_seq=0&max_seconds=0");
		expect(stream.text).toContain('"seq":2,');
	});
});

describe("the log goes on", () => {
	/** A log of exactly two bundles, all of it sealed: nothing is left in D1. */
	async function sealedToTheEnd(): Promise<Log> {
		const log = newLog();
		await log.append("key", [[1, log.record("first", { time: "2026-01-01T00:00:00.000Z" })]]);
		await log.publish();
		await log.append(
			"old",
			Array.from({ length: 510 }, (_, i): [number, string] => [i + 1, log.record("b", { time: "2026-01-01T00:00:00.000Z" })]),
		);
		await log.publish();
		await sealAll(log);
		expect(await stateOf(log)).toMatchObject({ sealed: 512, inDatabase: [] });
		return log;
	}

	test("after everything was sealed: the next record chains to the last sealed one", async () => {
		const log = await sealedToTheEnd();
		await log.append("new", [[1, log.record("next")]]);
		await log.publish();
		const { records, inDatabase } = await stateOf(log);
		expect(inDatabase).toEqual([513, 513]);
		expect(chainFaults(records.map((record, i) => ({ seq: i + 1, record, leaf_hash: leafHashOf(record) })))).toEqual([]);
		expect(await publishedFaults(log.workspaceId)).toEqual([]);
	});

	test("after everything was sealed and the log's object lost its memory", async () => {
		const log = await sealedToTheEnd();
		await runInDurableObject(log.stub(), (_object, state) => state.storage.deleteAll());
		await evictDurableObject(log.stub());
		await log.append("new", [[1, log.record("next")]]);
		await log.publish();
		const { records } = await stateOf(log);
		expect(records.length).toBe(514);
		expect(chainFaults(records.map((record, i) => ({ seq: i + 1, record, leaf_hash: leafHashOf(record) })))).toEqual([]);
		expect(await publishedFaults(log.workspaceId)).toEqual([]);
	});

	test("when its object lost its memory and the tree's tiles are not to be had: it goes over every record, sealed or not", async () => {
		const log = newLog();
		await fillOld(log, 700);
		await sealAll(log);
		await runInDurableObject(log.stub(), (_object, state) => state.storage.deleteAll());
		await evictDurableObject(log.stub());
		logHooks.getLogFile = async (next, workspaceId, path) => (path.startsWith("tile/0/") ? null : next(workspaceId, path));
		await log.append("new", [[1, log.record("next")]]);
		clearHooks();
		await log.publish();
		const { records, inDatabase } = await stateOf(log);
		expect(inDatabase[0]).toBe(513);
		expect(chainFaults(records.map((record, i) => ({ seq: i + 1, record, leaf_hash: leafHashOf(record) })))).toEqual([]);
		expect(await publishedFaults(log.workspaceId)).toEqual([]);
	});

	test("when its object had not heard of the checkpoint under which records were sealed", async () => {
		const log = newLog();
		logHooks.saveCheckpoint = async (next, ...args) => {
			await next(...args);
			throw new Error("the reply is lost");
		};
		await fillOld(log, 600).catch(() => {});
		clearHooks();
		expect((await checkpointsOf(log.workspaceId)).map(({ size }) => size)).toEqual([601]);
		expect(await sealAll(log)).toBe(512);
		await evictDurableObject(log.stub());
		await log.append("new", [[1, log.record("next")]]);
		expect(await log.publish()).toBe(602);
		expect(await publishedFaults(log.workspaceId)).toEqual([]);
	});

	test("under a rule that locks what R2 has: the same bytes need not be written again, and others are not", async () => {
		const log = newLog();
		const locked = new Proxy(env.BLOBS, {
			get(bucket, name: keyof R2Bucket) {
				if (name !== "put") return (bucket[name] as (...args: unknown[]) => unknown).bind(bucket);
				return async (key: string, content: string, options: R2PutOptions) => {
					if (await bucket.head(key)) throw new Error("put: the object is locked by a bucket policy (10069)");
					return bucket.put(key, content, options);
				};
			},
		});
		const tiles = createLogTiles(locked);
		for (let i = 0; i < 2; i++) await tiles.put(log.workspaceId, "tile/entries/000", "the same");
		await expect(tiles.put(log.workspaceId, "tile/entries/000", "others")).rejects.toThrow(/locked/);
	});

	test("and a fork behind what was sealed is refused by D1 itself", async () => {
		const log = await sealedToTheEnd();
		const insert = (prev: string) => {
			const record = JSON.stringify({ v: 1, seq: 513, prev, event_id: "evt_fork", workspace: log.workspaceId });
			return env.DB.prepare("INSERT INTO audit_log (workspace_id, seq, leaf_hash, record) VALUES (?, 513, ?, ?)")
				.bind(log.workspaceId, leafHashOf(record), record)
				.run();
		};
		const { records } = await stateOf(log);
		await expect(insert("0".repeat(64))).rejects.toThrow(/does not chain to the one before/);
		await expect(insert(leafHashOf(records[510] ?? ""))).rejects.toThrow(/does not chain to the one before/);
		await insert(leafHashOf(records[511] ?? ""));
	});
});

describe("D1 refuses, whoever writes the SQL,", () => {
	const run = (sql: string, ...values: unknown[]) =>
		env.DB.prepare(sql)
			.bind(...values)
			.run();

	test("to let go of a record beyond the watermark, to lower it, and to change or forget what was sealed", async () => {
		const log = newLog();
		await fillOld(log, 600);
		await sealAll(log);
		const before = await stateOf(log);
		const tables = () =>
			Promise.all(
				["audit_segments", "audit_segment_values", "audit_watermarks"].map(
					async (table) =>
						(await env.DB.prepare(`SELECT * FROM ${table} WHERE workspace_id = ?`).bind(log.workspaceId).all()).results,
				),
			);
		const noted = await tables();
		const refused: [string, RegExp][] = [
			["DELETE FROM audit_log WHERE workspace_id = ? AND seq = 513", /only records sealed/],
			["UPDATE audit_watermarks SET sealed_seq = 256 WHERE workspace_id = ?", /only grows/],
			["UPDATE audit_watermarks SET sealed_hash = 'x' WHERE workspace_id = ?", /hash is not that/],
			["UPDATE audit_watermarks SET sealed_seq = 520 WHERE workspace_id = ?", /hash is not that/],
			["UPDATE audit_segments SET sha256 = 'x' WHERE workspace_id = ?", /never changed/],
			["DELETE FROM audit_segments WHERE workspace_id = ?", /a segment stays/],
			["UPDATE audit_segment_values SET value = 'x' WHERE workspace_id = ?", /never changed/],
			["DELETE FROM audit_segment_values WHERE workspace_id = ?", /stays/],
			[
				"INSERT OR REPLACE INTO audit_segments SELECT workspace_id, first_seq, last_seq, NULL, NULL, leaf_hash, 'x' FROM audit_segments WHERE workspace_id = ?",
				/not the next one/,
			],
			[
				"INSERT INTO audit_segments SELECT workspace_id, 1025, 1280, NULL, NULL, leaf_hash, 'x' FROM audit_segments WHERE workspace_id = ? LIMIT 1",
				/not the next one/,
			],
			[
				"INSERT INTO audit_segments SELECT workspace_id, 513, 768, NULL, NULL, leaf_hash, 'x' FROM audit_segments WHERE workspace_id = ? LIMIT 1",
				/hash is not that/,
			],
		];
		for (const [sql, reason] of refused) await expect(run(sql, log.workspaceId), sql).rejects.toThrow(reason);
		expect(await stateOf(log)).toEqual(before);
		expect(await tables()).toEqual(noted);
	});
});

/** Calls everything that a sealing step asks of the world in turn, and lets the n-th call go wrong. */
function failingAt(n: number, when: "before" | "after"): { ports: Sealing; calls: () => number } {
	const ports = sealing();
	let calls = 0;
	const around = <T extends object>(methods: T, names: (keyof T)[]) => {
		for (const name of names) {
			const next = methods[name] as (...args: unknown[]) => Promise<unknown>;
			(methods as Record<keyof T, unknown>)[name] = async (...args: unknown[]) => {
				const fails = ++calls === n;
				if (fails && when === "before") throw new Error("D1_ERROR: gone for a moment");
				const result = await next(...args);
				if (fails) throw new Error("D1_ERROR: the reply is lost");
				return result;
			};
		}
	};
	around(ports.retention, ["sealedSeq", "records", "seal"]);
	around(ports.published, ["newestCheckpoint", "tile"]);
	return { ports, calls: () => calls };
}

describe("a round that dies", () => {
	test.each(["before", "after"] as const)(
		"%s any of its calls has done all of a step or nothing of it",
		async (when) => {
			const log = newLog();
			await fillOld(log, 1_300);
			const { records } = await stateOf(log);
			const borders = new Set<number>();
			let n = 1;
			for (; ; n++) {
				const { ports, calls } = failingAt(n, when);
				const step = await sealStep(ports, log.workspaceId, BORDER).catch(() => null);
				const state = await stateOf(log);
				expect(state.records).toEqual(records);
				expect(state.inDatabase[0]).toBe(state.sealed + 1);
				borders.add(state.sealed);
				if (step?.kind === "nothing" && calls() < n) break;
			}
			expect([...borders]).toEqual([0, 1_024, 1_280]);
			expect(n).toBeGreaterThan(15);
			expect(await publishedFaults(log.workspaceId)).toEqual([]);
		},
		60_000,
	);

	test("beside another one over the same log: what one has sealed, the other does not seal again", async () => {
		const log = newLog();
		await fillOld(log, 1_600);
		const { records } = await stateOf(log);
		const rounds = Array.from({ length: 4 }, () => sealing());
		await Promise.all(rounds.map((ports) => sealStep(ports, log.workspaceId, BORDER).catch(() => null)));
		const state = await stateOf(log);
		expect(state.records).toEqual(records);
		expect(state.inDatabase).toEqual([state.sealed + 1, 1_601]);
		expect(rounds.flatMap((ports) => ports.events)).toEqual([]);
		expect(await sealAll(log)).toBe(1_536);
		expect((await stateOf(log)).records).toEqual(records);
	});
});

describe("nothing leaves D1", () => {
	const flipped = (log: Log, path: string, at: number) =>
		forgeLogFile(log.workspaceId, path, (bytes) => bytes.with(at, (bytes[at] ?? 0) ^ 1));
	const gone = (log: Log, path: string) => env.BLOBS.delete(`${log.workspaceId}/log/${path}`);

	test.each<[string, (log: Log) => Promise<unknown>, string]>([
		["a bundle is missing", (log) => gone(log, "tile/entries/001"), "the bundle is missing"],
		["a bit of a bundle is another", (log) => flipped(log, "tile/entries/001", 40_000), "bytes are not those in D1"],
		["a bit of a bundle's lengths is another", (log) => flipped(log, "tile/entries/000", 1), "bytes are not those in D1"],
		["a tile is missing", (log) => gone(log, "tile/0/001"), "hashes are not those of the records"],
		["a bit of a tile is another", (log) => flipped(log, "tile/0/001", 8_191), "hashes are not those of the records"],
		["a higher tile is missing", (log) => gone(log, "tile/1/000.p/2"), "do not lead from the records to the signed root"],
		["a bit of a higher tile is another", (log) => flipped(log, "tile/1/000.p/2", 40), "do not lead from the records"],
		["a bit of the newest tile is another", (log) => flipped(log, "tile/0/002.p/89", 40), "do not lead from the records"],
		[
			"a record in D1 is another",
			(log) => forgeRecord(log.workspaceId, 300, "record = replace(record, 'intent', 'denied')"),
			"bytes are not those in D1",
		],
		[
			"a hash in D1 is another",
			(log) => forgeRecord(log.workspaceId, 300, "leaf_hash = upper(leaf_hash)"),
			"does not have its hash",
		],
	])("when %s, in any round until somebody has looked", async (_what, damage, reason) => {
		const log = newLog();
		await fillOld(log, 600);
		await damage(log);
		const ports = sealing();
		ports.retention.workspaces = async () => [log.workspaceId];
		for (let round = 1; round <= 2; round++) {
			await sealLogs(ports, BORDER);
			expect((await stateOf(log)).inDatabase).toEqual([1, 601]);
			expect(ports.events.length).toBe(round);
			expect(ports.events[round - 1]).toEqual([
				"log_seal_refused",
				{ workspace_id: log.workspaceId, what: expect.stringContaining(reason), path: expect.stringMatching(/^tile\//) },
			]);
		}
	});

	test("when the checkpoint is not signed by us", async () => {
		const log = newLog();
		await fillOld(log, 600);
		const ports = sealing();
		const { note = "", size = 0 } = (await checkpointsOf(log.workspaceId)).at(-1) ?? {};
		ports.published.newestCheckpoint = async () => ({
			size,
			note: note.replace(/\n[A-Za-z0-9+/]{43}=\n/, `\n${"A".repeat(43)}=\n`),
		});
		expect(await sealStep(ports, log.workspaceId, BORDER)).toMatchObject({ kind: "refused" });
		expect((await stateOf(log)).inDatabase).toEqual([1, 601]);
	});

	test("of one workspace; the others' goes on leaving", async () => {
		const [damaged, sound] = [newLog(), newLog()];
		for (const log of [damaged, sound]) await fillOld(log, 2_000);
		await gone(damaged, "tile/entries/000");
		const ports = sealing();
		ports.retention.workspaces = async () => [damaged.workspaceId, sound.workspaceId];
		await sealLogs(ports, BORDER);
		expect([(await stateOf(damaged)).sealed, (await stateOf(sound)).sealed]).toEqual([0, 1_792]);
	});
});
