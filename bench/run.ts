/**
 * `npm run bench`: the gateway beside the least that any honest gateway does, both in workerd, on this machine, in turn.
 * Fails if an answer is wrong, the log is not what was answered, or a ratio misses its threshold.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { buildWorker } from "../scripts/gateway/build-worker.ts";
import { bundleWorker } from "./bundle.ts";
import { type Compared, compare } from "./compare.ts";
import { type CallCount, countCalls } from "./counting/count-calls.ts";
import type { Answered, LogCheck } from "./hivekey/log.ts";
import { runHivekey } from "./hivekey/run-hivekey.ts";
import { type PolicyTimes, timePolicy } from "./policy.ts";
import { runReference } from "./reference/run-reference.ts";
import { compareReport, countReport, logReport, policyReport } from "./report.ts";
import { readSettings, type Settings } from "./settings.ts";
import { boundText, DECIDE_BOUND, holds, lateLogs, missedRatios } from "./thresholds.ts";

interface Bundles {
	worker: string;
	counting: string;
	reference: string;
	upstream: string;
}

const work = await mkdtemp(join(tmpdir(), "hivekey-bench-"));
try {
	const settings = readSettings(process.argv.slice(2), process.env);
	const faults = await bench(settings);
	for (const fault of faults) console.error(`bench: ${fault}`);
	if (faults.length > 0) process.exitCode = 1;
} catch (error) {
	console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 1;
} finally {
	await rm(work, { recursive: true, force: true, maxRetries: 5 });
}

/** @returns what is wrong */
async function bench(settings: Settings): Promise<string[]> {
	const policy = timePolicy();
	console.log(`${policyReport(policy)}\n`);
	const bundles = await bundle();
	const counted = await count(bundles, settings);
	console.log(`${countReport(counted)}\n`);
	const { compared, calls, log } = await compareSides(bundles, settings);
	console.log(`${compareReport(compared, settings)}\n\n${logReport(calls, log)}`);
	if (settings.json !== null) {
		const machine = { node: process.version, processors: cpus().length };
		await writeFile(settings.json, `${JSON.stringify({ machine, settings, policy, counted, compared, calls, log }, null, 2)}\n`);
	}
	return [
		...slowDecisions(policy),
		...counted.faults,
		...log.faults,
		...missedRatios(compared, settings.slack),
		...lateLogs(compared, settings.slack),
	];
}

async function bundle(): Promise<Bundles> {
	const [worker, counting, reference, upstream] = await Promise.all([
		buildWorker(join(work, "worker")),
		bundleWorker("counting/entry.ts", join(work, "counting")),
		bundleWorker("reference/worker.ts", join(work, "reference")),
		bundleWorker("upstream/mail.ts", join(work, "upstream")),
	]);
	return { worker, counting, reference, upstream };
}

async function count(bundles: Bundles, { agents, countedActions, connections }: Settings): Promise<CallCount> {
	const state = join(work, "counting-state");
	const gateway = await runHivekey({ bundle: bundles.counting, upstream: bundles.upstream, state, agents });
	try {
		return await countCalls(gateway, countedActions, connections);
	} finally {
		await gateway.stop();
	}
}

async function compareSides(
	{ worker, reference: bundle, upstream }: Bundles,
	settings: Settings,
): Promise<{ compared: Compared[]; calls: { allowed: number; refused: number }; log: LogCheck }> {
	const { agents } = settings;
	const ours = await runHivekey({ bundle: worker, upstream, state: join(work, "state"), agents });
	try {
		const reference = await runReference({ bundle, upstream, state: join(work, "reference-state"), agents });
		try {
			const answered: Answered = { allowed: [], refused: [] };
			const compared: Compared[] = [];
			for (const kind of ["allowed", "refused"] as const) {
				const told = await compare(kind, ours, reference, settings, (side, ids) => {
					if (side !== ours) return;
					for (const id of ids) answered[kind].push(id);
					ours.log.expect(ids.length * (kind === "allowed" ? 2 : 1));
				});
				compared.push(told);
			}
			const calls = { allowed: answered.allowed.length, refused: answered.refused.length };
			return { compared, calls, log: await ours.log.check(answered) };
		} finally {
			await reference.stop();
		}
	} finally {
		await ours.stop();
	}
}

function slowDecisions(times: PolicyTimes): string[] {
	return (["decide, allowed", "decide, refused"] as const)
		.map((name) => ({ name, ratio: times[name] / times["JSON.parse"] }))
		.filter(({ ratio }) => !holds(DECIDE_BOUND, ratio))
		.map(({ name, ratio }) => `${name}: ${ratio.toFixed(2)} of JSON.parse, wanted ${boundText(DECIDE_BOUND)}`);
}
