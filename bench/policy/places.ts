/** The two places where the suite runs: this process, and workerd. */

import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { readCompatibility } from "../compatibility.ts";
import { type Figures, PARTS, type Part } from "./suite.ts";

export interface Pace {
	/** Pairs of rounds a comparison. */
	pairs: number;
	/** Length of a round in Node, and in workerd, whose clock has whole milliseconds only. */
	roundMs: { node: number; workerd: number };
}

/** What the thread of a part is told, see thread.ts. */
export interface Told {
	part: Part;
	pairs: number;
	roundMs: number;
	/** Where the WebAssembly of Cedar lies, and of OPA's policy. */
	cedar: string;
	opa: string;
}

const OPA_PATH = join(import.meta.dirname, "engines/opa/tour.wasm");

/** The suite in Node, each part in a thread of its own. */
export async function runInNode({ pairs, roundMs }: Pace): Promise<Figures> {
	return eachPart(async (part) => {
		const workerData: Told = { part, pairs, roundMs: roundMs.node, cedar: cedarPath(), opa: OPA_PATH };
		const thread = new Worker(join(import.meta.dirname, "thread.ts"), { workerData });
		const [figures] = await once(thread, "message");
		return figures;
	});
}

/** The suite in workerd, under the gateway's own compatibility date and flags, each part in a process of its own. */
export async function runInWorkerd({ pairs, roundMs }: Pace): Promise<Figures> {
	const folder = await mkdtemp(join(tmpdir(), "hivekey-bench-policy-"));
	try {
		const bundle = await bundleSuite(join(folder, "worker"));
		return await eachPart(async (part) => {
			const miniflare = startWorkerd(bundle, join(folder, part));
			try {
				const url = (await miniflare.ready).origin;
				const answer = await fetch(`${url}/?part=${part}&pairs=${pairs}&round=${roundMs.workerd}`);
				const told = (await answer.json()) as { figures: Figures[Part] } | { error: string };
				if ("error" in told) throw new Error(`in workerd: ${told.error}`);
				return told.figures;
			} finally {
				await miniflare.dispose();
			}
		});
	} finally {
		await rm(folder, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** One part after the other: two at a time would share the processor. */
async function eachPart(run: (part: Part) => Promise<Figures[Part]>): Promise<Figures> {
	const figures: Partial<Record<Part, Figures[Part]>> = {};
	for (const part of PARTS) figures[part] = await run(part);
	return figures as Figures;
}

async function bundleSuite(outDir: string): Promise<string> {
	await mkdir(outDir, { recursive: true });
	await build({
		entryPoints: [join(import.meta.dirname, "worker.ts")],
		outfile: join(outDir, "index.js"),
		bundle: true,
		format: "esm",
		target: "es2024",
		conditions: ["workerd", "worker", "browser"],
		mainFields: ["module", "main"],
		// casbin has a file adapter, which asks for `fs` when it is used.
		external: ["cloudflare:*", "node:*", "fs", "*.wasm"],
		logLevel: "error",
	});
	await copyFile(cedarPath(), join(outDir, "cedar.wasm"));
	await copyFile(OPA_PATH, join(outDir, "opa.wasm"));
	return outDir;
}

/** @param folder - for what Miniflare keeps */
function startWorkerd(bundle: string, folder: string): Miniflare {
	return new Miniflare({
		...convertV4MiniflareOptions({
			workers: [
				{
					name: "policy",
					...readCompatibility(),
					modules: [
						{ type: "ESModule", path: join(bundle, "index.js") },
						{ type: "CompiledWasm", path: join(bundle, "cedar.wasm") },
						{ type: "CompiledWasm", path: join(bundle, "opa.wasm") },
					],
					modulesRoot: bundle,
				},
			],
			host: "127.0.0.1",
			port: 0,
			cf: false,
			log: new Log(LogLevel.ERROR),
		}),
		resourcePersistencePath: join(folder, "v3"),
		resourceTmpPath: folder,
	});
}

function cedarPath(): string {
	const entry = createRequire(import.meta.url).resolve("@cedar-policy/cedar-wasm/nodejs");
	return join(dirname(entry), "../web/cedar_wasm_bg.wasm");
}
