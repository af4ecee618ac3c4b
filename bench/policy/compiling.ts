/** What applying a large role costs, beside reading the same out of JSON. */
import { mailActions } from "../../src/contract/mail-actions.ts";
import { compiledRoleBytes } from "../../src/policy/compile-role.ts";
import { loadRole } from "../../src/policy/load-role.ts";
import type { Contestant } from "./contestant.ts";
import { TOUR } from "./forms.ts";
import { checkedRole, compiledRole, crmActions, otherDomains, roleSource } from "./roles.ts";

export const GRANTS = 1_000;
export const ENTRIES = 1_000;

/** In the order of an apply; the digest of the bytes comes after all of them, and is not among them. */
export const COMPILE_STEPS = {
	"JSON.parse": "role and definitions as JSON",
	check: "is the value a role (not part of compiling)",
	compile: "the compiled form of the checked role",
	bytes: "its canonical bytes",
	load: "closures of the compiled form",
} as const;
export type CompileStep = keyof typeof COMPILE_STEPS;

export function compileSteps(): Record<CompileStep, Contestant> {
	const crm = crmActions(GRANTS - mailActions.length);
	const actions = [...mailActions, ...crm];
	const source = roleSource(
		TOUR.guards(otherDomains(ENTRIES), 500),
		crm.map(({ name }) => name),
	);
	const text = JSON.stringify({ role: source, actions });
	const document = checkedRole(source);
	const compiled = compiledRole(document, actions);
	return {
		"JSON.parse": once("JSON.parse", () => JSON.parse(text).actions.length),
		check: once("check", () => checkedRole(source).guards.length),
		compile: once("compile", () => compiledRole(document, actions).guards.length),
		bytes: once("bytes", () => compiledRoleBytes(compiled).length),
		load: once("load", () => loadRole(compiled).actions.size),
	};
}

function once(name: string, work: () => number): Contestant {
	return {
		name,
		calls: 1,
		answers: () => [work()],
		pass: work,
	};
}
