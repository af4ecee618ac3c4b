/** One broken row, or one loud source, does not stop a workspace's log: what cannot be committed is set aside, and said. */

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createHash } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Delivery, DeliveryQueue } from "../../src/objects/audit-log/delivery-queue.ts";
import { chainFaults } from "../support/chain.ts";
import { until } from "../support/until.ts";
import { applySchema } from "../support/worker/gateway.ts";
import { clearHooks, logHooks } from "../support/worker/hooks.ts";
import { logOf } from "../support/worker/log-book.ts";
import { keysIn, publishedFaults } from "../support/worker/log-stores.ts";

beforeAll(applySchema);
afterEach(clearHooks);

let logs = 0;
const newLog = () => logOf(`ws_quarantine_${++logs}`);
type Log = ReturnType<typeof newLog>;

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

/** Rows that no log can take, made from one that it can. */
const BROKEN: [what: string, make: (log: Log) => string, why: RegExp][] = [
	["no object", () => "null", /no JSON object/],
	["an empty row", () => "", /no JSON object/],
	["other keys first", (log) => log.record("x").replace('{"event_id"', '{"a":1,"event_id"'), /no JSON object/],
	["no end", (log) => log.record("x").slice(0, -1), /no JSON object/],
	["two objects", (log) => log.record("x") + log.record("y"), /not JSON/],
	["a bare NUL", (log) => log.record("x\u0001").replace("\\u0001", "\0"), /NUL/],
	["half a character", (log) => log.record("x!").replace("!", "\ud83d"), /half a character/],
	["17,000 bytes", (log) => log.record("x".repeat(17_000)), /16384 bytes/],
	["16,384 bytes without the head", (log) => log.record("x").replace('"x"', `"${"é".repeat(8_050)}"`), /16384 bytes/],
	["another workspace", (log) => log.record("x", { workspace: "ws_other" }), /another workspace/],
	["no workspace", (log) => log.record("x").replace('"workspace"', '"workplace"'), /another workspace/],
	["another workspace to SQLite alone", (log) => log.record("x").replace('"kind"', '"workspace":"ws_other","kind"'), /SQLite/],
	["the same, escaped", (log) => log.record("x").replace('"kind"', '"workspac\\u0065":"ws_other","kind"'), /SQLite/],
	["a number of its own", (log) => log.record("x").replace('"kind"', '"seq":1,"kind"'), /claims a place/],
	["a time that is none", (log) => log.record("x").replace(/"time":"[^"]*"/, '"time":1'), /no time/],
	["more levels than SQLite reads", (log) => log.record("x").replace('"kind"', `"deep":${deep(1_100)},"kind"`), /SQLite/],
];

describe("a row that can never be committed", () => {
	test.each(BROKEN)("does not stop the others: %s", async (_what, make, why) => {
		const log = newLog();
		const broken = make(log);
		const rows: [number, string][] = [
			[1, log.record("before")],
			[2, broken],
			[3, log.record("after")],
		];
		expect(await log.append("a", rows)).toBe(3);
		expect(await log.actions()).toEqual(["before", "log.quarantine", "after"]);
		expect(chainFaults(await log.stored())).toEqual([]);
		const record = JSON.parse((await log.stored())[1]?.record ?? "");
		const sha256 = createHash("sha256").update(broken, "utf8").digest("hex");
		expect(record).toMatchObject({ kind: "admin", state: "done", workspace: log.workspaceId });
		expect(record.fields).toEqual({ source: "a", row: 2, length: broken.length, sha256, why: expect.stringMatching(why) });
		await log.publish();
		expect(await publishedFaults(log.workspaceId)).toEqual([]);
		const kept = await (await env.BLOBS.get(`${log.workspaceId}/quarantine/${sha256}`))?.json();
		expect(kept).toEqual({ source: "a", row: 2, length: broken.length, sha256, why: record.fields.why, text: broken });
	});

	test("has escapes of NUL and half characters, deep lists and the word workspace, and is committed as it is", async () => {
		const log = newLog();
		const rows = [
			log.record("odd", { reason: 'nul \u0000 half \ud800 "workspace":"ws_x"' }),
			log.record("deep", { fields: { list: JSON.parse(deep(400)) } }),
			log.record("nested", { fields: { workspace: "ws_other" } }),
			log.record("wide", { fields: { list: Array.from({ length: 600 }, () => []) } }),
		];
		await log.append(
			"a",
			rows.map((row, i): [number, string] => [i + 1, row]),
		);
		expect(await log.actions()).toEqual(["odd", "deep", "nested", "wide"]);
	});

	test("is set aside once, however often it comes, also over the object's death", async () => {
		const log = newLog();
		const rows: [number, string][] = [[1, "broken"]];
		for (let i = 0; i < 3; i++) {
			expect(await log.append("a", rows)).toBe(1);
			await evictDurableObject(log.stub());
		}
		expect(await log.actions()).toEqual(["log.quarantine"]);
	});

	test("is kept by the object while R2 is away, whatever its size, and no row of the object is too large", async () => {
		const log = newLog();
		logHooks.putQuarantined = async () => {
			throw new Error("R2: gone for a moment");
		};
		const huge = `{"event_id":"${"x\u0000\ud800".repeat(400_000)}"`;
		await log.append("a", [[1, huge]]);
		const largest = await runInDurableObject(log.stub(), (_instance, state) =>
			state.storage.sql.exec<{ most: number }>("SELECT max(length(CAST(text AS BLOB))) AS most FROM quarantine_texts").one(),
		);
		expect(largest.most).toBeLessThan(2_000_000);
		expect(await keysIn(`${log.workspaceId}/quarantine/`)).toEqual([]);
		clearHooks();
		await evictDurableObject(log.stub());
		expect(await runDurableObjectAlarm(log.stub())).toBe(true);
		const [key = ""] = await keysIn(`${log.workspaceId}/quarantine/`);
		const kept = (await (await env.BLOBS.get(key))?.json()) as { text: string };
		expect(kept.text === huge).toBe(true);
		const rest = await runInDurableObject(log.stub(), (_instance, state) =>
			state.storage.sql
				.exec("SELECT (SELECT count(*) FROM quarantine_texts) AS texts, (SELECT count(*) FROM quarantine) AS rows")
				.one(),
		);
		expect(rest).toEqual({ texts: 0, rows: 1 });
	});
});

describe("a source with a huge backlog", () => {
	test("does not keep one with a single record waiting for more than the round that runs and its own", async () => {
		const log = newLog();
		const body = log.record("x", { reason: "y".repeat(4_000) });
		let statements = 0;
		let lightAt = 0;
		// D1 is not needed here, only how often it would be asked, and which time has the light one's record.
		logHooks.commit = async (_next, _workspaceId, batch) => {
			statements++;
			if (batch.records.includes("from the light one")) lightAt = statements;
			await scheduler.wait(5);
		};
		logHooks.recordsAfter = async () => {
			throw new Error("nothing is published here");
		};
		const heavy = async (source: string) => {
			for (let n = 1; n <= 3 * 60; n += 60)
				await log.append(
					source,
					Array.from({ length: 60 }, (_, i): [number, string] => [n + i, body]),
				);
		};
		const backlog = Promise.all(Array.from({ length: 32 }, (_, i) => heavy(`heavy-${i}`)));
		await until(() => statements > 3);
		const waited: number[] = [];
		for (let n = 1; n <= 5; n++) {
			const before = statements;
			await log.append("light", [[n, log.record("light", { reason: "from the light one" })]]);
			waited.push(lightAt - before);
		}
		await backlog;
		// A round is at most a million characters, two or three statements: the one that runs, its own, and what comes before it looks
		// again. Behind all of the others it would be more than twenty.
		expect(Math.min(...waited)).toBeGreaterThan(0);
		expect(Math.max(...waited)).toBeLessThanOrEqual(12);
		expect(statements).toBeGreaterThan(30);
	});

	const delivery = (source: string, characters: number): Delivery => ({
		source,
		rows: [[1, "x".repeat(characters)]],
		done: () => {},
	});

	test("is not starved by small ones either: it waits three rounds at most", () => {
		const queue = new DeliveryQueue();
		queue.add(delivery("huge", 900_000));
		const rounds: string[][] = [];
		for (let i = 0; i < 5; i++) {
			for (let j = 0; j < 40; j++) queue.add(delivery(`small-${i}-${j}`, 30_000));
			rounds.push(queue.nextRound().map(({ source }) => source));
		}
		expect(rounds.findIndex((round) => round.includes("huge"))).toBe(3);
	});

	test("fills the queue only for those who bring as much; a small delivery finds room", () => {
		const queue = new DeliveryQueue();
		let taken = 0;
		while (queue.add(delivery(`heavy-${taken}`, 260_000))) taken++;
		expect(taken).toBe(61);
		expect(queue.add(delivery("light", 1_000))).toBe(true);
		expect(queue.nextRound().map(({ source }) => source)).toContain("light");
	});

	test("is taken whole, even if it alone is more than the queue holds", () => {
		const queue = new DeliveryQueue();
		expect(queue.add(delivery("huge", 20_000_000))).toBe(true);
		expect(queue.nextRound().length).toBe(1);
		expect(queue.isEmpty).toBe(true);
	});
});
