/**
 * `npm run bench:log [-- PART …]`: what the log costs when it is long. The parts: `page`, the first page of a filtered query at a million
 * records beside that at a thousand; `verify`, records a second of an export on disk; `memory`, what the log's object keeps while a
 * million records go through. LOG_RECORDS says how many instead of a million. Fails if a part misses what it must be.
 */
import { measureFirstPages } from "./first-page.ts";
import { measureObject } from "./object-memory.ts";
import { measureVerify } from "./verify-rate.ts";

const RECORDS = Number(process.env.LOG_RECORDS ?? 1_000_000);
const PARTS: Record<string, () => Promise<string[]>> = {
	page: () => measureFirstPages(RECORDS),
	verify: () => measureVerify(Math.min(RECORDS, 300_000)),
	memory: () => measureObject(RECORDS),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => PARTS[name] === undefined);
if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(", ")}: ${Object.keys(PARTS).join(", ")}`);

const faults: string[] = [];
for (const [name, measure] of Object.entries(PARTS)) {
	if (named.length > 0 && !named.includes(name)) continue;
	faults.push(...(await measure()));
	console.log("");
}
for (const fault of faults) console.error(`bench: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;
