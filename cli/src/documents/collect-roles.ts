/** Files that were split -> the roles to work on. Fails before anything is sent if one of them cannot be told. */
import { CliFailure, type ProblemLine } from "../failure.ts";
import type { Terminal } from "../output/terminal.ts";
import type { RoleDocument, SplitSource } from "./split-source.ts";

/**
 * All roles of all files, in order. What is policy but no role is skipped with a note.
 * @throws CliFailure if a file has problems, a role stands twice, or there is none
 */
export function collectRoles(split: SplitSource[], terminal: Terminal): RoleDocument[] {
	const roles = split.flatMap((one) => one.roles);
	const problems = [...split.flatMap((one) => one.problems), ...duplicates(roles)];
	if (problems.length > 0) {
		throw new CliFailure("Nothing was applied", {
			code: "invalid_document",
			// Only what stands in the way of telling the documents apart was looked for.
			next: "Put right what is named above and apply again; `hivekey role validate` tells whatever else is wrong with the file.",
			problems,
		});
	}
	noteSkipped(split, terminal);
	if (roles.length === 0) throw noRoles();
	return roles;
}

/** Roles that stand more than once, each at its second place. */
export function duplicates(roles: RoleDocument[]): ProblemLine[] {
	const problems: ProblemLine[] = [];
	const first = new Map<string, RoleDocument>();
	for (const role of roles) {
		const other = first.get(role.name);
		if (other === undefined) first.set(role.name, role);
		else {
			const message = `role ${role.name} stands in ${other.file}:${other.lineOffset + 1} already`;
			problems.push({ file: role.file, line: role.lineOffset + 1, column: 1, code: "duplicate_role", message });
		}
	}
	return problems;
}

export function noteSkipped(split: SplitSource[], terminal: Terminal): void {
	for (const { file, line, kind } of split.flatMap((one) => one.skipped))
		terminal.note(`${file}:${line}: skipped, a ${kind} is not a role`);
}

export function noRoles(): CliFailure {
	return new CliFailure("There is no role in what was given", {
		code: "nothing_to_apply",
		next: "A role begins with `apiVersion: policy.hivekey.ai/v1` and `kind: Role`.",
	});
}
