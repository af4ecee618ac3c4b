/** How much is measured: `node bench/run.ts [--quick] [--json FILE]`, and BENCH_ROUNDS, BENCH_SECONDS, BENCH_AGENTS. */
import { parseArgs } from "node:util";

export interface Settings {
	/** Pairs of rounds, ours and the reference's. */
	rounds: number;
	/** Length of one round. */
	seconds: number;
	/** Length of the warm-up of each side before a kind of call is measured. */
	warmUpSeconds: number;
	/** Keep-alive connections, each with one request at a time. */
	connections: number;
	/** Agents that call, and durable objects of the reference. */
	agents: number;
	/** Actions over which the outbox's calls are counted. */
	countedActions: number;
	/** How much wider the bounds on ratios are: a short run swings, and is there to find what is plainly broken. */
	slack: number;
	/** Where the figures go as JSON, or null. */
	json: string | null;
}

const USAGE = "npm run bench [-- --quick --json FILE]";

/** @throws if a flag or a variable is not what it should be */
export function readSettings(argv: string[], env: NodeJS.ProcessEnv): Settings {
	let flags: { quick?: boolean; json?: string };
	try {
		flags = parseArgs({ args: argv, options: { quick: { type: "boolean" }, json: { type: "string" } } }).values;
	} catch (error) {
		throw new Error(`${(error as Error).message}\nusage: ${USAGE}`);
	}
	const quick = flags.quick === true;
	return {
		rounds: numberFrom(env, "BENCH_ROUNDS", quick ? 3 : 9),
		seconds: numberFrom(env, "BENCH_SECONDS", quick ? 1 : 2),
		warmUpSeconds: quick ? 2 : 4,
		connections: 16,
		agents: numberFrom(env, "BENCH_AGENTS", 8),
		countedActions: quick ? 300 : 1_000,
		slack: quick ? 1.4 : 1,
		json: flags.json ?? null,
	};
}

function numberFrom(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
	const text = env[name];
	if (text === undefined || text === "") return otherwise;
	const value = Number(text);
	if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is a whole number from 1, not ${text}`);
	return value;
}
