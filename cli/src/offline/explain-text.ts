/** An explained call for people, and as data for programs. */
import { stringify } from "yaml";
import type { ConditionDocument } from "../../../src/contract/role-document.ts";
import { valueText } from "../audit/detail.ts";
import { printable } from "../output/printable.ts";
import { pairLines } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { truncateTo } from "../output/width.ts";
import type { ExplainedGuard, Explanation } from "./explain-call.ts";
import { whenText } from "./test-report.ts";

const INDENT = "  ";

/** Printable lines: the verdict, then every guard of the action. */
export function explanationLines(explanation: Explanation, terminal: Pick<Terminal, "colours" | "room">): string[] {
	const { role, action, facts, verdict, guards } = explanation;
	const { reason, reason_code: code } = verdict;
	const summary = pairLines([
		["role", role],
		["action", action],
		["time", new Date(facts.now).toISOString()],
		["verdict", verdict.verdict],
		["guard", verdict.matched_guard ?? undefined],
		["reason", reason === null ? undefined : `${reason} (${code})`],
	]);
	const denying = verdict.verdict === "deny" ? verdict.matched_guard : null;
	return [...summary, ...guards.flatMap((guard) => ["", ...guardLines(guard, verdict.matched_guard, denying, terminal)])];
}

/** The same for programs. */
export function explanationJson({ role, action, facts, verdict, guards }: Explanation): object {
	const { facts: _facts, ...decided } = verdict;
	return {
		role,
		action,
		given: { time: new Date(facts.now).toISOString(), agent: facts.agent, request: facts.request },
		...decided,
		guards: guards.map(({ guard, shadow, condition, fact }) => ({
			guard,
			shadow,
			condition,
			reached: fact !== null,
			...(fact === null ? {} : { when: fact.when, took: fact.took, saw: fact.saw, detail: fact.detail }),
		})),
	};
}

function guardLines(
	{ guard, shadow, condition, named, fact }: ExplainedGuard,
	matched: string | null,
	denying: string | null,
	{ colours, room }: Pick<Terminal, "colours" | "room">,
): string[] {
	const mark = shadow ? " (shadow)" : guard === matched ? " *" : "";
	const name = colours.bold(printable(guard) + mark);
	if (fact === null) return [`${name}  ${colours.dim(`not reached: ${printable(denying ?? "a guard before it")} denied`)}`];
	const { when, took, saw, detail } = fact;
	const pairs: [string, string | undefined][] = [
		["when", condition === undefined ? undefined : conditionText(condition)],
		...Object.entries(named).map(([name, one]): [string, string] => [`let ${name}`, conditionText(one)]),
		...Object.entries(saw).map(([field, value]): [string, string] => [field, seenText(value)]),
		["because", detail],
	];
	const lines = pairs.some(([, value]) => value !== undefined) ? pairLines(pairs) : [];
	const fit = (line: string) => (room === undefined ? line : truncateTo(line, room - INDENT.length));
	return [`${name}  ${wayText(when, condition !== undefined)} -> ${took}`, ...lines.map((line) => INDENT + fit(line))];
}

function seenText(value: unknown): string {
	if (value === null || (Array.isArray(value) && value.length === 0)) return "(nothing)";
	if (!Array.isArray(value) || !value.every(isCounted)) return valueText(value);
	return value.map((one) => `${valueText(one.value)}: ${valueText(one.counted)}`).join(", ");
}

/** What a counter by value shows for each of its values. */
function isCounted(value: unknown): value is { value: unknown; counted: unknown } {
	return typeof value === "object" && value !== null && "value" in value && "counted" in value;
}

function wayText(when: boolean | null, hasCondition: boolean): string {
	if (!hasCondition) return "always: effect";
	const source = when === null ? "the stricter of effect and otherwise" : when ? "effect" : "otherwise";
	return `when is ${whenText(when)}: ${source}`;
}

/** A condition on one line, as it could stand in the file. */
function conditionText(condition: ConditionDocument): string {
	return stringify(condition, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}
