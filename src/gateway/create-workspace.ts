/** `POST /v1/workspaces`, with the root key: a workspace and its first administrator's key, shown this once. */
import type { CreatedWorkspace } from "../contract/admin.ts";
import { adminAct, type TellPorts, tellLog } from "./administrator.ts";
import type { TokenAuthority, WorkspaceStore } from "./ports.ts";

export interface CreateWorkspacePorts extends TellPorts {
	workspaces: WorkspaceStore;
	tokens: TokenAuthority;
}

export async function createWorkspace(
	ports: CreateWorkspacePorts,
	by: { requestId: string; sourceIp: string | undefined },
	wanted: { organization: string; workspace: string; owner: string },
): Promise<{ kind: "created"; workspace: CreatedWorkspace } | { kind: "taken" }> {
	const workspaceId = ports.ids.make("ws");
	const keyId = ports.ids.make("key");
	const { token, digest } = ports.tokens.mintAdminKey(workspaceId, keyId);
	const act = adminAct(ports, { key: { id: "root" }, ...by }, "workspace.create", {
		fields: { organization: wanted.organization, workspace: wanted.workspace, key_id: keyId, owner: wanted.owner },
	});
	const created = await ports.workspaces.create(
		{ id: workspaceId, organization: wanted.organization, name: wanted.workspace, created_at: act.time },
		{ id: keyId, owner: wanted.owner, scopes: ["admin"], digest, made_by: null },
		act,
	);
	if (!created) return { kind: "taken" };
	tellLog(ports, workspaceId);
	return {
		kind: "created",
		workspace: {
			organization: wanted.organization,
			workspace: wanted.workspace,
			workspace_id: workspaceId,
			key_id: keyId,
			key: token,
		},
	};
}
