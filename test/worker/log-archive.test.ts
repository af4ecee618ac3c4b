/** Reading across the border: what has left D1 is answered as if it had not, or not at all. */

import { env } from "cloudflare:workers";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { type AuditRecord, RECORD_STATES } from "../../src/contract/audit-record.ts";
import { EFFECTS } from "../../src/contract/verdict.ts";
import type { AuditQuery } from "../../src/gateway/ports.ts";
import { sealStep } from "../../src/gateway/seal-log.ts";
import { systemIds } from "../../src/keys/digests.ts";
import type { Archive } from "../../src/stores/archive/archive.ts";
import { createAuditStore } from "../../src/stores/d1/audit-log.ts";
import { applySchema } from "../support/worker/gateway.ts";
import { logOf } from "../support/worker/log-book.ts";
import { logFile } from "../support/worker/log-stores.ts";
import {
	answerOf,
	BORDER,
	database,
	fillOld,
	pagesOf,
	sealAll,
	sealing,
	stateOf,
	wholeStore,
} from "../support/worker/sealing.ts";

beforeAll(applySchema);

let logs = 0;
const newLog = () => logOf(`ws_archived_${++logs}`);

describe("what was sealed", () => {
	test("and is damaged in R2 afterwards is never answered, nor left out: the reader gets an error and the operator the place", async () => {
		const log = newLog();
		const act_id = systemIds.make("act");
		await fillOld(log, 600, (n) => (n === 300 ? { act_id } : {}));
		await sealAll(log);
		const path = "tile/entries/001";
		const key = `${log.workspaceId}/log/${path}`;
		const gzip = { httpMetadata: { contentEncoding: "gzip" } };
		const text = new TextDecoder().decode((await logFile(log.workspaceId, path)) ?? undefined);
		const forged = text.replace('"seq":300,', '"seq":399,');
		expect(forged).not.toBe(text);
		for (const damage of [
			() => env.BLOBS.put(key, forged),
			() => env.BLOBS.put(key, gzipSync(forged), gzip),
			() => env.BLOBS.put(key, gzipSync(text).subarray(0, 9_000), gzip),
			() => env.BLOBS.put(key, gzipSync(new Uint8Array(64_000_000)), gzip),
			() => env.BLOBS.delete(key),
		]) {
			await damage();
			const { store, events } = wholeStore();
			await expect(store.act(log.workspaceId, act_id)).rejects.toThrow("a sealed bundle");
			await expect(store.range(log.workspaceId, 250, 300)).rejects.toThrow("a sealed bundle");
			await expect(answerOf(store, log.workspaceId, {})).rejects.toThrow("a sealed bundle");
			expect(events[0]).toMatchObject(["archive_damaged", { workspace_id: log.workspaceId, path: "tile/entries/001" }]);
			// What does not need it is answered.
			expect(await answerOf(store, log.workspaceId, { after_seq: 520, limit: 200 })).toHaveLength(81);
		}
	});

	test("is read compressed or not: a version before this one did not compress it", async () => {
		const log = newLog();
		const act_id = systemIds.make("act");
		await fillOld(log, 600, (n) => (n === 300 ? { act_id } : {}));
		await sealAll(log);
		const key = `${log.workspaceId}/log/tile/entries/001`;
		const compressed = await env.BLOBS.head(key);
		const plain = (await logFile(log.workspaceId, "tile/entries/001")) ?? new Uint8Array(0);
		expect(compressed?.httpMetadata).toMatchObject({ contentEncoding: "gzip" });
		expect(compressed?.size).toBeLessThan(plain.length / 3);
		const ofAct = () => wholeStore().store.act(log.workspaceId, act_id);
		const answer = await ofAct();
		expect(answer).toHaveLength(1);
		await env.BLOBS.put(key, plain);
		expect(await ofAct()).toEqual(answer);
	});

	test("is read a few bundles a page: a page may be empty, and the next one goes on behind it", async () => {
		const log = newLog();
		await fillOld(log, 2_400, (n) => ({ reason: n === 100 || n === 2_390 ? "needle" : "hay" }));
		await sealAll(log);
		const { store, reads } = wholeStore(3);
		for (const order of ["desc", "asc"] as const) {
			reads.length = 0;
			const pages = await pagesOf(store, log.workspaceId, { text: "NEEDLE", order });
			expect(pages.flat().map(({ seq }) => seq)).toEqual(order === "asc" ? [100, 2_391] : [2_391, 100]);
			expect(pages.filter((page) => page.length === 0).length).toBeGreaterThan(0);
			expect(pages.length).toBe(3);
			expect(reads.length).toBe(9);
		}
	});

	test("is read by what was noted of it: an act and a rare value cost the bundles that they are in", async () => {
		const log = newLog();
		const act_id = systemIds.make("act");
		await fillOld(log, 5_000, (n) => ({ agent: n === 700 ? "rare" : "common", ...(n === 700 || n === 2_100 ? { act_id } : {}) }));
		await sealAll(log);
		const { store, reads } = wholeStore();
		expect((await store.act(log.workspaceId, act_id)).map(({ seq }) => seq)).toEqual([700, 2_101]);
		expect(reads).toEqual(["tile/entries/002", "tile/entries/008"]);
		reads.length = 0;
		expect(await answerOf(store, log.workspaceId, { agent: "rare" })).toEqual([700]);
		expect(reads).toEqual(["tile/entries/002"]);
		reads.length = 0;
		expect(await answerOf(store, log.workspaceId, { agent: "rare", since: "2026-01-01T01:00:00.000Z" })).toEqual([]);
		expect(reads).toEqual([]);
	});
});

describe("an answer", () => {
	const TEXTS = ["alpha", "BETA", "Überweisung", "überweisung", "ﬁne 🐝", 'quo"te\\', "İ"];
	const AGENTS = ["ann", "bob", "Ann", "ann.b"];
	const ACTIONS = ["mail.send", "mail.read", "role.apply"];
	const START = Date.UTC(2026, 0, 1);
	const SECONDS = 3_000;
	const timeArb = fc.integer({ min: -60, max: SECONDS + 60 }).map((seconds) => new Date(START + seconds * 1_000).toISOString());

	const recordArb = fc.record(
		{
			time: timeArb,
			agent: fc.constantFrom(...AGENTS),
			action: fc.constantFrom(...ACTIONS),
			verdict: fc.constantFrom(...EFFECTS),
			state: fc.constantFrom(...RECORD_STATES),
			kind: fc.constantFrom("action" as const, "admin" as const),
			reason: fc.constantFrom(...TEXTS),
			act_id: fc.constantFrom(...Array.from({ length: 40 }, (_, i) => `act_${String(i).padStart(22, "0")}`)),
		},
		{ requiredKeys: ["time", "action", "state", "kind", "act_id"] },
	);
	const queryArb = fc.record(
		{
			order: fc.constantFrom("asc" as const, "desc" as const),
			limit: fc.integer({ min: 40, max: 200 }),
			agent: fc.constantFrom(...AGENTS, "nobody"),
			action: fc.constantFrom(...ACTIONS, "none"),
			verdict: fc.constantFrom(...EFFECTS),
			state: fc.constantFrom(...RECORD_STATES),
			kind: fc.constantFrom("action" as const, "admin" as const),
			text: fc.constantFrom(...TEXTS, "ALPHA", "beta", "ÜBERWEISUNG", "i̇", "\ud800", "\u0000"),
			since: timeArb,
			until: timeArb,
			after_seq: fc.integer({ min: 0, max: 1_400 }),
		},
		{ requiredKeys: ["order", "limit"] },
	);

	/** What matches, said once more and plainly: over all records, in their order. */
	function naiveAnswer(records: string[], query: Partial<AuditQuery>): number[] {
		const fold = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
		const seqs = records
			.map((text) => ({ text, record: JSON.parse(text) as AuditRecord }))
			.filter(({ text, record }) => {
				for (const name of ["agent", "action", "verdict", "state", "kind"] as const)
					if (query[name] !== undefined && record[name] !== query[name]) return false;
				if (query.since !== undefined && record.time < query.since) return false;
				if (query.until !== undefined && record.time >= query.until) return false;
				if (query.text !== undefined && !fold(text).includes(fold(query.text))) return false;
				return record.seq > (query.after_seq ?? 0);
			})
			.map(({ record }) => record.seq);
		return query.order === "asc" ? seqs : seqs.reverse();
	}

	test("is the same wherever the watermark stands: any records, any query, in both orders, and following the log", async () => {
		const log = newLog();
		const seed = 20_260_101;
		const random = fc.sample(recordArb, { numRuns: 1_300, seed });
		// Nearly in the order of time, as a log is: each within a few minutes of its place.
		random.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
		for (let i = 0; i + 40 < random.length; i += 7) {
			const [one, other] = [random[i], random[i + 40]] as [{ time: string }, { time: string }];
			[one.time, other.time] = [other.time, one.time];
		}
		await fillOld(log, random.length, (n) => random[n - 1] ?? {});
		const { records } = await stateOf(log);
		for (let bundles = 0; bundles <= 5; bundles++) {
			const ports = sealing();
			const { records: read } = ports.retention;
			ports.retention.records = async (workspaceId, after, limit) => {
				const rows = await read(workspaceId, after, limit);
				return after < bundles * 256 ? rows : rows.map((row) => ({ ...row, time: BORDER }));
			};
			await sealAll(log, ports);
			expect((await stateOf(log)).sealed).toBe(bundles * 256);
			const { store } = wholeStore(1 + bundles);
			for (const query of fc.sample(queryArb, { numRuns: 20, seed: seed + bundles }))
				expect(await answerOf(store, log.workspaceId, query), JSON.stringify(query)).toEqual(naiveAnswer(records, query));
			const [filters = {}] = fc.sample(queryArb, { numRuns: 1, seed: seed - bundles });
			const { order: _o, limit: _l, since: _s, until: _u, after_seq: _a, ...followed } = filters as Partial<AuditQuery>;
			const seen: number[] = [];
			for (let at = 0; at < records.length; ) {
				const { records: news, upTo } = await store.after(log.workspaceId, followed, at, 100);
				seen.push(...news.map(({ seq }) => seq));
				expect(upTo).toBeGreaterThan(at);
				at = upTo;
			}
			expect(seen).toEqual(naiveAnswer(records, { ...followed, order: "asc" }));
			const act_id = random[bundles]?.act_id ?? "";
			const own = records.map((text) => JSON.parse(text) as AuditRecord).filter((record) => record.act_id === act_id);
			expect(await store.act(log.workspaceId, act_id)).toEqual(own);
		}
	}, 60_000);

	test("is the same when records are sealed between the look at D1 and the look at the archive", async () => {
		const log = newLog();
		const act_id = systemIds.make("act");
		await fillOld(log, 1_400, (n) => (n % 200 === 7 ? { act_id, agent: "ann" } : {}));
		const { records } = await stateOf(log);
		const own = records.map((text) => JSON.parse(text) as AuditRecord).filter((record) => record.act_id === act_id);
		const { archive } = wholeStore();
		// One more bundle leaves D1 each time that the archive is asked.
		const sealOne = async () => {
			const ports = sealing();
			const { sealedSeq, records: read } = ports.retention;
			const sealed = await sealedSeq(log.workspaceId);
			ports.retention.records = async (workspaceId, after, limit) =>
				(await read(workspaceId, after, limit)).map((row) => (after === sealed ? row : { ...row, time: BORDER }));
			await sealStep(ports, log.workspaceId, BORDER);
		};
		await sealOne();
		const racing: Archive = {
			scan: async (...args) => sealOne().then(() => archive.scan(...args)),
			act: async (...args) => sealOne().then(() => archive.act(...args)),
			between: async (...args) => sealOne().then(() => archive.between(...args)),
		};
		const store = createAuditStore(database, racing);
		expect(await store.act(log.workspaceId, act_id)).toEqual(own);
		expect((await store.range(log.workspaceId, 500, 700)).map(({ seq }) => seq)).toEqual(
			Array.from({ length: 200 }, (_, i) => 501 + i),
		);
		const seqs = own.map((record) => record.seq);
		expect(await answerOf(store, log.workspaceId, { agent: "ann", order: "asc", limit: 100 })).toEqual(seqs);
		expect(await answerOf(store, log.workspaceId, { agent: "ann", limit: 100 })).toEqual(seqs.toReversed());
		expect((await stateOf(log)).sealed).toBe(1_280);
	});

	test("of a log of 10,000 records is the same before and after, and takes about as long", async () => {
		const log = newLog();
		await fillOld(log, 10_000, (n) => ({ agent: n % 500 === 3 ? "rare" : "common", verdict: "allow" }));
		const { store } = wholeStore();
		const queries: Partial<AuditQuery>[] = [
			{ agent: "rare" },
			{ agent: "rare", order: "asc" },
			{ agent: "rare", verdict: "allow", since: "2026-01-01T01:00:00.000Z", until: "2026-01-01T02:00:00.000Z" },
			{ agent: "common", limit: 100 },
		];
		const timed = async () => {
			const answers: unknown[] = [];
			const took: number[] = [];
			for (const query of queries) {
				const startedAt = performance.now();
				answers.push((await store.query(log.workspaceId, { limit: 50, order: "desc", cursor: null, ...query })).items);
				took.push(Math.round(performance.now() - startedAt));
			}
			return { answers, took };
		};
		const before = await timed();
		const startedAt = performance.now();
		await sealAll(log);
		const sealingMs = Math.round(performance.now() - startedAt);
		const after = await timed();
		expect((await stateOf(log)).inDatabase).toEqual([9_985, 10_001]);
		expect(after.answers).toEqual(before.answers);
		console.log(
			`a page of 10,000 records: ${before.took} ms from D1, ${after.took} ms from the archive; sealing took ${sealingMs} ms`,
		);
	}, 60_000);
});
