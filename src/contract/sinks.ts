/** Sinks: where people are told that calls wait for them. The published JSON Schema of the document is generated from these. */
import * as z from "zod";
import { labelsSchema, resourceNameSchema } from "./names.ts";
import { POLICY_API_VERSION } from "./role-document.ts";

/** `review.held`: a call waits, or wants a fresh look; `review.decided`: it does not wait any more, whatever became of it. */
export const NOTICE_EVENTS = ["review.held", "review.decided"] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

const secretNameSchema = z.strictObject({ secret: resourceNameSchema });
const addressSchema = z.email("put the bare address: ann@acme.com").max(254);

export const sinkDocumentSchema = z
	.strictObject({
		apiVersion: z.literal(POLICY_API_VERSION),
		kind: z.literal("Sink"),
		metadata: z.strictObject({
			name: resourceNameSchema,
			description: z.string().max(1_024).optional(),
			labels: labelsSchema.optional(),
		}),
		events: z.array(z.enum(NOTICE_EVENTS)).min(1).max(NOTICE_EVENTS.length).default(["review.held"]),
		webhook: z
			.strictObject({
				url: z.string().max(2_048),
				signing: secretNameSchema.describe("The secret that signs: `whsec_` and 24 to 64 bytes as base64."),
			})
			.optional()
			.describe("A POST in the form of Standard Webhooks."),
		chat: z
			.strictObject({ url: secretNameSchema.describe("The secret that holds the address: whoever knows it may post.") })
			.optional()
			.describe("An incoming webhook of a chat, as Slack has them."),
		mail: z
			.strictObject({
				to: z.array(addressSchema).min(1).max(50),
				from: addressSchema.describe("A mailbox of the workspace."),
			})
			.optional()
			.describe("A mail through the mail connector."),
	})
	.refine(({ webhook, chat, mail }) => [webhook, chat, mail].filter((one) => one !== undefined).length === 1, {
		message: "a sink has exactly one of webhook, chat and mail",
	})
	.meta({ id: "SinkDocument" });
export type SinkDocument = z.infer<typeof sinkDocumentSchema>;

/** The keys that may stand at each place, for suggestions. */
export const SINK_KEYS: Readonly<Record<string, readonly string[]>> = {
	"": Object.keys(sinkDocumentSchema.shape),
	metadata: ["name", "description", "labels"],
	webhook: ["url", "signing"],
	"webhook.signing": ["secret"],
	chat: ["url"],
	"chat.url": ["secret"],
	mail: ["to", "from"],
};

export const sinkSchema = z
	.object({
		name: z.string(),
		type: z.enum(["webhook", "chat", "mail"]),
		events: z.array(z.enum(NOTICE_EVENTS)),
		document: z.record(z.string(), z.unknown()),
		changed_by: z.string().describe("The key that made the change."),
		created_at: z.string(),
		updated_at: z.string(),
		waiting: z.number().int().describe("Notices that are still to be delivered; they are tried again for three days."),
		last_fault: z.string().nullable().describe("Why the newest of them that failed did; null if none has."),
	})
	.meta({ id: "Sink" });
export type Sink = z.infer<typeof sinkSchema>;

export const appliedSinkSchema = sinkSchema
	.extend({ change: z.enum(["created", "updated", "unchanged"]) })
	.meta({ id: "AppliedSink" });
export type AppliedSink = z.infer<typeof appliedSinkSchema>;

/** The secrets that a sink takes. */
export function sinkSecrets({ webhook, chat }: SinkDocument): string[] {
	return [webhook?.signing, chat?.url].flatMap((one) => (one === undefined ? [] : [one.secret]));
}

/** What a sink has to be reached by. */
export function sinkType(document: SinkDocument): Sink["type"] {
	return document.webhook ? "webhook" : document.chat ? "chat" : "mail";
}
