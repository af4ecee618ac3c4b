/** Whether a value is a Role document: its shape by the published schema, its conditions by the registries of the language. */
import type { Json, JsonObject } from "../contract/json.ts";
import { type GuardDocument, ROLE_KEYS, ROLE_LIMITS, type RoleDocument, roleShapeSchema } from "../contract/role-document.ts";
import { checkCondition } from "./check-condition.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { namedConditionFindings } from "./named-conditions.ts";
import { isSchema } from "./schema-nodes.ts";
import { type ShapeWords, shapeFindings } from "./shape-findings.ts";
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
	if (!parsed.success) findings.push(...shapeFindings(parsed.error, value, ROLE_WORDS));
	findings.push(...conditionFindings(value));
	if (parsed.success) findings.push(...meaningFindings(parsed.data as RoleDocument));
	if (parsed.success && findings.length === 0) findings.push(...namedConditionFindings(parsed.data as RoleDocument));
	return findings.length > 0 ? { ok: false, findings } : { ok: true, document: (parsed.data ?? value) as RoleDocument };
}

function conditionFindings({ let: named, guards }: JsonObject): Finding[] {
	const findings: Finding[] = [];
	const names = { let: isSchema(named) ? Object.keys(named) : [] };
	if (isSchema(named))
		for (const [name, condition] of Object.entries(named))
			findings.push(...checkCondition(condition, childPath("let", name), names));
	if (!Array.isArray(guards)) return findings;
	guards.slice(0, ROLE_LIMITS.guards).forEach((guard, index) => {
		if (isSchema(guard) && guard["when"] !== undefined)
			findings.push(...checkCondition(guard["when"], `guards[${index}].when`, names));
	});
	return findings;
}

/** What the places of a role are called where something else stands in them. */
const ROLE_WORDS: ShapeWords = {
	keys: ROLE_KEYS,
	forms: { "guards[].action": "an action's name, or a list of them," },
	limits: { guards: { code: "too_many_guards", message: `a role has at most ${ROLE_LIMITS.guards} guards` } },
};

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
