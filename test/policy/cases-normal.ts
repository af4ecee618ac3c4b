/** What is left of a golden case when its constants are taken out: cases that differ in nothing else count once. */
import type { Json } from "../../src/contract/json.ts";
import type { ConditionDocument, RoleDocument } from "../../src/contract/role-document.ts";
import type { RoleTestCase } from "../../src/contract/role-test-document.ts";
import { matchesAction } from "../../src/policy/action-pattern.ts";

export function normalCase(role: RoleDocument, { action, input, given, expect }: RoleTestCase): string {
	const guards = role.guards.filter((guard) => [guard.action].flat().some((pattern) => matchesAction(pattern, action)));
	const place = guards.findIndex(({ id }) => id === expect.guard);
	return JSON.stringify([
		guards.map(({ when, effect, otherwise, mode }) => [normalCondition(when), effect, otherwise, mode]),
		guards.length === 0 ? shapeOf(action) : null,
		shapeOf(input),
		Object.keys(given ?? {}).sort(),
		[expect.verdict, expect.reason_code ?? null, place],
	]);
}

/** Operators and fields stay; what they are compared with goes. */
function normalCondition(condition: ConditionDocument | undefined): Json {
	if (condition === undefined) return null;
	return Object.entries(condition).map(([key, value]): Json => {
		if (["all", "any"].includes(key)) return [key, (value as ConditionDocument[]).map(normalCondition)];
		if (["not", "every", "some", "none"].includes(key)) return [key, normalCondition(value as ConditionDocument)];
		if (["field", "by", "match", "ci", "allow_empty"].includes(key)) return [key, value as Json];
		if (key === "during") return [key, Object.keys(value as object)];
		const names = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [typeof value];
		return [key, names];
	});
}

/** Letters as one letter, digits as one digit, several values alike as one; what stands between them stays. */
function shapeOf(value: Json): Json {
	if (typeof value === "string")
		return value
			.replaceAll(/[a-z]+/g, "a")
			.replaceAll(/[A-Z]+/g, "A")
			.replaceAll(/[0-9]+/g, "0");
	if (typeof value === "number") return value < 0 ? "negative" : Number.isInteger(value) ? "whole" : "fraction";
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) {
		const shapes = value.map((one) => JSON.stringify(shapeOf(one)));
		return [shapes.length > 1, ...new Set(shapes)];
	}
	return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shapeOf(member)]));
}
