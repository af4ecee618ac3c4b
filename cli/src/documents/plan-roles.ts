/** What applying would change, found out beforehand: the files' roles against those in force. */
import type { AppliedRole, HiveKeyAdmin } from "../../../sdk/typescript/src/index.ts";
import type { Json } from "../../../src/contract/json.ts";
import { canonicalJson } from "../../../src/policy/canonical-json.ts";
import { CliFailure, type ProblemLine } from "../failure.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";
import { documentDiff } from "./document-diff.ts";
import { parseRole } from "./parse-roles.ts";
import { type RoleInForce, roleInForce } from "./role-in-force.ts";
import type { RoleDocument } from "./split-source.ts";

export interface PlannedRole {
	role: RoleDocument;
	change: "create" | "update" | "expand" | "unchanged";
	document: Json;
	/** The role in force, null if there is none. */
	current: RoleInForce | null;
}

/** How many roles are asked for at once. */
const AT_ONCE = 8;

/**
 * Compares every role with the one in force.
 * @throws CliFailure if a role is not valid: then nothing is asked for
 */
export async function planRoles(admin: HiveKeyAdmin, roles: RoleDocument[], terminal: Terminal): Promise<PlannedRole[]> {
	const documents = parseAll(roles);
	const planned: PlannedRole[] = [];
	let next = 0;
	const work = async () => {
		while (next < roles.length) {
			const at = next++;
			terminal.progress(`Comparing role ${at + 1} of ${roles.length} …`);
			planned[at] = await planRole(admin, roles[at] as RoleDocument, documents[at] as Json);
		}
	};
	try {
		// One that fails ends the work of all.
		const stop = () => {
			next = roles.length;
		};
		await Promise.all(Array.from({ length: Math.min(AT_ONCE, roles.length) }, () => work().finally(stop)));
	} finally {
		terminal.endProgress();
	}
	return planned;
}

/** What the gateway said that applying a role would do, against the role in force. */
export async function plannedChange(admin: HiveKeyAdmin, role: RoleDocument, planned: AppliedRole): Promise<PlannedRole> {
	const current = await roleInForce(admin, role.name);
	const document = planned.document as Json;
	if (current === null) return { role, document, current, change: "create" };
	const same = canonicalJson(document) === canonicalJson(current.document as Json);
	const change = planned.change === "unchanged" ? "unchanged" : same ? "expand" : "update";
	return { role, document, current, change };
}

/** Whether anything would be other than it is. */
export function changesAnything(plan: PlannedRole[]): boolean {
	return plan.some(({ change }) => change !== "unchanged");
}

/** The plan for people, in printable lines. */
export function planLines(plan: PlannedRole[], colours: Terminal["errorColours"]): string[] {
	return plan.flatMap((one) => [headline(one, colours), ...changedLines(one, colours)]);
}

function headline({ role, change, current }: PlannedRole, { bold, green, yellow, dim }: Terminal["errorColours"]): string {
	const name = printable(role.name);
	const rev = current?.rev ?? 0;
	switch (change) {
		case "create":
			return `${bold(name)}  ${green("create")}`;
		case "update":
			return `${bold(name)}  ${yellow("update")} rev ${rev} -> ${rev + 1}`;
		case "expand":
			return `${bold(name)}  unchanged rev ${rev}, its patterns ${yellow("matched again")} with the actions there are now`;
		case "unchanged":
			return dim(`${name}  unchanged rev ${rev}`);
	}
}

function changedLines({ change, current, document }: PlannedRole, colours: Terminal["errorColours"]): string[] {
	return change === "create" || change === "update" ? documentDiff(current?.document ?? null, document, colours) : [];
}

function parseAll(roles: RoleDocument[]): Json[] {
	const problems: ProblemLine[] = [];
	const documents = roles.map((role) => {
		const parsed = parseRole(role);
		if (parsed.ok) return parsed.document;
		problems.push(...parsed.problems);
		return null;
	});
	if (problems.length === 0) return documents;
	throw new CliFailure("Nothing was applied", {
		code: "invalid_document",
		next: "Put right what is named above and apply again. If the gateway is newer than this CLI, --yes leaves the judgement to it.",
		problems,
	});
}

async function planRole(admin: HiveKeyAdmin, role: RoleDocument, document: Json): Promise<PlannedRole> {
	const current = await roleInForce(admin, role.name);
	if (current === null) return { role, document, current, change: "create" };
	const same = canonicalJson(document) === canonicalJson(current.document as Json);
	const change = !same ? "update" : hasPatterns(document) ? "expand" : "unchanged";
	return { role, document, current, change };
}

/** Whether the scope names actions by patterns: what they come to is settled each time that the role is applied. */
function hasPatterns(document: Json): boolean {
	const { scope } = document as { scope: { allow: string[] } };
	return scope.allow.some((pattern) => pattern.includes("*"));
}
