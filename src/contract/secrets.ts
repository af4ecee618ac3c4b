/** Secrets on the wire: they go in, and never come out. */
import * as z from "zod";
import { resourceNameSchema } from "./names.ts";

/** The longest value, in characters: a key in PEM fits. */
export const SECRET_MAX = 16_384;

export const secretSchema = z
	.object({
		name: z.string(),
		version: z.number().int().describe("Counts up with every change. Roles pin it."),
		key_id: z.string().describe("The encryption key that it rests under."),
		changed_by: z.string().describe("The key that made the change."),
		created_at: z.string(),
		updated_at: z.string(),
	})
	.meta({ id: "Secret" });
export type Secret = z.infer<typeof secretSchema>;

export const setSecretSchema = z
	.strictObject({
		value: z.string().min(1).max(SECRET_MAX).describe("Never answered, logged or shown again."),
	})
	.meta({ id: "SetSecret" });

export const appliedSecretSchema = z
	.object({
		name: z.string(),
		version: z.number().int(),
		change: z.enum(["created", "updated"]),
		connectors: z.array(z.string()).describe("The connectors that take it."),
		roles: z
			.array(z.object({ name: z.string(), rev: z.number().int() }))
			.describe("The roles whose actions take it, each at the revision in which it is in force."),
	})
	.meta({ id: "AppliedSecret" });
export type AppliedSecret = z.infer<typeof appliedSecretSchema>;

export const secretParams = z.object({ name: resourceNameSchema });
