/** Whether a value is a condition: the right keys, one known operator, and all within the limits. No schema is asked yet. */
import type { Json, JsonObject } from "../contract/json.ts";
import { ROLE_LIMITS, TEST_KEYS } from "../contract/role-document.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { parseFieldPath } from "./field-path.ts";
import { OPERATORS } from "./operators/registry.ts";
import { isSchema } from "./schema-nodes.ts";
import { didYouMean, quoted } from "./suggestion.ts";

const COMBINATORS = ["all", "any", "not"];

/** Checks a condition and everything in it. */
export function checkCondition(value: Json, path: string, depth = 1): Finding[] {
	if (depth > ROLE_LIMITS.conditionDepth)
		return [{ path, code: "too_deep", message: `conditions are nested at most ${ROLE_LIMITS.conditionDepth} deep` }];
	if (!isSchema(value))
		return [{ path, code: "type", message: "a condition should stand here, such as { field: to.domain, in: [acme.com] }" }];
	const keys = Object.keys(value);
	const combinators = keys.filter((key) => COMBINATORS.includes(key));
	if (combinators.length === 0) return checkTest(value, path);
	const [combinator] = combinators as [string];
	const findings = keys
		.filter((key) => key !== combinator)
		.map((key): Finding => {
			const known = combinators.includes(key) || TEST_KEYS.includes(key) || OPERATORS.has(key);
			return known
				? {
						path: childPath(path, key),
						code: "mixed_condition",
						message: `${quoted(key)} cannot stand beside \`${combinator}\`; put both under \`all\` or \`any\``,
						at: "key",
					}
				: {
						path: childPath(path, key),
						code: "unknown_key",
						message: `unknown key ${quoted(key)}${didYouMean(key, COMBINATORS)}`,
						at: "key",
					};
		});
	const inner = childPath(path, combinator);
	const member = value[combinator] as Json;
	if (combinator === "not") return [...findings, ...checkCondition(member, inner, depth + 1)];
	if (!Array.isArray(member))
		return [...findings, { path: inner, code: "type", message: "a list of conditions should stand here" }];
	if (member.length === 0) return [...findings, { path: inner, code: "empty", message: "this list may not be empty" }];
	return [...findings, ...member.flatMap((child, index) => checkCondition(child, childPath(inner, index), depth + 1))];
}

function checkTest(test: JsonObject, path: string): Finding[] {
	const findings: Finding[] = [];
	const operators = Object.keys(test).filter((key) => OPERATORS.has(key));
	for (const key of Object.keys(test)) {
		if (OPERATORS.has(key) || TEST_KEYS.includes(key)) continue;
		// With a field and no operator yet, a strange key is an operator that is spelled wrong.
		const what = operators.length === 0 && test["field"] !== undefined ? "operator" : "key";
		const candidates =
			what === "operator" ? [...OPERATORS.keys(), ...TEST_KEYS] : [...TEST_KEYS, ...COMBINATORS, ...OPERATORS.keys()];
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

function checkField(field: Json, path: string): Finding[] {
	if (typeof field !== "string") return [{ path, code: "type", message: "the name of a field should stand here" }];
	if (field.length > ROLE_LIMITS.patternCharacters)
		return [{ path, code: "too_large", message: `at most ${ROLE_LIMITS.patternCharacters} characters are taken here` }];
	const parsed = parseFieldPath(field);
	return parsed.ok ? [] : [{ path, code: "field_syntax", message: parsed.message }];
}

function checkOptions(test: JsonObject, path: string): Finding[] {
	const findings: Finding[] = [];
	const { default: fallback, allow_empty: allowEmpty, match, ci } = test;
	if (allowEmpty !== undefined && typeof allowEmpty !== "boolean")
		findings.push({ path: childPath(path, "allow_empty"), code: "type", message: "true or false should stand here" });
	if (ci !== undefined) findings.push(...checkFolding(ci, test, childPath(path, "ci")));
	if (match !== undefined && match !== "all" && match !== "any") {
		const word = typeof match === "string" ? match : JSON.stringify(match);
		findings.push({
			path: childPath(path, "match"),
			code: "not_allowed",
			message: `${quoted(word)} is none of \`all\`, \`any\`${didYouMean(word, ["all", "any"])}`,
		});
	}
	if (fallback !== undefined) {
		const scalars = Array.isArray(fallback) ? fallback : [fallback];
		if (scalars.some((one) => typeof one === "object" && one !== null))
			findings.push({
				path: childPath(path, "default"),
				code: "type",
				message: "a text, a number, true, false, null, or a list of them should stand here",
			});
		if (test["exists"] !== undefined)
			findings.push({
				path: childPath(path, "default"),
				code: "mixed_condition",
				message: "with a `default` the field always exists",
				at: "key",
			});
	}
	return findings;
}

function checkFolding(ci: Json, test: JsonObject, path: string): Finding[] {
	if (typeof ci !== "boolean") return [{ path, code: "type", message: "true or false should stand here" }];
	const deaf = Object.keys(test).find((key) => OPERATORS.get(key) !== undefined && OPERATORS.get(key)?.folds !== true);
	if (deaf === undefined) return [];
	return [{ path, code: "not_here", message: `\`ci\` means nothing beside ${quoted(deaf)}`, at: "key" }];
}
