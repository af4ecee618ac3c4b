/**
 * What the log's object keeps while a million records go through: its tables, and the heap of the Worker that it lives in, both of
 * which have to stay flat. The records come as ledgers bring them, are sequenced, chained, stored in D1, published to R2 and signed.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { localSecrets } from "../../scripts/gateway/local-secrets.ts";
import { runGateway } from "../../scripts/gateway/run-gateway.ts";
import { bundleWorker } from "../bundle.ts";
import { freePort, watchHeap } from "./worker-heap.ts";

const run = promisify(execFile);
const SOURCES = 4;
const BATCH = 250;
const SAMPLES = 10;
/** The most that the last sample may be, in times of the highest of the first three. */
const MOST_TIMES = 1.5;

interface Sample {
	records: number;
	/** Of the object's own tables. */
	objectBytes: number;
	/** What lives on the heap of the Worker with all its objects: the least while this sample was taken. */
	heapBytes: number;
	/** Of the whole process, with D1's, KV's and R2's stand-ins: told for the reader, and bounded by nothing. */
	residentBytes: number;
	recordsASecond: number;
}

/** @returns what is wrong */
export async function measureObject(records: number): Promise<string[]> {
	const work = await mkdtemp(join(tmpdir(), "hivekey-log-"));
	const state = join(work, "state");
	await mkdir(state);
	const inspectorPort = await freePort();
	const gateway = await runGateway({
		bundle: await bundleWorker("log/entry.ts", join(work, "bundle")),
		state,
		port: 0,
		pages: false,
		vars: { ...(await localSecrets(state)), LOG_LEVEL: "warn" },
		onLine: (line) => console.error(`gateway: ${line}`),
		inspectorPort,
	});
	const heap = await watchHeap(inspectorPort);
	try {
		const samples: Sample[] = [];
		console.log(
			`The log's object while ${records} records go through\n  records   records/s   tables KiB      heap MiB   process MiB`,
		);
		const step = Math.floor(records / SAMPLES / SOURCES / BATCH) * BATCH;
		for (let taken = 0; taken < step * SAMPLES; taken += step) {
			const begun = performance.now();
			await Promise.all(Array.from({ length: SOURCES }, (_, source) => append(gateway.url, source, taken, step)));
			const seconds = (performance.now() - begun) / 1_000;
			const size = (taken + step) * SOURCES;
			const { bytes } = (await ask(`${gateway.url}/bench/publish?workspace=ws_bench&size=${size}`)) as { bytes: number };
			const sample = {
				records: size,
				objectBytes: bytes,
				heapBytes: heap.lowest(),
				residentBytes: await workerdResident(),
				recordsASecond: (step * SOURCES) / seconds,
			};
			samples.push(sample);
			const { heapBytes, residentBytes, recordsASecond } = sample;
			const cells = [size, recordsASecond, bytes / 1_024, heapBytes / 1_048_576, residentBytes / 1_048_576];
			console.log(cells.map((cell, at) => cell.toFixed(at === 3 ? 1 : 0).padStart([9, 12, 13, 14, 14][at] as number)).join(""));
		}
		return (["objectBytes", "heapBytes"] as const).flatMap((what) => grown(samples, what));
	} finally {
		heap.stop();
		await gateway.stop();
		await rm(work, { recursive: true, force: true, maxRetries: 5 });
	}
}

function grown(samples: Sample[], what: "objectBytes" | "heapBytes"): string[] {
	const early = Math.max(...samples.slice(0, 3).map((sample) => sample[what]));
	const late = samples.at(-1)?.[what] ?? 0;
	const times = late / early;
	return times <= MOST_TIMES ? [] : [`${what} grew ${times.toFixed(2)} times, wanted <= ${MOST_TIMES}`];
}

async function append(url: string, source: number, after: number, count: number): Promise<void> {
	for (let from = after + 1; from <= after + count; from += BATCH)
		await ask(`${url}/bench/append?workspace=ws_bench&source=${source}&from=${from}&count=${BATCH}`);
}

async function ask(url: string): Promise<unknown> {
	const answer = await fetch(url, { signal: AbortSignal.timeout(120_000) });
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
	return JSON.parse(text);
}

/** Resident memory of the workerd that this process started, in bytes. */
async function workerdResident(): Promise<number> {
	const { stdout } = await run("ps", ["-A", "-o", "ppid=,rss=,comm="]);
	const own = stdout
		.split("\n")
		.map((line) => line.trim().split(/\s+/))
		.filter(([parent, , command]) => Number(parent) === process.pid && command?.includes("workerd") === true);
	return Math.max(0, ...own.map(([, kib]) => Number(kib) * 1_024));
}
