/**
 * `mail.send`: one mail through Cloudflare's `send_email` binding. The sender is the agent's mailbox, never anything that the
 * agent said.
 * @see https://developers.cloudflare.com/email-routing/email-workers/send-email-workers/
 */
import type { JsonObject } from "../../contract/json.ts";
import type { ExecutableCall, Ids, Outcome } from "../../gateway/ports.ts";

/** What we use of the binding. */
export interface MailBinding {
	send(message: {
		from: string;
		to: string[];
		cc?: string[];
		bcc?: string[];
		replyTo?: string;
		subject: string;
		text: string;
		headers?: Record<string, string>;
	}): Promise<{ messageId: string }>;
}

/** Codes with which the platform refuses a mail before it sends anything. Every other failure may have sent it. */
const REFUSED =
	/\bE_(VALIDATION_ERROR|FIELD_MISSING|TOO_MANY_RECIPIENTS|SENDER_NOT_VERIFIED|SENDER_DOMAIN_NOT_AVAILABLE|RECIPIENT_NOT_ALLOWED|RECIPIENT_SUPPRESSED|CONTENT_TOO_LARGE|DAILY_LIMIT_EXCEEDED|RATE_LIMIT_EXCEEDED|HEADER_[A-Z_]+)\b/;

export async function sendMail(binding: MailBinding, ids: Ids, mailbox: string, call: ExecutableCall): Promise<Outcome> {
	const { input } = call;
	const message_id = ids.make("msg");
	const lists = { cc: addresses(input, "cc"), bcc: addresses(input, "bcc") };
	const replyTo = addresses(input, "reply_to")[0];
	try {
		const sent = await binding.send({
			from: mailbox,
			to: addresses(input, "to"),
			...(lists.cc.length > 0 ? { cc: lists.cc } : {}),
			...(lists.bcc.length > 0 ? { bcc: lists.bcc } : {}),
			...(replyTo === undefined ? {} : { replyTo }),
			subject: input.subject as string,
			text: withWholeLineEnds(input.body as string),
			headers: { "X-HiveKey-Act": call.act_id },
		});
		return { kind: "ok", result: { message_id, queued: true }, fields: { message_id, provider_message_id: sent.messageId } };
	} catch (error) {
		const said = `${(error as { code?: string }).code ?? ""} ${error instanceof Error ? error.message : String(error)}`;
		const code = REFUSED.exec(said)?.[0];
		if (code === undefined) {
			const message = "the mail provider did not answer clearly: the mail may have been sent";
			return { kind: "unknown", error: { code: "upstream_unknown", message, upstream_status: null } };
		}
		const message = `the mail provider refused the mail (${code})`;
		return { kind: "failed", reached: true, error: { code: "upstream_failed", message, upstream_status: null } };
	}
}

/**
 * Lines end with CR and LF together (RFC 5322 section 2.3). To some servers a dot after a bare one of them ends the mail, and what
 * follows is read as commands: another mail, to anybody (CVE-2023-51764 and its like).
 */
function withWholeLineEnds(text: string): string {
	return text.replace(/\r\n?|\n/g, "\r\n");
}

/** A field that may be one address, a list, or absent. */
function addresses(input: JsonObject, field: string): string[] {
	const value = input[field];
	if (value === undefined) return [];
	return (Array.isArray(value) ? value : [value]) as string[];
}
