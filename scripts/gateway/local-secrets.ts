/**
 * The secrets of a local gateway: made once, kept in the state folder, readable by its owner alone. The root key lies beside them in a
 * file of its own as well, for `hivekey workspace … --root-key - < root-key`.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface LocalSecrets {
	HIVEKEY_ROOT_KEY: string;
	HIVEKEY_TOKEN_KEY: string;
	HIVEKEY_SIGNING_KEY: string;
	HIVEKEY_ENCRYPTION_KEY: string;
}

const NAMES = ["HIVEKEY_ROOT_KEY", "HIVEKEY_TOKEN_KEY", "HIVEKEY_SIGNING_KEY", "HIVEKEY_ENCRYPTION_KEY"] as const;

export async function localSecrets(state: string): Promise<LocalSecrets> {
	const secrets = await readOrMake(state);
	const rootKeyPath = join(state, "root-key");
	const written = await readFile(rootKeyPath, "utf8").catch(() => null);
	if (written !== `${secrets.HIVEKEY_ROOT_KEY}\n`) await writeWhole(rootKeyPath, `${secrets.HIVEKEY_ROOT_KEY}\n`);
	return secrets;
}

async function readOrMake(state: string): Promise<LocalSecrets> {
	const path = join(state, "secrets.json");
	let known: Partial<LocalSecrets> = {};
	try {
		known = JSON.parse(await readFile(path, "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
			throw new Error(`${path} cannot be read: ${(error as Error).message}. Repair it, or start with another --state`);
		}
	}
	if (NAMES.every((name) => known[name] !== undefined)) return known as LocalSecrets;
	// One that is there is never made anew: it stands in tokens, in signatures that people keep, or over secrets.
	const fresh = Object.fromEntries(NAMES.map((name) => [name, randomBytes(32).toString("base64url")]));
	const secrets = { ...fresh, ...known } as LocalSecrets;
	await writeWhole(path, JSON.stringify(secrets, null, 2));
	return secrets;
}

/** All of it or nothing, for its owner alone. */
async function writeWhole(path: string, text: string): Promise<void> {
	const whole = `${path}.new`;
	await writeFile(whole, text, { mode: 0o600 });
	await rename(whole, path);
}
