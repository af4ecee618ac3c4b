/** Whether a value is a Role document: its shape by the published schema, its conditions by the registries of the language. */
import type { Json, JsonObject } from "../contract/json.ts";
import { ROLE_KEYS, ROLE_LIMITS, type RoleDocument, roleShapeSchema } from "../contract/role-document.ts";
import { checkCondition } from "./check-condition.ts";
import { childPath, type Finding, parentPath } from "./document-positions.ts";
import { namedConditionFindings } from "./named-conditions.ts";
import { restOfRole } from "./rest-of-role.ts";
import { isSchema } from "./schema-nodes.ts";
import { type ShapeWords, shapeFindings } from "./shape-findings.ts";
import { didYouMean, quoted } from "./suggestion.ts";

export type CheckedRole =
	| { ok: true; document: RoleDocument }
	/** `rest` is what can be checked further in spite of the findings, see rest-of-role.ts; null if nothing can. */
	| { ok: false; findings: Finding[]; rest: RoleDocument | null };

const KINDS = ["Role"];

/** Checks one document; all findings at once. */
export function checkRole(value: Json): CheckedRole {
	if (!isSchema(value))
		return { ok: false, findings: [{ path: "", code: "type", message: "a document is a map of keys" }], rest: null };
	const { kind } = value;
	if (typeof kind !== "string" || !KINDS.includes(kind)) {
		const message =
			typeof kind === "string"
				? `unknown kind ${quoted(kind)}${didYouMean(kind, KINDS)}`
				: "a document says its `kind`, such as `kind: Role`";
		return { ok: false, findings: [{ path: "kind", code: "unknown_kind", message }], rest: null };
	}
	const findings: Finding[] = [];
	const parsed = roleShapeSchema.safeParse(value);
	if (!parsed.success) findings.push(...shapeFindings(parsed.error, value, ROLE_WORDS));
	findings.push(...conditionFindings(value));
	findings.push(...meaningFindings(value, new Set(findings.map(({ path }) => path))));
	if (parsed.success && findings.length === 0) findings.push(...namedConditionFindings(parsed.data as RoleDocument));
	if (parsed.success && findings.length === 0) return { ok: true, document: parsed.data as RoleDocument };
	return { ok: false, findings, rest: restOfRole(value, findings) };
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

/**
 * What no shape can say: names that stand twice, terms without a review, guards that say nothing.
 * @param wrong - the paths at which something was found already
 */
function meaningFindings({ guards, timezone }: JsonObject, wrong: ReadonlySet<string>): Finding[] {
	const findings: Finding[] = [];
	const ids = new Set<Json>();
	if (Array.isArray(guards)) {
		guards.slice(0, ROLE_LIMITS.guards).forEach((guard, index) => {
			if (!isSchema(guard)) return;
			const path = `guards[${index}]`;
			const { id } = guard;
			if (typeof id === "string" && ids.has(id))
				findings.push({ path: `${path}.id`, code: "duplicate_id", message: `the guard id ${quoted(id)} stands twice` });
			ids.add(id ?? null);
			// A key that is spelled wrong may be the very one that seems to be missing.
			if (![...wrong].some((one) => parentPath(one) === path)) findings.push(...guardFindings(guard, path));
		});
	}
	if (typeof timezone === "string" && !wrong.has("timezone") && !isTimeZone(timezone))
		findings.push({
			path: "timezone",
			code: "unknown_timezone",
			message: `${quoted(timezone)} is no time zone such as Europe/Vienna`,
		});
	return findings;
}

function guardFindings({ effect = "allow", otherwise, review, when }: JsonObject, path: string): Finding[] {
	const findings: Finding[] = [];
	if (review !== undefined && effect !== "review" && otherwise !== "review")
		findings.push({
			path: `${path}.review`,
			code: "unused_review",
			message: "`review` says the terms of a review, and neither `effect` nor `otherwise` is one",
			at: "key",
		});
	if (when === undefined && effect === "allow")
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
