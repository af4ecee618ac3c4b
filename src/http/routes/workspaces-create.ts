import { createdWorkspaceSchema, createWorkspaceSchema } from "../../contract/admin.ts";
import { createWorkspace } from "../../gateway/create-workspace.ts";
import { endpoint } from "../endpoint.ts";

export const createWorkspaceRoute = endpoint({
	method: "post",
	path: "/v1/workspaces",
	summary: "Create a workspace; the answer holds its first admin key, once",
	access: "root",
	body: { schema: createWorkspaceSchema },
	responses: { 201: createdWorkspaceSchema },
	problems: ["already_exists"],
	async handle(ports, { body, requestId, sourceIp, keepAlive }) {
		const creation = await createWorkspace({ ...ports, keepAlive }, { requestId, sourceIp }, body);
		if (creation.kind === "taken") {
			return { problem: "already_exists", detail: `organization ${body.organization} has a workspace ${body.workspace}` };
		}
		return { status: 201, body: creation.workspace };
	},
});
