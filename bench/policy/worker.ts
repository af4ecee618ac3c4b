/**
 * A part of the suite in workerd, run by one request. Its clock stands still while code runs and goes on with I/O, in whole
 * milliseconds: a round is timed from one turn of the event loop to the next, and what an empty round takes is taken off.
 */
import cedar from "./cedar.wasm";
import opa from "./opa.wasm";
import type { Stopwatch } from "./rounds.ts";
import { type Part, runPart } from "./suite.ts";

const EMPTY_ROUNDS = 40;

export default {
	async fetch(request) {
		const query = new URL(request.url).searchParams;
		try {
			const stopwatch = await turnStopwatch();
			const timing = { stopwatch, pairs: Number(query.get("pairs")), roundMs: Number(query.get("round")) };
			return Response.json({ figures: await runPart(query.get("part") as Part, { cedar, opa }, timing) });
		} catch (error) {
			return Response.json({ error: error instanceof Error ? `${error.message}\n${error.stack}` : String(error) });
		}
	},
} satisfies ExportedHandler;

async function turnStopwatch(): Promise<Stopwatch> {
	let empty = 0;
	for (let round = 0; round < EMPTY_ROUNDS; round++) empty += await timeTurn(() => {});
	const emptyMs = empty / EMPTY_ROUNDS;
	return async (work) => Math.max(0, (await timeTurn(work)) - emptyMs);
}

async function timeTurn(work: () => void): Promise<number> {
	await scheduler.wait(0);
	const startedAt = performance.now();
	work();
	await scheduler.wait(0);
	return performance.now() - startedAt;
}
