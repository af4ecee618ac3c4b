/** Whether a value is a Role document: its shape by the published schema, its conditions by the registries of the language. */
import type { z } from "zod";
import type { Json } from "../contract/json.ts";
import {
	type GuardDocument,
	POLICY_API_VERSION,
	ROLE_KEYS,
	ROLE_LIMITS,
	type RoleDocument,
	roleShapeSchema,
} from "../contract/role-document.ts";
import { checkCondition } from "./check-condition.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { isSchema } from "./schema-nodes.ts";
import { didYouMean, quoted } from "./suggestion.ts";

export type CheckedRole = { ok: true; document: RoleDocument } | { ok: false; findings: Finding[] };

const KINDS = ["Role"];

/** Checks one document; all findings at once. */
export function checkRole(value: Json): CheckedRole {
	if (!isSchema(value)) return { ok: false, findings: [{ path: "", code: "type", message: "a document is a map of keys" }] };
	const { kind } = value;
	if (typeof kind !== "string" || !KINDS.includes(kind)) {
		const message =
			typeof kind === "string"
				? `unknown kind ${quoted(kind)}${didYouMean(kind, KINDS)}`
				: "a document says its `kind`, such as `kind: Role`";
		return { ok: false, findings: [{ path: "kind", code: "unknown_kind", message }] };
	}
	const findings: Finding[] = [];
	const parsed = roleShapeSchema.safeParse(value);
	if (!parsed.success) for (const issue of parsed.error.issues) findings.push(...findingsOf(issue, value));
	const guards = value["guards"];
	if (Array.isArray(guards)) {
		guards.slice(0, ROLE_LIMITS.guards).forEach((guard, index) => {
			if (isSchema(guard) && guard["when"] !== undefined)
				findings.push(...checkCondition(guard["when"], `guards[${index}].when`));
		});
	}
	if (parsed.success) findings.push(...meaningFindings(parsed.data as RoleDocument));
	return findings.length > 0 ? { ok: false, findings } : { ok: true, document: (parsed.data ?? value) as RoleDocument };
}

function findingsOf(issue: z.core.$ZodIssue, value: Json): Finding[] {
	const path = issue.path.reduce<string>((text, step) => childPath(text, typeof step === "number" ? step : String(step)), "");
	if (issue.code === "unrecognized_keys") {
		const place = path.replaceAll(/\[\d+\]/g, "[]");
		return issue.keys.map((key) => ({
			path: childPath(path, key),
			code: "unknown_key",
			message: `unknown key ${quoted(key)}${didYouMean(key, ROLE_KEYS[place] ?? [])}`,
			at: "key",
		}));
	}
	if (issue.code === "invalid_union") return unionFindings(issue, path, value);
	return [{ path, ...wordsOf(issue, path, valueAt(value, issue.path)) }];
}

/** The only union of the shape is a guard's action: one name, or a list of them. */
function unionFindings(issue: Extract<z.core.$ZodIssue, { code: "invalid_union" }>, path: string, value: Json): Finding[] {
	const meant = issue.errors.find(
		(branch) => !branch.some(({ code, path: inner }) => code === "invalid_type" && inner.length === 0),
	);
	if (meant === undefined) {
		const missing = valueAt(value, issue.path) === undefined;
		return [
			{
				path,
				code: missing ? "required" : "type",
				message: missing ? missingKey(path) : "an action's name, or a list of them, should stand here",
			},
		];
	}
	return meant.flatMap((inner) => findingsOf({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, value));
}

function wordsOf(issue: z.core.$ZodIssue, path: string, found: Json | undefined): { code: string; message: string } {
	if (found === undefined) return { code: "required", message: missingKey(path) };
	switch (issue.code) {
		case "invalid_type":
			return { code: "type", message: `${TYPE_NAMES[issue.expected] ?? issue.expected} should stand here` };
		case "invalid_value": {
			const allowed = issue.values.map(String);
			if (path === "apiVersion") return { code: "unknown_version", message: `\`apiVersion\` is \`${POLICY_API_VERSION}\`` };
			const word = typeof found === "string" ? found : JSON.stringify(found);
			const message = `${quoted(word)} is none of ${allowed.map((one) => `\`${one}\``).join(", ")}${didYouMean(word, allowed)}`;
			return { code: "not_allowed", message };
		}
		case "too_big":
			if (path === "guards") return { code: "too_many_guards", message: `a role has at most ${ROLE_LIMITS.guards} guards` };
			return {
				code: "too_large",
				message: `at most ${issue.maximum}${issue.origin === "string" ? " characters" : ""} are taken here`,
			};
		case "too_small":
			return issue.origin === "string" || issue.origin === "array"
				? { code: "empty", message: "this may not be empty" }
				: { code: "too_small", message: `at least ${issue.minimum} should stand here` };
		default:
			return { code: issue.code === "invalid_format" ? "format" : "invalid", message: issue.message };
	}
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
};

function valueAt(value: Json, path: PropertyKey[]): Json | undefined {
	let at: Json | undefined = value;
	for (const step of path) {
		if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
		at = (at as Record<PropertyKey, Json>)[step];
	}
	return at;
}

/** What no shape can say: names that stand twice, terms without a review, guards that say nothing. */
function meaningFindings(document: RoleDocument): Finding[] {
	const findings: Finding[] = [];
	const ids = new Set<string>();
	document.guards.forEach((guard, index) => {
		const path = `guards[${index}]`;
		if (ids.has(guard.id))
			findings.push({ path: `${path}.id`, code: "duplicate_id", message: `the guard id ${quoted(guard.id)} stands twice` });
		ids.add(guard.id);
		findings.push(...guardFindings(guard, path));
	});
	if (!isTimeZone(document.timezone))
		findings.push({
			path: "timezone",
			code: "unknown_timezone",
			message: `${quoted(document.timezone)} is no time zone such as Europe/Vienna`,
		});
	return findings;
}

function guardFindings(guard: GuardDocument, path: string): Finding[] {
	const findings: Finding[] = [];
	if (guard.review !== undefined && guard.effect !== "review" && guard.otherwise !== "review")
		findings.push({
			path: `${path}.review`,
			code: "unused_review",
			message: "`review` says the terms of a review, and neither `effect` nor `otherwise` is one",
			at: "key",
		});
	if (guard.when === undefined && guard.effect === "allow")
		findings.push({
			path,
			code: "required",
			message: "a guard without `when` always takes its `effect`; say `effect: deny` or `effect: review`, or add `when`",
		});
	return findings;
}

/** Whether the platform knows a zone; it is asked for nothing else. */
function isTimeZone(name: string): boolean {
	try {
		return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
	} catch {
		return false;
	}
}
