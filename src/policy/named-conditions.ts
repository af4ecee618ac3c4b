/** Conditions under `let`: none may stand for itself, and what they stand for stays small, however often they are used. */
import type { ConditionDocument } from "../contract/role-document.ts";
import { QUANTIFIERS, ROLE_LIMITS, type RoleDocument } from "../contract/role-document.ts";
import type { Finding } from "./document-positions.ts";
import { quoted } from "./suggestion.ts";

/** The conditions directly within one. */
export function innerConditions(condition: ConditionDocument): ConditionDocument[] {
	const record = condition as Record<string, unknown>;
	for (const word of ["all", "any"]) if (Array.isArray(record[word])) return record[word] as ConditionDocument[];
	for (const word of ["not", ...QUANTIFIERS]) {
		if (record[word] !== undefined) return [record[word] as ConditionDocument];
	}
	return [];
}

/** The names that a condition takes by `use`, not those that these take in turn. */
export function usedNames(condition: ConditionDocument): Set<string> {
	const names = new Set<string>();
	const visit = (one: ConditionDocument): void => {
		if ("use" in one) names.add(one.use as string);
		innerConditions(one).forEach(visit);
	};
	visit(condition);
	return names;
}

/** Names in a circle, and guards that come to too much once every name is replaced. */
export function namedConditionFindings(document: RoleDocument): Finding[] {
	const named = document.let ?? {};
	const circles = circularNames(named);
	if (circles.size > 0)
		return [...circles].map((name) => ({
			path: `let.${name}`,
			code: "circular",
			message: `the condition ${quoted(name)} stands for itself, by way of \`use\``,
		}));
	const sizes = new Map<string, number>();
	const sizeOf = (condition: ConditionDocument): number => {
		if ("use" in condition) {
			const name = condition.use as string;
			let size = sizes.get(name);
			if (size === undefined) {
				size = Object.hasOwn(named, name) ? sizeOf(named[name] as ConditionDocument) : 1;
				sizes.set(name, size);
			}
			return size;
		}
		return innerConditions(condition).reduce((sum, inner) => sum + sizeOf(inner), 1);
	};
	const findings: Finding[] = [];
	document.guards.forEach(({ when }, index) => {
		const size = when === undefined ? 0 : sizeOf(when);
		if (size > ROLE_LIMITS.conditionsPerGuard)
			findings.push({
				path: `guards[${index}].when`,
				code: "too_large",
				message: `the guard has ${size} conditions with all that it uses, at most ${ROLE_LIMITS.conditionsPerGuard} are taken`,
			});
	});
	return findings;
}

function circularNames(named: Record<string, ConditionDocument>): Set<string> {
	const circular = new Set<string>();
	const done = new Set<string>();
	const visit = (name: string, from: string[]): void => {
		if (from.includes(name)) {
			for (const one of from.slice(from.indexOf(name))) circular.add(one);
			return;
		}
		if (done.has(name) || !Object.hasOwn(named, name)) return;
		for (const used of usedNames(named[name] as ConditionDocument)) visit(used, [...from, name]);
		done.add(name);
	};
	for (const name of Object.keys(named)) visit(name, []);
	return circular;
}

/** Names that nothing takes: a condition whose fields nobody checks, a list that bars nobody. */
export function unusedNames(document: RoleDocument, usedLists: ReadonlySet<string>): Finding[] {
	const used = new Set<string>();
	const visit = (condition: ConditionDocument): void => {
		for (const name of usedNames(condition)) {
			if (used.has(name)) continue;
			used.add(name);
			visit(document.let?.[name] as ConditionDocument);
		}
	};
	for (const { when } of document.guards) if (when !== undefined) visit(when);
	const unused = (word: "let" | "lists", name: string): Finding => ({
		path: `${word}.${name}`,
		code: "unused_name",
		message: `nothing uses ${quoted(name)}`,
		at: "key",
	});
	return [
		...Object.keys(document.let ?? {})
			.filter((name) => !used.has(name))
			.map((name) => unused("let", name)),
		...Object.keys(document.lists ?? {})
			.filter((name) => !usedLists.has(name))
			.map((name) => unused("lists", name)),
	];
}

/** The lists that a role's conditions name, less those that are its own. */
export function listNames(document: RoleDocument): Set<string> {
	const names = new Set<string>();
	const visit = (condition: ConditionDocument): void => {
		for (const operand of Object.values(condition)) {
			if (typeof operand === "object" && operand !== null && typeof (operand as { list?: unknown }).list === "string")
				names.add((operand as { list: string }).list);
		}
		innerConditions(condition).forEach(visit);
	};
	for (const condition of Object.values(document.let ?? {})) visit(condition);
	for (const { when } of document.guards) if (when !== undefined) visit(when);
	for (const own of Object.keys(document.lists ?? {})) names.delete(own);
	return names;
}
