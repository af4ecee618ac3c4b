/** The secrets of a local gateway: made once, kept in the state folder, readable by its owner alone. */
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface LocalSecrets {
	HIVEKEY_ROOT_KEY: string;
	HIVEKEY_TOKEN_KEY: string;
}

export async function localSecrets(state: string): Promise<LocalSecrets> {
	const path = join(state, "secrets.json");
	try {
		return JSON.parse(await readFile(path, "utf8"));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
			throw new Error(`${path} cannot be read: ${(error as Error).message}. Repair it, or start with another --state`);
		}
	}
	const random = () => randomBytes(32).toString("base64url");
	const secrets: LocalSecrets = { HIVEKEY_ROOT_KEY: random(), HIVEKEY_TOKEN_KEY: random() };
	const whole = `${path}.new`;
	await writeFile(whole, JSON.stringify(secrets, null, 2), { mode: 0o600 });
	await rename(whole, path);
	return secrets;
}
