/** Puts another text in the place of a role's compiled form, under the hash that it has, and binds the role's agents to it. */
import { env } from "cloudflare:workers";
import { createDigests } from "../../../src/keys/digests.ts";
import type { TestWorkspace } from "./gateway.ts";

const digests = createDigests(env.HIVEKEY_TOKEN_KEY);

/** @param change - gets the compiled form as it is stored; what it returns is stored instead, a text as it is */
export async function replaceCompiled(
	workspace: TestWorkspace,
	role: string,
	// biome-ignore lint/suspicious/noExplicitAny: what a compiled form of another version looks like is for the test to say.
	change: (compiled: any) => unknown,
): Promise<string> {
	const { hash: before } = (await workspace.admin("GET", `/v1/roles/${role}`)).json;
	const row = await env.DB.prepare("SELECT compiled FROM role_revisions WHERE workspace_id = ? AND hash = ?")
		.bind(workspace.id, before)
		.first<{ compiled: string }>();
	const changed = change(JSON.parse(row?.compiled ?? ""));
	const text = typeof changed === "string" ? changed : JSON.stringify(changed);
	const hash = digests.sha256(text);
	await env.DB.batch([
		env.DB.prepare("UPDATE role_revisions SET compiled = ?, hash = ? WHERE workspace_id = ? AND hash = ?").bind(
			text,
			hash,
			workspace.id,
			before,
		),
		env.DB.prepare("UPDATE roles SET hash = ? WHERE workspace_id = ? AND name = ?").bind(hash, workspace.id, role),
		env.DB.prepare("UPDATE agents SET epoch = epoch + 1 WHERE workspace_id = ? AND role = ?").bind(workspace.id, role),
	]);
	await env.ROLES.put(`${workspace.id}/role/${hash}`, text);
	// Any change of an agent tells every ledger that has not heard of its epoch.
	const { items } = (await workspace.admin("GET", "/v1/agents")).json;
	for (const { name } of items)
		await workspace.admin("PATCH", `/v1/agents/${name}`, { body: { labels: { touched: hash.slice(0, 8) } } });
	return hash;
}
