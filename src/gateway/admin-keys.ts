/** Administrators' keys: made with an owner and scopes, shown once, revoked one by one. */
import type { CreatedKey, KeyScope } from "../contract/admin.ts";
import { type Administrator, adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { TokenAuthority, WorkspaceStore } from "./ports.ts";

export interface KeyPorts extends TellPorts {
	workspaces: WorkspaceStore;
	tokens: TokenAuthority;
}

/** `POST /v1/keys`. */
export function createKey(
	ports: KeyPorts,
	by: Administrator,
	wanted: { owner: string; scopes: KeyScope[] },
): Promise<CreatedKey> {
	return addKey(ports, by.key.workspace_id, by, { ...wanted, made_by: by.key.id }, false);
}

/** `POST /v1/workspaces/{id}/keys`, with the root key: a new admin key for one that was lost or leaked. */
export async function replaceKey(
	ports: KeyPorts,
	by: { requestId: string; sourceIp: string | undefined },
	workspaceId: string,
	wanted: { owner: string; revoke_others: boolean },
): Promise<{ kind: "created"; key: CreatedKey } | { kind: "not_found" }> {
	if (!(await ports.workspaces.exists(workspaceId))) return { kind: "not_found" };
	const key = { owner: wanted.owner, scopes: ["admin" as const], made_by: null };
	return { kind: "created", key: await addKey(ports, workspaceId, { key: { id: "root" }, ...by }, key, wanted.revoke_others) };
}

async function addKey(
	ports: KeyPorts,
	workspaceId: string,
	by: { key: { id: string }; requestId: string; sourceIp: string | undefined },
	wanted: { owner: string; scopes: KeyScope[]; made_by: string | null },
	revokeOthers: boolean,
): Promise<CreatedKey> {
	const id = ports.ids.make("key");
	const { token, digest } = ports.tokens.mintAdminKey(workspaceId, id);
	const key = { ...wanted, scopes: [...new Set(wanted.scopes)] };
	const fields = { key_id: id, owner: key.owner, scopes: key.scopes, ...(revokeOthers ? { revoke_others: true } : {}) };
	const act = adminAct(ports, by, "key.create", { fields });
	await ports.workspaces.addKey(workspaceId, { id, digest, ...key }, act.time, revokeOthers, act);
	tellLog(ports, workspaceId);
	return { id, ...key, created_at: act.time, last_used_at: null, revoked_at: null, key: token };
}

/** `DELETE /v1/keys/{id}`: the last admin key goes only when that is said in so many words. */
export async function revokeKey(
	ports: KeyPorts,
	by: Administrator,
	keyId: string,
	evenTheLast: boolean,
): Promise<"revoked" | "not_found" | "last"> {
	const workspaceId = by.key.workspace_id;
	const act = adminAct(ports, by, "key.revoke", { fields: { key_id: keyId } });
	const outcome = await ports.workspaces.revokeKey(workspaceId, keyId, act.time, evenTheLast, act);
	if (outcome === "revoked") tellLog(ports, workspaceId);
	return outcome;
}
