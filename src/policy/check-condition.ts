/** Whether a value is a condition: the right keys, one known operator, and all within the limits. No schema is asked yet. */
import type { Json, JsonObject } from "../contract/json.ts";
import { QUANTIFIERS, ROLE_LIMITS, TEST_KEYS } from "../contract/role-document.ts";
import { lowerCel } from "./cel/lower-cel.ts";
import { checkDuring } from "./check-during.ts";
import { checkField, checkTest } from "./check-test.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { OPERATORS } from "./operators/registry.ts";
import { isSchema } from "./schema-nodes.ts";
import { didYouMean, quoted } from "./suggestion.ts";

/** What a condition may refer to by name. */
export interface KnownNames {
	/** The conditions under the role's `let`. */
	let: readonly string[];
}

const COMBINATORS = ["all", "any", "not", "use", "cel", "during"];
const WORDS = [...COMBINATORS, ...QUANTIFIERS];
const QUANTIFIED_KEYS = ["field", "allow_empty"];

/** Checks a condition and everything in it. */
export function checkCondition(value: Json, path: string, names: KnownNames, depth = 1): Finding[] {
	if (depth > ROLE_LIMITS.conditionDepth)
		return [{ path, code: "too_deep", message: `conditions are nested at most ${ROLE_LIMITS.conditionDepth} deep` }];
	if (!isSchema(value))
		return [{ path, code: "type", message: "a condition should stand here, such as { field: to.domain, in: [acme.com] }" }];
	const word = Object.keys(value).find((key) => WORDS.includes(key));
	if (word === undefined) return checkTest(value, path, WORDS);
	const isQuantifier = !COMBINATORS.includes(word);
	const findings = strayKeys(value, word, path, isQuantifier ? QUANTIFIED_KEYS : []);
	if (isQuantifier) findings.push(...checkQuantified(value, path));
	return [...findings, ...checkMember(word, value[word] as Json, childPath(path, word), names, depth)];
}

function checkMember(word: string, member: Json, path: string, names: KnownNames, depth: number): Finding[] {
	switch (word) {
		case "use":
			return checkUse(member, path, names);
		case "cel":
			return checkCel(member, path, names, depth);
		case "during":
			return checkDuring(member, path);
		case "all":
		case "any":
			if (!Array.isArray(member)) return [{ path, code: "type", message: "a list of conditions should stand here" }];
			if (member.length === 0) return [{ path, code: "empty", message: "this list may not be empty" }];
			return member.flatMap((child, index) => checkCondition(child, childPath(path, index), names, depth + 1));
		default:
			return checkCondition(member, path, names, depth + 1);
	}
}

function checkUse(name: Json, path: string, names: KnownNames): Finding[] {
	if (typeof name !== "string") return [{ path, code: "type", message: "the name of a condition under `let` should stand here" }];
	if (names.let.includes(name)) return [];
	const hint = names.let.length === 0 ? "; the role has no `let`" : didYouMean(name, names.let);
	return [{ path, code: "unknown_name", message: `no condition ${quoted(name)} stands under \`let\`${hint}` }];
}

/** An expression is checked as what it comes to. */
function checkCel(text: Json, path: string, names: KnownNames, depth: number): Finding[] {
	if (typeof text !== "string" || text === "")
		return [{ path, code: "type", message: "an expression should stand here, as a text" }];
	if (text.length > ROLE_LIMITS.celCharacters)
		return [{ path, code: "too_large", message: `at most ${ROLE_LIMITS.celCharacters} characters are taken here` }];
	const lowered = lowerCel(text);
	if (lowered.ok) return checkCondition(lowered.condition as unknown as Json, path, names, depth);
	const { message, line, column } = lowered;
	const where = text.includes("\n") ? `line ${line}, column ${column}` : `column ${column}`;
	return [{ path, code: "cel", message: `${message} (${where} of the expression)` }];
}

function checkQuantified(value: JsonObject, path: string): Finding[] {
	const { field, allow_empty: allowEmpty } = value;
	const findings: Finding[] = [];
	if (field === undefined) findings.push({ path, code: "required", message: "a condition on a list names its `field`" });
	else findings.push(...checkField(field, childPath(path, "field")));
	if (allowEmpty !== undefined && typeof allowEmpty !== "boolean")
		findings.push({ path: childPath(path, "allow_empty"), code: "type", message: "true or false should stand here" });
	return findings;
}

function strayKeys(value: JsonObject, word: string, path: string, allowed: string[]): Finding[] {
	return Object.keys(value)
		.filter((key) => key !== word && !allowed.includes(key))
		.map((key): Finding => {
			const known = WORDS.includes(key) || TEST_KEYS.includes(key) || OPERATORS.has(key);
			const message = known
				? `${quoted(key)} cannot stand beside \`${word}\`; put both under \`all\` or \`any\``
				: `unknown key ${quoted(key)}${didYouMean(key, [...WORDS, ...allowed])}`;
			return { path: childPath(path, key), code: known ? "mixed_condition" : "unknown_key", message, at: "key" };
		});
}
