/**
 * `npm run bench:policy [-- --quick --json FILE]`: the decision itself, in Node and in workerd, beside the closure that
 * somebody would write by hand and beside other engines. Exits 1 if an answer is wrong or a ratio misses its limit.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { missedLimits } from "./limits.ts";
import { type Pace, runInNode, runInWorkerd } from "./places.ts";
import { LEFT_OUT, policyFigures } from "./report.ts";

const FULL: Pace = { pairs: 21, roundMs: { node: 20, workerd: 40 } };
const QUICK: Pace = { pairs: 7, roundMs: { node: 10, workerd: 25 } };
/** How much wider the limits of a quick run are: it swings, and is there to find what is plainly broken. */
const QUICK_SLACK = 1.4;

try {
	const { values } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "string" } } });
	const pace = values.quick === true ? QUICK : FULL;
	const slack = values.quick === true ? QUICK_SLACK : 1;
	const figures = { node: await runInNode(pace), workerd: await runInWorkerd(pace) };
	const missed: string[] = [];
	for (const [place, told] of Object.entries(figures)) {
		console.log(`${policyFigures(place, told, slack)}\n`);
		missed.push(...missedLimits(place, told, slack));
	}
	console.log(LEFT_OUT);
	if (values.json !== undefined)
		await writeFile(values.json, `${JSON.stringify({ version: process.version, pace, figures }, null, 2)}\n`);
	for (const miss of missed) console.error(`bench: ${miss}`);
	if (missed.length > 0) process.exitCode = 1;
} catch (error) {
	console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 1;
}
