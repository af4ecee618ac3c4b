/** What policy and agents know of the built-in mail actions. */
import type { ActionDefinition } from "./action-definition.ts";
import type { JsonObject } from "./json.ts";

/** Cloudflare's bound on one mail, over all address fields. */
export const MAX_RECIPIENTS = 50;

const ADDRESS: JsonObject = { type: "string", format: "email", maxLength: 254 };

function addressField(description: string): JsonObject {
	return { description, anyOf: [ADDRESS, { type: "array", items: ADDRESS, minItems: 1, maxItems: MAX_RECIPIENTS }] };
}

/** A list may be left out or be empty: there is then nobody in it. */
function optionalAddressField(description: string): JsonObject {
	return { description, anyOf: [ADDRESS, { type: "array", items: ADDRESS, maxItems: MAX_RECIPIENTS }] };
}

/**
 * A header field is one line, to whoever reads it: Python ends lines at VT, FF, FS, GS, RS, NEL, LS and PS too. The tab is the one
 * control character that may stand there.
 */
const NOT_IN_LINE = "\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f\\u2028\\u2029";

/**
 * Nor is it in code: `=?utf-8?q?pass=77ord?=` (RFC 2047) is `password` to whoever reads the mail, and is not to a guard on the
 * subject. So `=?` stands before a space or at the end only, as in `1+1=?`. No look-ahead: validators of other languages have none.
 */
const PLAIN_LINE = `^(?:[^=${NOT_IN_LINE}]|=+[^=?${NOT_IN_LINE}]|=+\\? )*(?:=*|=+\\?)$`;

const ADDRESS_FIELDS = ["to", "cc", "bcc", "reply_to"];

export const mailActions: ActionDefinition[] = [
	{
		name: "mail.send",
		description: "Send a plain-text mail from the agent's mailbox.",
		connector: "mail",
		input_schema: {
			type: "object",
			properties: {
				to: addressField("One bare address, or a list of them."),
				cc: optionalAddressField("Who gets a copy."),
				bcc: optionalAddressField("Who gets a copy that the others do not see."),
				reply_to: {
					description: "Where answers go: one bare address, also as a list of one.",
					anyOf: [ADDRESS, { type: "array", items: ADDRESS, maxItems: 1 }],
				},
				subject: {
					type: "string",
					minLength: 1,
					maxLength: 998,
					pattern: PLAIN_LINE,
					description: "One line of plain text, without encoded words.",
				},
				body: { type: "string", maxLength: 1_000_000, description: "Plain text." },
			},
			required: ["to", "subject", "body"],
			additionalProperties: false,
		},
		human_names: { to: "recipient", cc: "cc recipient", bcc: "bcc recipient", reply_to: "reply-to address", subject: "subject" },
		logged: ADDRESS_FIELDS,
		covers: { to: ["cc", "bcc", "reply_to"] },
		defaults: {},
		time_limit_ms: 15_000,
		limits: [
			{ fields: ADDRESS_FIELDS, max_values: MAX_RECIPIENTS, message: `at most ${MAX_RECIPIENTS} addresses over all fields` },
		],
	},
	{
		name: "mail.read",
		description: "List the mails of a folder of the agent's mailbox, newest first, or read one by its message_id.",
		connector: "mail",
		input_schema: {
			type: "object",
			properties: {
				folder: { type: "string", pattern: "^[a-z][a-z0-9-]{0,62}$", default: "inbox" },
				limit: { type: "integer", minimum: 1, maximum: 100, default: 20 },
				search: { type: "string", minLength: 1, maxLength: 200, description: "Part of the subject, the sender or the text." },
				cursor: { type: "string", maxLength: 1024 },
				message_id: { type: "string", minLength: 1, maxLength: 128 },
			},
			additionalProperties: false,
		},
		human_names: { message_id: "message" },
		logged: ["folder", "limit", "message_id"],
		covers: {},
		defaults: { folder: "inbox", limit: 20 },
		time_limit_ms: 10_000,
	},
];
