/** Whether a value is a test: a field, one known operator, and options that mean something beside it. */
import type { Json, JsonObject } from "../contract/json.ts";
import { ROLE_LIMITS, TEST_KEYS } from "../contract/role-document.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { parseFieldPath } from "./field-path.ts";
import { OPERATORS } from "./operators/registry.ts";
import { didYouMean, quoted } from "./suggestion.ts";

/**
 * Checks a test; all findings at once.
 * @param words - what might have been meant besides operators and options: `all`, `some` and the like
 */
export function checkTest(test: JsonObject, path: string, words: readonly string[]): Finding[] {
	const findings: Finding[] = [];
	const operators = Object.keys(test).filter((key) => OPERATORS.has(key));
	for (const key of Object.keys(test)) {
		if (OPERATORS.has(key) || TEST_KEYS.includes(key)) continue;
		// With a field and no operator yet, a strange key is an operator that is spelled wrong.
		const what = operators.length === 0 && test["field"] !== undefined ? "operator" : "key";
		const candidates =
			what === "operator" ? [...OPERATORS.keys(), ...TEST_KEYS, ...words] : [...TEST_KEYS, ...words, ...OPERATORS.keys()];
		findings.push({
			path: childPath(path, key),
			code: `unknown_${what}`,
			message: `unknown ${what} ${quoted(key)}${didYouMean(key, candidates)}`,
			at: "key",
		});
	}
	if (test["field"] === undefined) findings.push({ path, code: "required", message: "a condition names its `field`" });
	else findings.push(...checkField(test["field"], childPath(path, "field")));
	if (operators.length === 0 && !findings.some(({ code }) => code === "unknown_operator" || code === "unknown_key"))
		findings.push({ path, code: "required", message: `a condition has an operator, one of ${[...OPERATORS.keys()].join(", ")}` });
	if (operators.length > 1)
		findings.push({
			path: childPath(path, operators[1] as string),
			code: "mixed_condition",
			message: "one operator a condition; put two conditions under `all`",
			at: "key",
		});
	return [...findings, ...checkOptions(test, path)];
}

/** Checks the spelling of a field's name. */
export function checkField(field: Json, path: string): Finding[] {
	if (typeof field !== "string") return [{ path, code: "type", message: "the name of a field should stand here" }];
	if (field.length > ROLE_LIMITS.patternCharacters)
		return [{ path, code: "too_large", message: `at most ${ROLE_LIMITS.patternCharacters} characters are taken here` }];
	const parsed = parseFieldPath(field);
	return parsed.ok ? [] : [{ path, code: "field_syntax", message: parsed.message }];
}

function checkOptions(test: JsonObject, path: string): Finding[] {
	const findings: Finding[] = [];
	const { default: fallback, allow_empty: allowEmpty, match, ci, by } = test;
	if (allowEmpty !== undefined && typeof allowEmpty !== "boolean")
		findings.push({ path: childPath(path, "allow_empty"), code: "type", message: "true or false should stand here" });
	if (ci !== undefined) findings.push(...checkFolding(ci, test, childPath(path, "ci")));
	if (by !== undefined) findings.push(...checkField(by, childPath(path, "by")));
	if (match !== undefined && match !== "all" && match !== "any") {
		const word = typeof match === "string" ? match : JSON.stringify(match);
		findings.push({
			path: childPath(path, "match"),
			code: "not_allowed",
			message: `${quoted(word)} is none of \`all\`, \`any\`${didYouMean(word, ["all", "any"])}`,
		});
	}
	if (fallback !== undefined) findings.push(...checkDefault(fallback, test, childPath(path, "default")));
	return findings;
}

function checkDefault(fallback: Json, test: JsonObject, path: string): Finding[] {
	const findings: Finding[] = [];
	const scalars = Array.isArray(fallback) ? fallback : [fallback];
	if (scalars.some((one) => typeof one === "object" && one !== null))
		findings.push({ path, code: "type", message: "a text, a number, true, false, null, or a list of them should stand here" });
	if (test["exists"] !== undefined)
		findings.push({ path, code: "mixed_condition", message: "with a `default` the field always exists", at: "key" });
	return findings;
}

function checkFolding(ci: Json, test: JsonObject, path: string): Finding[] {
	if (typeof ci !== "boolean") return [{ path, code: "type", message: "true or false should stand here" }];
	const deaf = Object.keys(test).find((key) => OPERATORS.get(key) !== undefined && OPERATORS.get(key)?.folds !== true);
	if (deaf === undefined) return [];
	return [{ path, code: "not_here", message: `\`ci\` means nothing beside ${quoted(deaf)}`, at: "key" }];
}
