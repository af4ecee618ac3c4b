/** Connectors on the wire, as administrators see them. */
import * as z from "zod";
import { problemItemSchema } from "./problem.ts";
import { callErrorSchema } from "./verdict.ts";

export const connectorSchema = z
	.object({
		name: z.string(),
		description: z.string(),
		rev: z.number().int(),
		hash: z.string().describe("SHA-256 of the document's canonical JSON."),
		base_url: z.string(),
		actions: z.number().int().describe("How many it defines."),
		changed_by: z.string().describe("The key that made the change."),
		created_at: z.string().describe("Of this revision."),
	})
	.meta({ id: "Connector" });
export type Connector = z.infer<typeof connectorSchema>;

const documentSchema = z.record(z.string(), z.unknown());

export const connectorWithDocumentSchema = connectorSchema
	.extend({ document: documentSchema })
	.meta({ id: "ConnectorWithDocument" });

export const connectorRevisionSchema = z
	.object({
		rev: z.number().int(),
		in_force: z.boolean(),
		hash: z.string(),
		actions: z.number().int(),
		changed_by: z.string(),
		created_at: z.string(),
	})
	.meta({ id: "ConnectorRevision" });
export type ConnectorRevision = z.infer<typeof connectorRevisionSchema>;

/** What of an action a change is about. */
export const ACTION_PARTS = [
	"added",
	"removed",
	"destination",
	"credentials",
	"request",
	"input",
	"response",
	"log",
	"limits",
	"words",
] as const;
export type ActionPart = (typeof ACTION_PARTS)[number];

const changedActionSchema = z.object({ action: z.string(), parts: z.array(z.enum(ACTION_PARTS)) });
export type ChangedAction = z.infer<typeof changedActionSchema>;

export const touchedRoleSchema = z.object({
	name: z.string(),
	rev: z.number().int().describe("At which the change is in force for it; in a dry run, the one in force."),
	changed: z.array(changedActionSchema).describe("Actions that it grants and that are others now."),
	would_match: z
		.array(z.string())
		.describe("New actions that its patterns match: it grants none of them until it is applied again."),
});
export type TouchedRole = z.infer<typeof touchedRoleSchema>;

export const appliedConnectorSchema = connectorSchema
	.extend({
		change: z.enum(["created", "updated", "unchanged"]),
		changed: z.array(changedActionSchema).describe("What is another than in the revision before."),
		roles: z.array(touchedRoleSchema).describe("The roles that grant its actions, or whose patterns match new ones."),
		warnings: z.array(problemItemSchema),
	})
	.meta({ id: "AppliedConnector" });
export type AppliedConnector = z.infer<typeof appliedConnectorSchema>;

export const testConnectorSchema = z
	.strictObject({
		action: z.string().max(128),
		input: z.record(z.string(), z.unknown()).default({}),
		send: z.boolean().default(false).describe("Also sends it, with the secret, whatever it does."),
	})
	.meta({ id: "TestConnector" });

export const connectorTestSchema = z
	.object({
		request: z
			.object({
				method: z.string(),
				url: z.string(),
				headers: z.record(z.string(), z.string()),
				body: z.string().nullable(),
			})
			.describe("As it would leave; the secret's name stands where its value would."),
		outcome: z
			.object({
				state: z.enum(["executed", "failed", "unknown"]),
				upstream_status: z.number().int().nullable(),
				result: z.unknown().optional(),
				error: callErrorSchema.optional(),
			})
			.nullable()
			.describe("Null if it was not sent."),
	})
	.meta({ id: "ConnectorTest" });
export type ConnectorTest = z.infer<typeof connectorTestSchema>;
