/** What a zod schema says of a document's shape, in the words of the language: shared by every kind of document. */
import type { z } from "zod";
import type { Json } from "../contract/json.ts";
import { POLICY_API_VERSION } from "../contract/role-document.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { didYouMean, quoted } from "./suggestion.ts";

/** What a kind of document says of its places, each written with `[]` for every element: `guards[].review`. */
export interface ShapeWords {
	/** The keys that may stand at a place, for suggestions. */
	keys: Readonly<Record<string, readonly string[]>>;
	/** Where one of several forms may stand: what should, `an action's name, or a list of them`. */
	forms?: Readonly<Record<string, string>>;
	/** Where a limit has a code and a sentence of its own. */
	limits?: Readonly<Record<string, { code: string; message: string }>>;
}

/** More findings of one document are not told. */
const FINDINGS_MAX = 200;

/** Puts everything that a schema objects to into words. */
export function shapeFindings(error: z.core.$ZodError, value: Json, words: ShapeWords): Finding[] {
	const findings: Finding[] = [];
	for (const issue of error.issues) {
		if (findings.length >= FINDINGS_MAX) break;
		findings.push(...findingsOf(issue, value, words));
	}
	return findings;
}

function findingsOf(issue: z.core.$ZodIssue, value: Json, words: ShapeWords): Finding[] {
	const path = issue.path.reduce<string>((text, step) => childPath(text, typeof step === "number" ? step : String(step)), "");
	if (issue.code === "unrecognized_keys") {
		const known = words.keys[placeOf(path)] ?? [];
		return issue.keys.map((key) => ({
			path: childPath(path, key),
			code: "unknown_key",
			message: `unknown key ${quoted(key)}${didYouMean(key, known)}`,
			at: "key",
		}));
	}
	if (issue.code === "invalid_union") return unionFindings(issue, path, value, words);
	return [{ path, ...wordsOf(issue, path, valueAt(value, issue.path), words) }];
}

/** The form that the author meant is the one whose type stands there; what is wrong inside it is told. */
function unionFindings(
	issue: Extract<z.core.$ZodIssue, { code: "invalid_union" }>,
	path: string,
	value: Json,
	words: ShapeWords,
): Finding[] {
	const meant = issue.errors.find(
		(branch) => !branch.some(({ code, path: inner }) => code === "invalid_type" && inner.length === 0),
	);
	if (meant === undefined) {
		const missing = valueAt(value, issue.path) === undefined;
		const form = words.forms?.[placeOf(path)] ?? anyOf(issue.errors);
		return [
			{
				path,
				code: missing ? "required" : "type",
				message: missing ? missingKey(path) : `${form} should stand here`,
			},
		];
	}
	return meant.flatMap((inner) =>
		findingsOf({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, value, words),
	);
}

/** `a text, a number, true or false`: every type that would do. */
function anyOf(branches: z.core.$ZodIssue[][]): string {
	const types = branches.flatMap((branch) =>
		branch.flatMap((issue) => (issue.code === "invalid_type" && issue.path.length === 0 ? [typeName(issue.expected)] : [])),
	);
	return types.length === 0 ? "another form" : [...new Set(types)].join(", or ");
}

function typeName(expected: string): string {
	return TYPE_NAMES[expected] ?? expected;
}

function wordsOf(
	issue: z.core.$ZodIssue,
	path: string,
	found: Json | undefined,
	words: ShapeWords,
): { code: string; message: string } {
	if (found === undefined) return { code: "required", message: missingKey(path) };
	switch (issue.code) {
		case "invalid_type":
			return { code: "type", message: `${typeName(issue.expected)} should stand here` };
		case "invalid_value": {
			const allowed = issue.values.map(String);
			if (path === "apiVersion") return { code: "unknown_version", message: `\`apiVersion\` is \`${POLICY_API_VERSION}\`` };
			const word = typeof found === "string" ? found : JSON.stringify(found);
			const message = `${quoted(word)} is none of ${allowed.map((one) => `\`${one}\``).join(", ")}${didYouMean(word, allowed)}`;
			return { code: "not_allowed", message };
		}
		case "too_big": {
			const own = words.limits?.[placeOf(path)];
			if (own !== undefined) return own;
			return {
				code: "too_large",
				message: `at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""} are taken here`,
			};
		}
		case "too_small":
			return issue.origin === "string" || issue.origin === "array"
				? { code: "empty", message: "this may not be empty" }
				: { code: "too_small", message: `at least ${issue.minimum} should stand here` };
		case "invalid_key":
			return { code: "format", message: issue.issues[0]?.message ?? issue.message };
		default:
			return { code: issue.code === "invalid_format" ? "format" : "invalid", message: issue.message };
	}
}

/** `guards[3].review` is a place `guards[].review`. */
function placeOf(path: string): string {
	return path.replaceAll(/\[\d+\]/g, "[]");
}

/** What stands at a place that should have a key: the place says where, so the key itself must be said. */
function missingKey(path: string): string {
	return `the key \`${path.slice(path.lastIndexOf(".") + 1)}\` is missing here`;
}

const TYPE_NAMES: Record<string, string> = {
	object: "a map of keys",
	record: "a map of keys",
	array: "a list",
	string: "a text",
	number: "a number",
	int: "a whole number",
	boolean: "true or false",
	null: "null",
};

function valueAt(value: Json, path: PropertyKey[]): Json | undefined {
	let at: Json | undefined = value;
	for (const step of path) {
		if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
		at = (at as Record<PropertyKey, Json>)[step];
	}
	return at;
}
