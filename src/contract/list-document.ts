/** The List document: values under a name, for conditions of any role to take by `{list: name}`. */
import * as z from "zod";
import { labelsSchema, resourceNameSchema } from "./names.ts";
import { POLICY_API_VERSION } from "./role-document.ts";

/** Limits of a list's source, each named in the error that it causes. */
export const LIST_LIMITS = { sourceBytes: 8_388_608, items: 100_000 } as const;

export const listDocumentSchema = z.strictObject({
	apiVersion: z.literal(POLICY_API_VERSION),
	kind: z.literal("List"),
	metadata: z.strictObject({
		name: resourceNameSchema,
		description: z.string().max(1_024).optional(),
		labels: labelsSchema.optional(),
	}),
	items: z
		.array(z.union([z.string(), z.number(), z.boolean()]))
		.min(1)
		.max(LIST_LIMITS.items),
});
export type ListDocument = z.infer<typeof listDocumentSchema>;

/** Every key that a document may have at a place, for suggestions. */
export const LIST_KEYS: Readonly<Record<string, readonly string[]>> = {
	"": Object.keys(listDocumentSchema.shape),
	metadata: ["name", "description", "labels"],
};
