/**
 * A Role document to its compiled form: everything that a decision depends on, resolved once, when the role is applied.
 * What patterns stand for is pinned then: an action that a connector adds later widens no role until it is applied again.
 */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Warning } from "../contract/admin.ts";
import type { Json } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import {
	DEFAULT_REVIEW_TERMS,
	defaultOtherwise,
	durationMs,
	type GuardDocument,
	ROLE_LIMITS,
	type RoleDocument,
} from "../contract/role-document.ts";
import { expandPatterns, isPattern, matchesAction } from "./action-pattern.ts";
import { canonicalJson } from "./canonical-json.ts";
import { compileCondition } from "./compile-condition.ts";
import { grantedActions, nothingThere, scopeWarnings } from "./compile-scope.ts";
import {
	COMPILED_VERSION,
	type CompiledAction,
	type CompiledCondition,
	type CompiledGuard,
	type CompiledRole,
} from "./compiled-role.ts";
import type { ConditionScope } from "./condition-scope.ts";
import { type Finding, type PositionOf, placed, sortedProblems } from "./document-positions.ts";
import { unusedNames } from "./named-conditions.ts";
import { strictness } from "./strictness.ts";
import { didYouMean, quoted } from "./suggestion.ts";

/** The List documents of a workspace by name, each with the digest that it is kept under. */
export type WorkspaceLists = ReadonlyMap<string, { items: readonly Json[]; sha256: string }>;

/** What all guards of a role share while they are compiled. */
type GuardContext = Pick<ConditionScope, "named" | "lists" | "usedLists" | "lowered" | "findings" | "warnings">;

export type CompiledResult = { ok: true; compiled: CompiledRole; warnings: Warning[] } | { ok: false; problems: ProblemItem[] };

/**
 * Compiles a role.
 * @param rev - the revision that it will be
 * @param actions - the definitions of all actions that there are, granted or not
 * @param position - where things stand in the source, for problems and warnings
 * @param workspaceLists - the List documents by name; a list of the role's own of the same name goes before them
 * @param within - the only actions that may be granted, whatever else patterns match by now; all if left out
 */
export function compileRole(
	document: RoleDocument,
	rev: number,
	actions: ActionDefinition[],
	position?: PositionOf,
	workspaceLists: WorkspaceLists = new Map(),
	within?: ReadonlySet<string>,
): CompiledResult {
	const definitions = new Map(actions.map((action): [string, ActionDefinition] => [action.name, action]));
	const names = [...definitions.keys()];
	const granted = grantedActions(document.scope, names).filter((name) => within?.has(name) ?? true);
	const compiled: CompiledRole = {
		v: COMPILED_VERSION,
		name: document.metadata.name,
		rev,
		timezone: document.timezone,
		actions: {},
		guards: [],
	};
	for (const name of granted) compiled.actions[name] = { definition: definitions.get(name) as ActionDefinition, guards: [] };
	const findings: Finding[] = [];
	const warnings = scopeWarnings(document.scope, names, position);
	const context: GuardContext = {
		named: document.let ?? {},
		lists: new Map([
			...[...workspaceLists].map(([name, { items }]): [string, readonly Json[]] => [name, items]),
			...Object.entries(document.lists ?? {}),
		]),
		usedLists: new Set(),
		lowered: new Map(),
		findings,
		warnings: [],
	};
	/** Actions on which an earlier guard always denies. */
	const closed = new Set<string>();
	document.guards.forEach((guard, index) => {
		const path = `guards[${index}]`;
		const patterns = typeof guard.action === "string" ? [guard.action] : guard.action;
		const matched = expandPatterns(patterns, granted);
		for (const warning of guardWarnings(guard, path, patterns, matched, granted, names, closed))
			warnings.push(placed(warning, position));
		const counted = [
			...new Set([...patterns.filter((pattern) => !isPattern(pattern)), ...expandPatterns(patterns, names)]),
		].sort();
		addGuard(compiled, guard, path, matched, counted, context);
		if (isClosing(guard)) for (const name of matched) closed.add(name);
	});
	findings.push(...overfullActions(document, compiled));
	warnings.push(
		...[...distinct(context.warnings), ...unusedNames(document, context.usedLists)].map((warning) => placed(warning, position)),
	);
	addLists(compiled, document, context.usedLists, workspaceLists);
	if (findings.length > 0)
		return { ok: false, problems: sortedProblems(distinct(findings).map((finding) => placed(finding, position))) };
	return { ok: true, compiled, warnings: sortedProblems(warnings) };
}

/** The bytes under whose hash a compiled role is stored. */
export function compiledRoleBytes(compiled: CompiledRole): string {
	return canonicalJson(compiled as unknown as Json);
}

/** The lists that guards take: the role's own go along, those of the workspace are named by their digests. */
function addLists(role: CompiledRole, document: RoleDocument, used: ReadonlySet<string>, workspaceLists: WorkspaceLists): void {
	if (used.size === 0) return;
	role.lists = {};
	for (const name of [...used].sort()) {
		const own = document.lists?.[name];
		const shared = workspaceLists.get(name);
		if (own !== undefined) role.lists[name] = own;
		else if (shared !== undefined) role.lists[name] = { sha256: shared.sha256, count: shared.items.length };
	}
}

/** Compiles a guard for each action that it matches; actions in which it reads the same things share one form. */
function addGuard(
	role: CompiledRole,
	guard: GuardDocument,
	path: string,
	matched: string[],
	counted: string[],
	context: GuardContext,
): void {
	const forms = new Map<string, number>();
	const definitions = matched.map((name) => (role.actions[name] as CompiledAction).definition);
	for (const definition of definitions) {
		const when = compileWhen(guard, path, definition, definitions, context);
		const key = canonicalJson(when as unknown as Json);
		let index = forms.get(key);
		if (index === undefined) {
			index = role.guards.push(compiledGuard(guard, counted, when)) - 1;
			forms.set(key, index);
		}
		(role.actions[definition.name] as CompiledAction).guards.push(index);
	}
}

function compileWhen(
	guard: GuardDocument,
	path: string,
	definition: ActionDefinition,
	definitions: ActionDefinition[],
	context: GuardContext,
): CompiledCondition {
	if (guard.when === undefined) return { const: true };
	// Where holding is the lenient answer, every value of a list must pass; where it is the strict one, one value suffices.
	const rule = strictness(guard.effect) <= strictness(otherwiseOf(guard)) ? "every" : "one";
	return compileCondition(guard.when, `${path}.when`, rule, { ...context, definition, definitions, element: null });
}

function compiledGuard(guard: GuardDocument, actions: string[], when: CompiledCondition): CompiledGuard {
	const otherwise = otherwiseOf(guard);
	const compiled: CompiledGuard = { id: guard.id, actions, when, effect: guard.effect, otherwise, mode: guard.mode };
	if (guard.reason !== undefined) compiled.reason = guard.reason;
	if (guard.effect === "review" || otherwise === "review") {
		const { approvals, expires, self_approval } = guard.review ?? DEFAULT_REVIEW_TERMS;
		compiled.review = { approvals, expires_ms: durationMs(expires) as number, self_approval: self_approval === true };
		if (self_approval === false) compiled.review.others_only = true;
	}
	return compiled;
}

function otherwiseOf(guard: GuardDocument) {
	return guard.otherwise ?? defaultOtherwise(guard.effect);
}

/** Whether a guard denies whatever the call is. */
function isClosing(guard: GuardDocument): boolean {
	return guard.mode === "enforce" && guard.effect === "deny" && (guard.when === undefined || otherwiseOf(guard) === "deny");
}

function guardWarnings(
	guard: GuardDocument,
	path: string,
	patterns: string[],
	matched: string[],
	granted: string[],
	names: string[],
	closed: ReadonlySet<string>,
): Finding[] {
	const findings: Finding[] = [];
	patterns.forEach((pattern, index) => {
		const at = typeof guard.action === "string" ? `${path}.action` : `${path}.action[${index}]`;
		if (granted.some((name) => matchesAction(pattern, name))) return;
		if (isPattern(pattern) && !names.some((name) => matchesAction(pattern, name)))
			findings.push(nothingThere(pattern, at, names));
		else {
			const message = `the scope does not grant ${quoted(pattern)}, so guard ${quoted(guard.id)} does nothing for it`;
			findings.push({ path: at, code: "guard_not_granted", message: message + didYouMean(pattern, granted) });
		}
	});
	if (matched.length > 0 && matched.every((name) => closed.has(name)))
		findings.push({
			path,
			code: "unreachable_guard",
			message: `guard ${quoted(guard.id)} is never reached: a guard before it always denies`,
		});
	return findings;
}

function overfullActions(document: RoleDocument, { actions }: CompiledRole): Finding[] {
	const findings: Finding[] = [];
	for (const [name, { guards }] of Object.entries(actions)) {
		if (guards.length <= ROLE_LIMITS.guardsPerAction) continue;
		const index = document.guards.length - 1;
		findings.push({
			path: `guards[${index}]`,
			code: "too_many_guards",
			message: `${name} has ${guards.length} guards, at most ${ROLE_LIMITS.guardsPerAction} an action are taken`,
		});
	}
	return findings;
}

/** One finding a mistake, however many of the guard's actions it shows in. */
function distinct(findings: Finding[]): Finding[] {
	const seen = new Map<string, Finding>();
	for (const finding of findings) {
		const key = finding.code === "unknown_field" ? `${finding.path}\n${finding.message}` : `${finding.path}\n${finding.code}`;
		if (!seen.has(key)) seen.set(key, finding);
	}
	return [...seen.values()];
}
