/** Policy files to Role documents: every mistake at once, each with its place and, where one is near, the word that was meant. */
import type { Json, JsonObject } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import type { RoleDocument } from "../contract/role-document.ts";
import { checkRole } from "./check-role.ts";
import { type PositionOf, placed, sortedProblems } from "./document-positions.ts";
import { type ReadDocument, type ReadOptions, readDocuments } from "./read-document.ts";

export interface ParsedDocument {
	kind: "Role";
	document: RoleDocument;
	/** The text of this document alone. */
	source: string;
	/** Where a path such as `guards[0].when.in[1]` stands in the file. */
	position: PositionOf;
}

export type ParsedRoles =
	| { ok: true; documents: ParsedDocument[] }
	/** `rest` is to be compiled for the problems that only that finds, and for nothing else. */
	| { ok: false; problems: ProblemItem[]; rest: ParsedDocument[] };
export type ParsedRole = { ok: true; document: RoleDocument } | { ok: false; problems: ProblemItem[]; rest: RoleDocument | null };

/**
 * Parses a file of one or many documents.
 * @param source - at most 256 KiB of UTF-8
 * @returns the documents in order, or every problem of the file, sorted by place
 */
export function parseRoleSource(source: string | Uint8Array, options: ReadOptions): ParsedRoles {
	const read = readDocuments(source, options);
	if (!read.ok) return { ...read, rest: [] };
	const problems: ProblemItem[] = [];
	const documents: ParsedDocument[] = [];
	const rest: ParsedDocument[] = [];
	for (const { value, source: text, position } of read.documents satisfies ReadDocument[]) {
		const checked = checkRole(value);
		if (checked.ok) documents.push({ kind: "Role", document: checked.document, source: text, position });
		else {
			problems.push(...checked.findings.map((finding) => placed(finding, position)));
			if (checked.rest !== null) rest.push({ kind: "Role", document: checked.rest, source: text, position });
		}
	}
	if (problems.length === 0) return { ok: true, documents };
	return { ok: false, problems: sortedProblems(problems), rest: [...documents, ...rest] };
}

/** Parses a Role that is a JSON value already, such as what a merge patch came to. */
export function parseRoleValue(value: unknown, options: { file?: string } = {}): ParsedRole {
	const checked = checkRole(plainJson(value));
	if (checked.ok) return checked;
	const { file } = options;
	return {
		ok: false,
		rest: checked.rest,
		problems: checked.findings.map((finding) => ({ ...placed(finding, undefined), ...(file === undefined ? {} : { file }) })),
	};
}

/** A value with everything that JSON does not carry left out or made null. */
function plainJson(value: unknown): Json {
	if (value === null || typeof value === "string" || typeof value === "boolean") return value;
	if (typeof value === "number") return Number.isFinite(value) ? value : null;
	if (Array.isArray(value)) return value.map(plainJson);
	if (typeof value !== "object") return null;
	const object: JsonObject = Object.create(null);
	for (const [key, member] of Object.entries(value)) if (member !== undefined) object[key] = plainJson(member);
	return object;
}
