/** Roles of files -> what the gateway's own parser makes of them, without asking it. */
import type { Json } from "../../../src/contract/json.ts";
import type { ProblemItem } from "../../../src/contract/problem.ts";
import { parseRoleSource } from "../../../src/policy/parse-role.ts";
import type { ProblemLine } from "../failure.ts";
import type { Source } from "./read-sources.ts";
import type { RoleDocument, SplitSource } from "./split-source.ts";

export type ParsedRole = { ok: true; document: Json } | { ok: false; problems: ProblemLine[] };

/** One role, its problems in the lines of its file. */
export function parseRole(role: RoleDocument): ParsedRole {
	const format = role.contentType === "application/json" ? "json" : "yaml";
	const parsed = parseRoleSource(role.body, { format });
	const document = parsed.ok ? parsed.documents[0]?.document : undefined;
	if (document !== undefined) return { ok: true, document: document as unknown as Json };
	const problems = parsed.ok ? [] : parsed.problems;
	return { ok: false, problems: problems.map((problem) => placedIn(role, problem)) };
}

/** What is wrong with a file that could not be split: in the parser's words where it has any. */
export function problemsOfFile(source: Source, split: SplitSource): ProblemLine[] {
	const parsed = parseRoleSource(source.bytes, { format: source.format, file: source.file });
	return parsed.ok ? split.problems : parsed.problems;
}

function placedIn(role: RoleDocument, { line, ...problem }: ProblemItem): ProblemLine {
	return { ...problem, file: role.file, line: line === undefined ? undefined : line + role.lineOffset };
}
