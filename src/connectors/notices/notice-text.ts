/** What people are told of a review: nothing that the log may not show, and no link that decides. */
import type { ReviewSummary } from "../../contract/review.ts";
import type { NoticeEvent } from "../../contract/sinks.ts";

/** One line: `helpdesk-bot wants mail.send: 501 calls in the last day, limit 500`. */
export function noticeLine(event: NoticeEvent, review: ReviewSummary): string {
	const { agent, action, reason, state, decided_by } = review;
	if (event === "review.held") return plainLine(`${agent} wants ${action}: ${reason}`);
	return plainLine(`${action} of ${agent} was ${state}${decided_by.length > 0 ? ` by ${decided_by.join(", ")}` : ""}`);
}

/** The lines of a message. */
export function noticeLines(event: NoticeEvent, review: ReviewSummary): string[] {
	const lines = [noticeLine(event, review), ""];
	for (const [name, value] of Object.entries(review.fields))
		lines.push(plainLine(`${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`));
	lines.push(`review: ${review.id}`, `act: ${review.act_id}`);
	if (event === "review.held") lines.push(`expires: ${review.expires_at}`, "", `hivekey review show ${review.id}`);
	return lines;
}

const LONGEST = 500;

/** Without line ends, controls and what reorders text; not at any length. */
function plainLine(text: string): string {
	const plain = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
	return plain.length <= LONGEST ? plain : `${plain.slice(0, LONGEST).toWellFormed()}…`;
}
