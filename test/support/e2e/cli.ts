/** The built CLI as a process of its own, with a config file of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { builtCli } from "../built.ts";
import { environment } from "./environment.ts";

export interface Ran {
	exit: number | null;
	stdout: string;
	stderr: string;
}

/** @param folder - where its config lies, and where it runs */
export function cliIn(folder: string, env: Record<string, string> = {}) {
	return async (...args: string[]): Promise<Ran> => {
		const program = join(await builtCli(), "bin", "hivekey.mjs");
		return new Promise((resolve, reject) => {
			const child = spawn(process.execPath, [program, ...args], {
				cwd: folder,
				env: environment({ HOME: folder, HIVEKEY_CONFIG: join(folder, "config.json"), TZ: "UTC", ...env }),
				stdio: ["ignore", "pipe", "pipe"],
			});
			const ran: Ran = { exit: null, stdout: "", stderr: "" };
			child.stdout.setEncoding("utf8").on("data", (text) => (ran.stdout += text));
			child.stderr.setEncoding("utf8").on("data", (text) => (ran.stderr += text));
			child.on("error", reject);
			child.on("close", (exit) => resolve({ ...ran, exit }));
		});
	};
}
