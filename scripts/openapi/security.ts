/** Who may call, in OpenAPI's words. */
import type { Access } from "../../src/http/endpoint.ts";
import type { Operation, Schema } from "./openapi-types.ts";

export const SECURITY_SCHEMES: Record<string, Schema> = {
	agentToken: {
		type: "http",
		scheme: "bearer",
		bearerFormat: "hk_agt_…",
		description: "An agent's token. It is shown once, when the agent is created or its token rotated.",
	},
	adminKey: {
		type: "http",
		scheme: "bearer",
		bearerFormat: "hk_live_…",
		description: "An administrator's key, with scopes. The scope `admin` may do everything in its workspace.",
	},
	rootKey: {
		type: "http",
		scheme: "bearer",
		description: "The root key of a deployment: makes workspaces, and replaces their lost keys.",
	},
};

export function securityOf(access: Access): Pick<Operation, "security" | "x-scopes" | "description"> {
	if (access === "anybody") return { security: [] };
	if (access === "agent") return { security: [{ agentToken: [] }] };
	if (access === "root") return { security: [{ rootKey: [] }] };
	const scopes = [...access.scopes];
	const named = [...new Set([...scopes.filter((scope) => scope !== "admin"), "admin"])].map((scope) => `\`${scope}\``);
	const last = named.pop();
	return {
		description: `Takes a key with the scope ${named.length === 0 ? last : `${named.join(", ")} or ${last}`}.`,
		"x-scopes": scopes,
		security: [{ adminKey: [] }],
	};
}
