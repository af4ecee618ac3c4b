/** Whether the config file can be read, and by its owner alone. */
import { stat } from "node:fs/promises";
import { readConfig } from "../config/config-file.ts";
import { configPath } from "../config/location.ts";
import { CliFailure } from "../failure.ts";
import type { World } from "../world.ts";
import type { Finding } from "./finding.ts";

const OTHERS = 0o077;

export async function checkConfig(world: World): Promise<Finding> {
	const check = "config";
	const path = configPath(world);
	try {
		const { profiles } = await readConfig(path);
		const facts = await stat(path).catch(() => null);
		if (facts === null) return { check, status: "ok", detail: `no config file yet (${path})` };
		const mode = (facts.mode & 0o777).toString(8).padStart(4, "0");
		if (world.platform !== "win32" && (facts.mode & OTHERS) !== 0) {
			const detail = `${path} has mode ${mode}: others on this machine can read the keys in it`;
			return { check, status: "failed", detail, next: `chmod 600 ${path}` };
		}
		const names = Object.keys(profiles);
		return { check, status: "ok", detail: `${path} · ${names.length === 0 ? "no profiles" : names.join(", ")}` };
	} catch (error) {
		if (!(error instanceof CliFailure)) throw error;
		return { check, status: "failed", detail: error.message, next: error.next };
	}
}
