/** One review in full: everything that will run, nothing cut, and nothing in it that a terminal would obey. */
import type { GuardFact, ReviewDetail } from "../../../sdk/typescript/src/index.ts";
import { valueText } from "../audit/detail.ts";
import { fullTime } from "../audit/moment.ts";
import { prettyJson } from "../output/json.ts";
import { diffLines, hunksOf } from "../output/line-diff.ts";
import { printable } from "../output/printable.ts";
import { pairLines, tableLines } from "../output/table.ts";
import { stateText } from "./review-rows.ts";

const SELF_APPROVAL: Record<ReviewDetail["self_approval"], string> = {
	allowed: "whoever made the agent may approve too",
	refused: "whoever made the agent may not approve",
	unless_alone: "whoever made the agent may approve only where nobody else could",
};

/** Lines for a person. */
export function reviewLines(review: ReviewDetail): string[] {
	const { role, labels, mailbox } = review.binding;
	const lines = pairLines([
		["review", review.id],
		["state", stateText(review)],
		["act", review.act_id],
		["agent", review.agent],
		["action", review.action],
		["guard", review.matched_guard ?? undefined],
		["reason", `${review.reason} (${review.reason_code})`],
		["role", `${role.name} · rev ${role.rev} · ${role.hash}`],
		["labels", Object.keys(labels).length === 0 ? undefined : valueText(labels)],
		["mailbox", mailbox ?? undefined],
		["from", review.source_ip ?? undefined],
		["held", fullTime(review.held_at)],
		["expires", fullTime(review.expires_at)],
		["approvals", `${review.approvals.given} of ${review.approvals.wanted}; ${SELF_APPROVAL[review.self_approval]}`],
		["call", callText(review)],
		["digest", review.digest],
	]);
	lines.push("", ...guardLines(review.guards));
	if (review.decisions.length > 0) lines.push("", ...decisionLines(review));
	lines.push("", ...inputLines(review));
	return lines;
}

/** The input, whole. */
function inputLines({ input }: ReviewDetail): string[] {
	if (input === null) return ["The input is kept only while the call is held."];
	return ["What will run:", ...prettyJson(input).split("\n")];
}

function callText({ call }: ReviewDetail): string | undefined {
	if (call === null) return undefined;
	return call.error === undefined ? call.state : `${call.state}: ${call.error.message}`;
}

function guardLines(guards: GuardFact[]): string[] {
	const rows = guards.map((fact) => [
		fact.shadow === true ? `${fact.guard} (shadow)` : fact.guard,
		fact.when === null ? "indeterminate" : String(fact.when),
		fact.took,
		Object.entries(fact.saw)
			.map(([field, value]) => `${field}=${valueText(value)}`)
			.join(" "),
	]);
	return tableLines([{ title: "GUARD" }, { title: "WHEN" }, { title: "TOOK" }, { title: "SAW" }], rows, undefined);
}

function decisionLines({ decisions }: ReviewDetail): string[] {
	const rows = decisions.map(({ at, decision, owner, key_id, note, counts }) => [
		fullTime(at),
		counts ? decision : `${decision} (void)`,
		owner,
		key_id,
		note ?? "",
	]);
	return tableLines(
		["TIME", "DECISION", "OWNER", "KEY", "NOTE"].map((title) => ({ title })),
		rows,
		undefined,
	);
}

/** How a further call of a batch differs from the one that was shown in full. */
export function differenceLines(shown: ReviewDetail, other: ReviewDetail): string[] {
	const lines = hunksOf(diffLines(comparable(shown), comparable(other)), 0).flatMap((hunk) => hunk.lines);
	const told = lines.map(({ sign, text }) => `  ${sign} ${text}`);
	return [`${printable(other.id)} differs from ${printable(shown.id)} in:`, ...told];
}

/** All that an approval is for, a line each. */
function comparable({ agent, action, input, binding, guards }: ReviewDetail): string[] {
	const asked = guards.filter((fact) => fact.took === "review").map(({ guard, when }) => `${guard}: ${when ?? "indeterminate"}`);
	return prettyJson({ agent, action, asked, binding, input }).split("\n");
}
