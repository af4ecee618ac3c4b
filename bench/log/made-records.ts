/** Records as a busy agent's calls make them: an intent and its outcome, in turn. */
import { recordText } from "../../src/contract/record-text.ts";
import { textDigest } from "../../src/tlog/text-digest.ts";

const START = Date.UTC(2026, 0, 1);
const id = (prefix: string, n: number) => `${prefix}_${String(n).padStart(22, "0")}`;

/** @param n - from 1: the record's place among those of all calls */
export function madeRecord(workspace: string, n: number): string {
	const act = Math.ceil(n / 2);
	const head = {
		event_id: id("evt", n),
		time: new Date(START + n * 20).toISOString(),
		kind: "action" as const,
		workspace,
		agent: `agent-${act % 8}`,
		token_id: id("tok", act % 8),
		act_id: id("act", act),
		action: "mail.send",
		verdict: "allow" as const,
		matched_guard: "approved-domains",
		role: { name: "support-agent", rev: 1, hash: "5f083f0a1a33ca07".repeat(4) },
		request_id: id("req", act),
	};
	if (n % 2 === 0)
		return recordText({ ...head, state: "executed", fields: { message_id: id("msg", act) }, duration_ms: 12 }, textDigest);
	const saw = { "to.domain": "acme.com" };
	return recordText(
		{
			...head,
			state: "intent",
			facts: [
				{ guard: "approved-domains", when: true, took: "allow", saw },
				{ guard: "daily-volume-cap", when: true, took: "allow", saw: { "rate.per_day": 17 } },
			],
			fields: { to: "jordan@acme.com" },
			input_digest: `hmac-sha256:${"5f083f0a".repeat(8)}`,
			source_ip: "192.0.2.7",
		},
		textDigest,
	);
}
