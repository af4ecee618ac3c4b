/** The product page's call, as examples: what is sent, what comes back allowed and denied. */
import type { MediaType } from "./openapi-types.ts";

type Examples = MediaType["examples"];

const REQUESTS: Record<string, Examples> = {
	"actions.run": {
		"mail.send": {
			summary: "mail.send",
			value: { to: "jordan@acme.com", subject: "Hi", body: "…" },
		},
	},
	"roles.patch": {
		"approved-domains": {
			summary: "A guard on outbound mail",
			value: {
				guards: [
					{
						id: "approved-domains",
						action: "mail.send",
						when: { field: "to.domain", in: ["acme.com", "acme-support.com"] },
						effect: "allow",
						otherwise: "deny",
					},
				],
			},
		},
	},
};

const ANSWERS: Record<string, Record<number, Examples>> = {
	"actions.run": {
		200: {
			"mail.send": {
				summary: "The recipient's domain is on the list",
				value: {
					id: "act_2Nf9kQ",
					action: "mail.send",
					verdict: "allow",
					matched_guard: "approved-domains",
					agent: "helpdesk-bot",
					result: { message_id: "msg_a1b2c3", queued: true },
				},
			},
		},
		403: {
			"mail.send": {
				summary: "The recipient is outside the allowlist",
				value: {
					id: "act_2Nf9kR",
					action: "mail.send",
					verdict: "deny",
					matched_guard: "approved-domains",
					reason: "recipient domain 'gmail.com' not in allowlist",
					logged: true,
					reason_code: "guard_denied",
					agent: "helpdesk-bot",
					retryable: false,
					approvable: false,
				},
			},
		},
	},
};

export function requestExamples(operationId: string): Pick<MediaType, "examples"> {
	const examples = REQUESTS[operationId];
	return examples ? { examples } : {};
}

export function answerExamples(operationId: string, status: number): Pick<MediaType, "examples"> {
	const examples = ANSWERS[operationId]?.[status];
	return examples ? { examples } : {};
}
