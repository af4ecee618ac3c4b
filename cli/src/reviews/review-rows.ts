/** Reviews as rows of a table. Calls that would do the same thing, under the same binding, for the same guards, share one row. */
import type { ReviewSummary } from "../../../sdk/typescript/src/index.ts";
import { fieldsText } from "../audit/detail.ts";
import { minuteTime } from "../audit/moment.ts";
import type { Column } from "../output/table.ts";

export interface ReviewGroup {
	/** The oldest of them. */
	first: ReviewSummary;
	count: number;
}

/** Groups by state and digest, in the order in which the first of each came. */
export function groupReviews(reviews: ReviewSummary[]): ReviewGroup[] {
	const groups = new Map<string, ReviewGroup>();
	for (const review of reviews) {
		const key = `${review.state} ${review.digest}`;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, { first: review, count: 1 });
		else group.count++;
	}
	return [...groups.values()];
}

export function reviewColumns(): Column[] {
	return ["REVIEW", "ALIKE", "AGENT", "ACTION", "GUARD", "STATE", "EXPIRES", "DETAIL"].map((title) => ({ title }));
}

export function reviewRow({ first, count }: ReviewGroup): string[] {
	const { id, agent, action, matched_guard, expires_at } = first;
	const alike = count === 1 ? "" : `×${count}`;
	return [id, alike, agent, action, matched_guard ?? "-", stateText(first), minuteTime(expires_at), detailText(first)];
}

/** `pending 1/2` while more than one approval is wanted. */
export function stateText({ state, approvals }: ReviewSummary): string {
	return state === "pending" && approvals.wanted > 1 ? `pending ${approvals.given}/${approvals.wanted}` : state;
}

function detailText({ fields, reason, state, decided_by }: ReviewSummary): string {
	const shown = fieldsText(fields);
	const why = state === "pending" || decided_by.length === 0 ? reason : `by ${decided_by.join(", ")}`;
	return [shown, why].filter((part) => part !== "").join(" · ");
}
