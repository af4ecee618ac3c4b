/**
 * What the CLI keeps of each log that it has verified: the keys that it pinned at first sight, and the newest checkpoint. It lies
 * beside the config file. Whoever may write it can make the CLI believe another log.
 */
import { dirname, join } from "node:path";
import { configPath } from "../config/location.ts";
import { CliFailure } from "../failure.ts";
import type { World } from "../world.ts";
import { putFile, textOf } from "./log-files.ts";

export interface TrustedLog {
	/** How the log's checkpoints name it. */
	origin: string;
	/** The verifier keys that were pinned. */
	vkeys: string[];
	/** The newest checkpoint that verified, a signed note; null before the first. */
	checkpoint: string | null;
	/** When the keys were first seen. */
	since: string;
}

/** By gateway and workspace. */
export type Trust = Record<string, TrustedLog>;

/** The name of a log in the file. */
export function trustName(url: string, workspaceId: string): string {
	return `${url} ${workspaceId}`;
}

export function trustPath(world: World): string {
	return join(dirname(configPath(world)), "audit-trust.json");
}

/** @throws CliFailure if the file makes no sense: to begin anew in silence would be to trust anybody */
export async function readTrust(world: World): Promise<Trust> {
	const path = trustPath(world);
	const text = await textOf(path);
	if (text === null) return {};
	try {
		const value = JSON.parse(text) as Trust;
		if (typeof value === "object" && value !== null && Object.values(value).every(isTrustedLog)) return value;
	} catch {
		// Told below.
	}
	throw new CliFailure(`${path} is broken: it holds the keys and checkpoints of the logs that were verified`, {
		code: "trust_broken",
		next: "Restore it from a backup. If you remove it, the next run trusts whatever it is shown.",
	});
}

export async function keepTrust(world: World, name: string, log: TrustedLog): Promise<void> {
	const trust = await readTrust(world);
	await putFile(trustPath(world), `${JSON.stringify({ ...trust, [name]: log }, null, 2)}\n`);
}

function isTrustedLog(value: unknown): value is TrustedLog {
	if (typeof value !== "object" || value === null) return false;
	const { origin, vkeys, checkpoint } = value as TrustedLog;
	const isList = Array.isArray(vkeys) && vkeys.length > 0 && vkeys.every((vkey) => typeof vkey === "string");
	return typeof origin === "string" && isList && (checkpoint === null || typeof checkpoint === "string");
}
