/** Runs wrangler. The one thing of a deployment that a test replaces. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../gateway/build-worker.ts";

/** Runs one wrangler command to its end. */
export type Wrangler = (args: string[]) => Promise<{ ok: boolean; output: string }>;

export const runWrangler: Wrangler = (args) =>
	new Promise((resolve) => {
		const child = spawn(process.execPath, [join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js"), ...args], {
			cwd: ROOT,
			env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
			stdio: ["inherit", "pipe", "pipe"],
		});
		let output = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream.setEncoding("utf8").on("data", (text: string) => {
				output += text;
			});
		}
		child.once("close", (code) => resolve({ ok: code === 0, output }));
	});
