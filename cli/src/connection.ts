/** From what was typed, set and stored to a client: which address, which key. */
import { HiveKey, HiveKeyAdmin, HiveKeyRoot } from "../../sdk/typescript/src/index.ts";
import { readConfig } from "./config/config-file.ts";
import { configPath } from "./config/location.ts";
import { findProfile } from "./config/profile.ts";
import { EXIT } from "./exit-codes.ts";
import { CliFailure, usageFailure } from "./failure.ts";
import type { World } from "./world.ts";

export const DEFAULT_URL = "https://gateway.hivekey.ai";

/** A person waits: who is told soon that the gateway does not run can start it. */
const MAX_RETRIES = 1;

export interface Connection {
	url: string;
	admin: HiveKeyAdmin;
}

export interface Wanted {
	url: string | undefined;
	profile: string | undefined;
}

/** What is meant, and where it is from. */
export interface Target {
	url: string;
	urlFrom: string;
	key: string | undefined;
	keyFrom: string | undefined;
}

/** The address: `--url`, else HIVEKEY_URL, else the profile's, else the public one. The key: HIVEKEY_KEY, else the profile's. */
export async function findTarget(world: World, wanted: Wanted): Promise<Target> {
	const { HIVEKEY_KEY } = world.env;
	const given = givenUrl(world, wanted);
	// The config file is not looked at where nothing in it could matter.
	const needsProfile = wanted.profile !== undefined || !HIVEKEY_KEY || given === undefined;
	const profile = needsProfile ? findProfile(await readConfig(configPath(world)), wanted.profile) : undefined;
	const stored = profile === undefined ? undefined : { url: profile.url, from: "the profile" };
	const { url, from } = given ?? stored ?? { url: DEFAULT_URL, from: "the default" };
	const keyFrom = HIVEKEY_KEY ? "HIVEKEY_KEY" : profile?.key ? "the profile" : undefined;
	return { url, urlFrom: from, key: HIVEKEY_KEY || profile?.key, keyFrom };
}

/**
 * A client for the gateway that the user means.
 * @throws CliFailure if there is no key
 */
export async function connect(world: World, wanted: Wanted): Promise<Connection> {
	const { url, key } = await findTarget(world, wanted);
	if (!key) {
		throw new CliFailure("You are not logged in", {
			code: "not_authenticated",
			next: "Log in with your admin key: hivekey login --key hk_live_… (or set HIVEKEY_KEY)",
			exit: EXIT.notAuthenticated,
		});
	}
	return makeConnection(world, url, key);
}

/**
 * A client for an address and a key.
 * @throws CliFailure if either cannot be one
 */
export function makeConnection(world: World, url: string, key: string): Connection {
	if (key.trim().startsWith("hk_agt_")) {
		throw new CliFailure("That is an agent's token (hk_agt_…), and the CLI works with an admin key", {
			code: "wrong_credential",
			next: "Use the key that begins with hk_live_. The agent itself calls the gateway with its token, no CLI needed.",
			exit: EXIT.notAuthenticated,
		});
	}
	const admin = making("--key, HIVEKEY_KEY", () => new HiveKeyAdmin(key, clientOptions(world, url)));
	return { url: admin.baseUrl, admin };
}

/**
 * A client for the operator of the deployment. The profile says no more than the address: the root key is stored nowhere.
 * @param option - what `--root-key` says: nothing (HIVEKEY_ROOT_KEY is taken) or `-` (standard input)
 * @throws CliFailure if there is no root key
 */
export async function connectAsRoot(world: World, wanted: Wanted, option: string | undefined): Promise<HiveKeyRoot> {
	if (option !== undefined && option !== "-") {
		const next = "Set HIVEKEY_ROOT_KEY, or pipe it in: --root-key - < root-key.txt";
		throw usageFailure("--root-key takes - alone: a root key has no place in a shell's history", next);
	}
	const key = option === "-" ? new TextDecoder().decode(await world.readStdin()).trim() : world.env.HIVEKEY_ROOT_KEY?.trim();
	if (!key) {
		throw new CliFailure("There is no root key", {
			code: "not_authenticated",
			next: "Workspaces are the operator's: set HIVEKEY_ROOT_KEY to the deployment's root key, or pipe it in with --root-key -",
			exit: EXIT.notAuthenticated,
		});
	}
	const { url } = await findTarget(world, wanted);
	return making("--root-key, HIVEKEY_ROOT_KEY", () => new HiveKeyRoot(key, clientOptions(world, url)));
}

/**
 * A client for an agent. The profile says no more than the address.
 * @throws CliFailure if the token cannot be one
 */
export async function connectAsAgent(world: World, wanted: Wanted, token: string): Promise<HiveKey> {
	const { url } = await findTarget(world, wanted);
	return making("HK_AGENT_TOKEN", () => new HiveKey(token, clientOptions(world, url)));
}

function givenUrl(world: World, wanted: Wanted): { url: string; from: string } | undefined {
	if (wanted.url !== undefined) return { url: wanted.url, from: "--url" };
	const { HIVEKEY_URL } = world.env;
	return HIVEKEY_URL ? { url: HIVEKEY_URL, from: "HIVEKEY_URL" } : undefined;
}

function clientOptions(world: World, url: string) {
	return { baseUrl: url, maxRetries: MAX_RETRIES, userAgent: `hivekey-cli/${world.version}` };
}

function making<T>(keySources: string, make: () => T): T {
	try {
		return make();
	} catch (error) {
		const { message } = error as Error;
		const isAddress = message.includes("address");
		const next = isAddress
			? "The address comes from --url, HIVEKEY_URL or the profile."
			: `The key comes from ${keySources} or the profile.`;
		throw usageFailure(message, next);
	}
}
