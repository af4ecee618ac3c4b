/** Sends one notice: a signed webhook, a chat's incoming webhook, or a mail. */
import type { SinkDocument } from "../../contract/sinks.ts";
import type { Outbound } from "../../gateway/outbound-ports.ts";
import type { SecretValues } from "../../gateway/secret-ports.ts";
import type { Notice, NoticeSender, Sending } from "../../gateway/sink-ports.ts";
import { noticeLine, noticeLines } from "./notice-text.ts";

export interface NoticeSenderPorts {
	outbound: Pick<Outbound, "send">;
	secretValues: Pick<SecretValues, "current">;
	/** See keys/webhook-signature.ts. */
	sign(secret: string, id: string, timestamp: number, body: string): string | null;
	/** Sends a mail from a mailbox of the workspace; says why not, or null. */
	mail(
		workspaceId: string,
		mail: { id: string; from: string; to: string[]; subject: string; body: string },
	): Promise<string | null>;
}

const TIME_LIMIT_MS = 10_000;
/** Of the answer, nothing but its status is of interest. */
const MAX_BYTES = 65_536;

export function createNoticeSender(ports: NoticeSenderPorts): NoticeSender {
	return {
		send(notice, now) {
			const { webhook, chat, mail } = notice.document;
			if (webhook) return sendWebhook(ports, notice, webhook, now);
			if (chat) return sendChat(ports, notice, chat);
			return mail ? sendMail(ports, notice, mail) : Promise.resolve(failed("the sink has no way to send"));
		},
	};
}

async function sendWebhook(
	ports: NoticeSenderPorts,
	{ id, workspace_id, event, review }: Notice,
	{ url, signing }: NonNullable<SinkDocument["webhook"]>,
	now: number,
): Promise<Sending> {
	const secret = await ports.secretValues.current(workspace_id, signing.secret);
	if (!secret) return failed(`the secret ${signing.secret} is not set`);
	const timestamp = Math.floor(now / 1_000);
	const body = JSON.stringify({ type: event, timestamp: new Date(now).toISOString(), data: review });
	const signature = ports.sign(secret.value, id, timestamp, body);
	if (signature === null) return failed(`the secret ${signing.secret} is not whsec_ and 24 to 64 bytes as base64`);
	return post(ports, url, body, {
		"webhook-id": id,
		"webhook-timestamp": String(timestamp),
		"webhook-signature": signature,
	});
}

async function sendChat(
	ports: NoticeSenderPorts,
	{ workspace_id, event, review }: Notice,
	{ url }: NonNullable<SinkDocument["chat"]>,
): Promise<Sending> {
	const address = await ports.secretValues.current(workspace_id, url.secret);
	if (!address) return failed(`the secret ${url.secret} is not set`);
	// Slack reads `<!channel>`, `<@user>` and `<url|text>` out of a text unless these three are escaped.
	const text = noticeLines(event, review).join("\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
	return post(ports, address.value.trim(), JSON.stringify({ text }), {});
}

async function sendMail(
	ports: NoticeSenderPorts,
	{ id, workspace_id, event, review }: Notice,
	{ to, from }: NonNullable<SinkDocument["mail"]>,
): Promise<Sending> {
	const subject = `HiveKey: ${noticeLine(event, review)}`.slice(0, 200).toWellFormed();
	const whyNot = await ports.mail(workspace_id, { id, from, to, subject, body: noticeLines(event, review).join("\n") });
	return whyNot === null ? { kind: "delivered" } : failed(whyNot);
}

async function post(
	{ outbound }: NoticeSenderPorts,
	url: string,
	body: string,
	headers: Record<string, string>,
): Promise<Sending> {
	const answer = await outbound.send({
		url,
		method: "POST",
		headers: { "content-type": "application/json", "user-agent": "hivekey", ...headers },
		body,
		timeLimitMs: TIME_LIMIT_MS,
		maxBytes: MAX_BYTES,
	});
	switch (answer.kind) {
		case "answered":
		case "too_large":
			if (answer.status >= 200 && answer.status <= 299) return { kind: "delivered" };
			return failed(`the receiver answered ${answer.status}`);
		case "refused":
			return failed(answer.why);
		case "timeout":
		case "broken":
			return failed("the receiver did not answer, or nobody is at its address");
	}
}

function failed(why: string): Sending {
	return { kind: "failed", why };
}
