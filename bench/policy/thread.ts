/** A part of the suite in a thread of Node: an isolate that has run nothing else. */
import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Told } from "./places.ts";
import { runPart } from "./suite.ts";

const { part, pairs, roundMs, cedar, opa } = workerData as Told;
const stopwatch = async (work: () => void) => {
	const startedAt = performance.now();
	work();
	return performance.now() - startedAt;
};
const surroundings = { cedar: await readFile(cedar), opa: await readFile(opa) };
parentPort?.postMessage(await runPart(part, surroundings, { stopwatch, pairs, roundMs }));
