/** Whether the key is taken, and whether it may read the log. */
import { MissingScopeError } from "../../../sdk/typescript/src/index.ts";
import { workspaceText } from "../commands/account/workspace-text.ts";
import { makeConnection, type Target } from "../connection.ts";
import { explainError } from "../explain-error.ts";
import type { World } from "../world.ts";
import type { Finding } from "./finding.ts";

export async function checkKey({ url, key, keyFrom }: Target, world: World): Promise<Finding> {
	const check = "key";
	if (key === undefined) {
		const next = "Log in with your admin key: hivekey login --key hk_live_… (or set HIVEKEY_KEY)";
		return { check, status: "failed", detail: "there is none", next };
	}
	try {
		const who = await makeConnection(world, url, key).admin.whoami();
		const detail = `${who.key.id} of ${who.key.owner} (from ${keyFrom}) · ${workspaceText(who.organization, who.workspace)} · ${who.key.scopes.join(", ")}`;
		return { check, status: "ok", detail };
	} catch (error) {
		const { message, next } = explainError(error, "whoami");
		return { check, status: "failed", detail: message, next };
	}
}

/** Asks for a single record. A key that may not read the log is one that was made so. */
export async function checkLog({ url, key }: Target, world: World): Promise<Finding> {
	const check = "log";
	if (key === undefined) return { check, status: "skipped", detail: "without a key" };
	try {
		await makeConnection(world, url, key).admin.audit.list({ limit: 1 });
		return { check, status: "ok", detail: "readable" };
	} catch (error) {
		const { message, next } = explainError(error, "audit tail");
		const status = error instanceof MissingScopeError ? "warning" : "failed";
		return { check, status, detail: message, next };
	}
}
