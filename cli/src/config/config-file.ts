/** Reads and writes the config file. It holds keys: mode 0600, and a write either happens whole or not at all. */
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { CliFailure } from "../failure.ts";

export interface Profile {
	url: string;
	/** Absent after a logout. */
	key?: string;
	organization?: string;
	workspace?: string;
}

export interface Config {
	/** The profile in use, null if there is none. */
	current: string | null;
	profiles: Record<string, Profile>;
}

/**
 * Reads the config. A file that is not there is an empty config.
 * @throws CliFailure if the file cannot be read or makes no sense
 */
export async function readConfig(path: string): Promise<Config> {
	let text: string;
	try {
		text = await readFile(path, "utf8");
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code;
		if (code === "ENOENT" || code === "ENOTDIR") return { current: null, profiles: {} };
		throw new CliFailure(`Cannot read the config file ${path}: ${(error as Error).message}`, {
			code: "config_unreadable",
			next: "Check who owns it, or name another with HIVEKEY_CONFIG.",
		});
	}
	return checkConfig(path, text);
}

/**
 * Writes the config beside its place, then moves it there.
 * @throws CliFailure if it cannot be written
 */
export async function writeConfig(path: string, config: Config): Promise<void> {
	let temporary: string | undefined;
	try {
		await mkdir(dirname(path), { recursive: true, mode: 0o700 });
		const target = await realpath(path).catch(() => path);
		temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
		const file = await open(temporary, "wx", 0o600);
		try {
			await file.writeFile(`${JSON.stringify(config, null, 2)}\n`);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(temporary, target);
	} catch (error) {
		if (temporary !== undefined) await rm(temporary, { force: true }).catch(() => undefined);
		throw new CliFailure(`Cannot write the config file ${path}: ${(error as Error).message}`, {
			code: "config_unwritable",
			next: "Name a path that you may write with HIVEKEY_CONFIG, or do without a file: HIVEKEY_KEY and HIVEKEY_URL.",
		});
	}
}

function checkConfig(path: string, text: string): Config {
	const broken = (why: string) =>
		new CliFailure(`The config file ${path} is broken: ${why}`, {
			code: "config_broken",
			next: "Repair it, or remove it and log in again: hivekey login --key hk_live_…",
		});
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw broken("it is not JSON");
	}
	if (!isObject(value)) throw broken("it is not a JSON object");
	const { current = null, profiles = {} } = value;
	if (current !== null && typeof current !== "string") throw broken("`current` is not a profile's name");
	if (!isObject(profiles)) throw broken("`profiles` is not an object");
	for (const [name, profile] of Object.entries(profiles)) {
		if (!isObject(profile) || typeof profile.url !== "string") throw broken(`profile \`${name}\` has no \`url\``);
		if (profile.key !== undefined && typeof profile.key !== "string")
			throw broken(`the \`key\` of profile \`${name}\` is not a text`);
	}
	return { ...value, current, profiles: profiles as unknown as Record<string, Profile> };
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
