/** Chance against the log: rows, acts, evictions, deaths, faults of D1 and R2, restores. Whatever comes, it is what the model allows. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { chainFaults } from "../support/chain.ts";
import { applySchema } from "../support/worker/gateway.ts";
import { clearHooks, logHooks } from "../support/worker/hooks.ts";
import { logOf } from "../support/worker/log-book.ts";
import { chance, LogModel, type SeenLog } from "../support/worker/log-model.ts";
import { checkpointsOf, logFile, restoreDatabase, vkeysOf } from "../support/worker/log-stores.ts";
import { inspectLog } from "../support/worker/log-stranger.ts";

beforeAll(applySchema);
afterEach(clearHooks);

/** MODEL_SEEDS says how many. A failure names its seed: put it here to see it again. */
const SEEDS = Array.from({ length: Number(env.MODEL_SEEDS) }, (_, n) => (n + 1) * 7_919);
const STEPS = 25;
const REACHING_OUT = [
	"storedHead",
	"commit",
	"recordsAfter",
	"saveCheckpoint",
	"newestCheckpoint",
	"putLogFile",
	"getLogFile",
	"forgetAdminActs",
	"adminActs",
	"renumberAdminActs",
	"putQuarantined",
] as const;

type Call = (...args: unknown[]) => Promise<unknown>;

/** Every call outwards may be late, fail before, or fail after it was done. */
function breakThings(random: () => number, often: number): void {
	for (const name of REACHING_OUT)
		(logHooks as Record<string, unknown>)[name] = async (next: Call, ...args: unknown[]) => {
			const dice = random();
			if (dice < often) throw new Error(`${name}: D1_ERROR: before`);
			if (dice < 2 * often) await scheduler.wait(Math.floor(random() * 10));
			const result = await next(...args);
			if (dice > 1 - often) throw new Error(`${name}: D1_ERROR: after`);
			return result;
		};
}

async function look(workspaceId: string): Promise<SeenLog> {
	const log = logOf(workspaceId);
	const rows = await log.stored();
	expect(chainFaults(rows)).toEqual([]);
	return {
		actions: rows.map((row) => JSON.parse(row.record).action),
		records: rows.map((row) => row.record),
		checkpoints: await checkpointsOf(workspaceId),
	};
}

describe("a log under chance", () => {
	test.each(SEEDS)("is what the model allows: seed %i", { timeout: 120_000 }, async (seed) => {
		const random = chance(seed);
		const log = logOf(`ws_model_${seed}`);
		const model = new LogModel();
		const sources = ["a", "b", "c"];
		const under = `seed ${seed}`;
		const deliver = async (source: string, most: number) => {
			const rows = model.delivery(source, Math.floor(random() * most), (n) =>
				random() < 0.03 ? `broken ${n}` : `${source}.${n}`,
			);
			const texts = rows.map(([n, name]): [number, string] => [n, name.startsWith("broken") ? name : log.record(name)]);
			const n = await log.append(source, texts).catch(() => null);
			if (n !== null) model.confirm(source, n);
		};
		let restorable = 0;
		for (let step = 0; step < STEPS; step++) {
			breakThings(random, random() < 0.5 ? 0.08 : 0);
			const dice = random();
			if (dice < 0.6) await Promise.all(sources.map((source) => deliver(source, random() < 0.1 ? 200 : 12)));
			else if (dice < 0.7) await log.publish().catch(() => {});
			else if (dice < 0.78) await runDurableObjectAlarm(log.stub());
			else if (dice < 0.86) await evictDurableObject(log.stub()).catch(() => {});
			else if (dice < 0.93) {
				const lost = Promise.all(sources.map((source) => deliver(source, 12)));
				await scheduler.wait(Math.floor(random() * 15));
				await abortAllDurableObjects();
				await lost;
			} else if (restorable > 0) {
				clearHooks();
				await restoreDatabase(log.workspaceId, Math.floor(random() * restorable));
				for (let i = 0; i < 3; i++) await log.publish().catch(() => {});
			}
			clearHooks();
			const seen = await look(log.workspaceId);
			restorable = seen.checkpoints.length > 0 ? seen.records.length : 0;
			expect(model.faultsOf(seen), `${under}, step ${step}`).toEqual([]);
		}
		// Everything works again: nothing is missing, and all of it is published.
		for (const source of sources) {
			const rows = model.delivery(source, 1, (n) => `${source}.${n}`);
			const texts = rows.map(([n, name]): [number, string] => [n, name.startsWith("broken") ? name : log.record(name)]);
			await log.append(source, texts).catch(() => log.append(source, texts));
			model.confirm(source, rows.at(-1)?.[0] ?? 0);
		}
		await log.publish();
		const seen = await look(log.workspaceId);
		expect(model.faultsOf(seen), under).toEqual([]);
		expect(model.missing(seen), under).toEqual([]);
		expect(seen.checkpoints.at(-1)?.size, under).toBe(seen.records.length);
		const note = seen.checkpoints.at(-1)?.note ?? "";
		const fetch = (path: string) => logFile(log.workspaceId, path);
		const { faults } = await inspectLog(fetch, note, vkeysOf(log.workspaceId), [...model.signed.values()]);
		expect(faults, under).toEqual([]);
	});
});
