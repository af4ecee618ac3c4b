/** What administrators are answered. */
import * as z from "zod";
import { labelsSchema, resourceNameSchema } from "./names.ts";

export const KEY_SCOPES = ["admin", "policy", "review", "audit"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

export const whoamiSchema = z
	.object({
		organization: z.string(),
		workspace: z.string(),
		workspace_id: z.string(),
		key: z.object({ id: z.string(), owner: z.string(), scopes: z.array(z.enum(KEY_SCOPES)) }),
	})
	.meta({ id: "Whoami" });
export type Whoami = z.infer<typeof whoamiSchema>;

export const warningSchema = z.object({
	code: z.string(),
	message: z.string(),
	path: z.string(),
	line: z.number().int().optional(),
	column: z.number().int().optional(),
});
export type Warning = z.infer<typeof warningSchema>;

export const roleSchema = z
	.object({
		name: z.string(),
		rev: z.number().int(),
		hash: z.string(),
		grants: z.number().int().describe("How many actions the role grants once its patterns are expanded."),
		warnings: z.array(warningSchema),
		document: z.record(z.string(), z.unknown()),
	})
	.meta({ id: "Role" });
export type Role = z.infer<typeof roleSchema>;

export const ROLE_CHANGES = ["created", "updated", "unchanged"] as const;

export const COMPARISON_RESULTS = ["widens", "does_not_widen", "cannot_tell"] as const;
export const comparisonSchema = z
	.object({
		result: z
			.enum(COMPARISON_RESULTS)
			.describe("`does_not_widen` is proven for every call; `widens` lets a call pass that did not; else nobody can tell."),
		reasons: z.array(
			z.object({
				action: z.string().nullable().describe("Null where it is about the role as a whole."),
				guard: z.string().nullable().describe("The guard of the role in force that let less pass."),
				why: z.string(),
				sure: z.boolean().describe("Whether more passes for sure; false where nobody can tell."),
			}),
		),
	})
	.meta({ id: "Comparison" });
export type Comparison = z.infer<typeof comparisonSchema>;

export const appliedRoleSchema = roleSchema
	.extend({
		change: z.enum(ROLE_CHANGES),
		comparison: comparisonSchema
			.optional()
			.describe("With the role in force before, where `dry_run` or `no_widen` asked for it."),
	})
	.meta({ id: "AppliedRole" });
export type AppliedRole = z.infer<typeof appliedRoleSchema>;

export const roleRevisionSchema = z
	.object({
		rev: z.number().int(),
		hash: z.string(),
		grants: z.number().int(),
		changed_by: z.string().describe("The key that made the change."),
		created_at: z.string(),
		in_force: z.boolean().describe("Whether this revision is the one in force."),
		document: z.record(z.string(), z.unknown()),
	})
	.meta({ id: "RoleRevision" });
export type RoleRevision = z.infer<typeof roleRevisionSchema>;

export const rollbackSchema = z.strictObject({ rev: z.number().int().min(1) }).meta({ id: "Rollback" });

/** RFC 3339, with any offset; kept and answered in UTC. */
export const timeSchema = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());

export const agentSchema = z
	.object({
		id: z.string(),
		name: z.string(),
		role: z.string(),
		labels: labelsSchema,
		created_at: z.string(),
		revoked_at: z.string().nullable(),
		last_seen_at: z.string().nullable().describe("When it last called, to within two minutes; null if it never has."),
	})
	.meta({ id: "Agent" });
export type Agent = z.infer<typeof agentSchema>;

/** The only answer that ever carries the token. */
export const createdAgentSchema = agentSchema.extend({ token: z.string() }).meta({ id: "CreatedAgent" });
export type CreatedAgent = z.infer<typeof createdAgentSchema>;

export const createAgentSchema = z
	.strictObject({
		name: resourceNameSchema,
		role: resourceNameSchema,
		labels: labelsSchema.optional(),
		expires_at: timeSchema.optional().describe("When its first token ends."),
	})
	.meta({ id: "CreateAgent" });

export const changeAgentSchema = z
	.strictObject({ role: resourceNameSchema.optional(), labels: labelsSchema.optional() })
	.refine((change) => change.role !== undefined || change.labels !== undefined, "give a role, labels, or both")
	.meta({ id: "ChangeAgent", minProperties: 1 });

export const agentTokenSchema = z
	.object({ id: z.string(), created_at: z.string(), expires_at: z.string().nullable(), revoked_at: z.string().nullable() })
	.meta({ id: "AgentToken" });
export type AgentTokenView = z.infer<typeof agentTokenSchema>;

/** How long, at most, an old token may go on beside a new one: 30 days. */
export const MAX_OVERLAP_SECONDS = 2_592_000;

export const rotateTokenSchema = z
	.strictObject({
		overlap_seconds: z
			.number()
			.int()
			.min(0)
			.max(MAX_OVERLAP_SECONDS)
			.default(0)
			.describe("How long the tokens so far go on, in seconds; 0 ends them at once."),
		expires_at: timeSchema.optional(),
	})
	.meta({ id: "RotateToken" });

export const createdTokenSchema = agentTokenSchema.extend({ token: z.string() }).meta({ id: "CreatedToken" });
export type CreatedToken = z.infer<typeof createdTokenSchema>;

const ownerSchema = z.string().trim().min(1).max(254);

export const keySchema = z
	.object({
		id: z.string(),
		owner: z.string().describe("A person's name or e-mail."),
		scopes: z.array(z.enum(KEY_SCOPES)),
		made_by: z.string().nullable().describe("The key that made it; null if the root key did."),
		created_at: z.string(),
		last_used_at: z.string().nullable().describe("To within five minutes; null if never."),
		revoked_at: z.string().nullable(),
	})
	.meta({ id: "Key" });
export type Key = z.infer<typeof keySchema>;

export const createdKeySchema = keySchema.extend({ key: z.string() }).meta({ id: "CreatedKey" });
export type CreatedKey = z.infer<typeof createdKeySchema>;

export const createKeySchema = z
	.strictObject({ owner: ownerSchema, scopes: z.array(z.enum(KEY_SCOPES)).min(1).max(KEY_SCOPES.length) })
	.meta({ id: "CreateKey" });

export const replaceKeySchema = z
	.strictObject({
		owner: ownerSchema,
		revoke_others: z.boolean().default(false).describe("Also revokes every other key of the workspace: for one that leaked."),
	})
	.meta({ id: "ReplaceKey" });

export const workspaceSchema = z
	.object({ workspace_id: z.string(), organization: z.string(), workspace: z.string(), created_at: z.string() })
	.meta({ id: "Workspace" });
export type Workspace = z.infer<typeof workspaceSchema>;

export const createWorkspaceSchema = z
	.strictObject({ organization: resourceNameSchema, workspace: resourceNameSchema, owner: ownerSchema.default("root") })
	.meta({ id: "CreateWorkspace" });

export const createdWorkspaceSchema = z
	.object({ organization: z.string(), workspace: z.string(), workspace_id: z.string(), key_id: z.string(), key: z.string() })
	.meta({ id: "CreatedWorkspace" });
export type CreatedWorkspace = z.infer<typeof createdWorkspaceSchema>;

export const mailboxSchema = z
	.object({
		address: z.string(),
		agents: z
			.array(z.string())
			.describe(
				"The agents that send from it and read it; empty: all that no mailbox names, while no other mailbox is empty as well.",
			),
		created_at: z.string(),
	})
	.meta({ id: "Mailbox" });
export type Mailbox = z.infer<typeof mailboxSchema>;

export const createMailboxSchema = z
	.strictObject({ address: z.string().max(254), agents: z.array(resourceNameSchema).max(1_000).default([]) })
	.meta({ id: "CreateMailbox" });

export const listSchema = z
	.object({
		name: z.string(),
		description: z.string(),
		sha256: z.string().describe("Of the items' canonical JSON: roles that take the list pin what it holds by this."),
		count: z.number().int(),
		changed_by: z.string().describe("The key that made the change."),
		created_at: z.string(),
		updated_at: z.string(),
	})
	.meta({ id: "List" });
export type List = z.infer<typeof listSchema>;

export const listWithItemsSchema = listSchema
	.extend({ items: z.array(z.union([z.string(), z.number(), z.boolean()])) })
	.meta({ id: "ListWithItems" });

export const appliedListSchema = listSchema
	.extend({
		change: z.enum(ROLE_CHANGES),
		roles: z
			.array(z.object({ name: z.string(), rev: z.number().int() }))
			.describe("The roles that take the list, each at the revision in which what it holds now is in force."),
	})
	.meta({ id: "AppliedList" });
export type AppliedList = z.infer<typeof appliedListSchema>;

/** A page of anything: `next_cursor` is null at the end. */
export function pageSchema<T extends z.ZodType>(item: T) {
	return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}
export interface Page<T> {
	items: T[];
	next_cursor: string | null;
}
