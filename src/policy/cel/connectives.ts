/** `&&`, `||`, `!` and `?:` over lowered conditions. What is known is folded away, as Kleene's logic, which is CEL's, allows. */
import type { ConditionDocument } from "../../contract/role-document.ts";
import type { Lowered } from "./lowering.ts";

/** All of them, in one `all`. */
export function allOf(parts: readonly Lowered[]): Lowered {
	return join(parts, "all", false);
}

/** Any of them, in one `any`. */
export function anyOf(parts: readonly Lowered[]): Lowered {
	return join(parts, "any", true);
}

function join(parts: readonly Lowered[], key: "all" | "any", decisive: boolean): Lowered {
	const left: ConditionDocument[] = [];
	for (const part of parts) {
		if (part === decisive) return decisive;
		if (typeof part === "boolean") continue;
		if (key in part) left.push(...((part as Record<string, ConditionDocument[]>)[key] as ConditionDocument[]));
		else left.push(part);
	}
	if (left.length === 0) return !decisive;
	if (left.length === 1) return left[0] as ConditionDocument;
	return key === "all" ? { all: left } : { any: left };
}

/** The opposite. */
export function notOf(part: Lowered): Lowered {
	if (typeof part === "boolean") return !part;
	return "not" in part ? (part.not as ConditionDocument) : { not: part };
}

/**
 * `condition ? yes : no`. The third branch is never true: it keeps an indeterminate condition indeterminate where both branches
 * are false, for which CEL has an error. Over a list whose values disagree it may be true where, and only where, that is stricter.
 */
export function choiceOf(condition: Lowered, yes: Lowered, no: Lowered): Lowered {
	const opposite = notOf(condition);
	return anyOf([allOf([condition, yes]), allOf([opposite, no]), allOf([condition, opposite])]);
}

/** A condition that is known, as one that can be written: every agent has a name. */
export function documentOf(part: Lowered): ConditionDocument {
	return typeof part === "boolean" ? { field: "agent.name", exists: part } : part;
}
