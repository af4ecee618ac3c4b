/** Policy files to documents of every kind: every mistake at once, whichever document it is in. */
import type { ConnectorDocument } from "../contract/connector-document.ts";
import type { Json } from "../contract/json.ts";
import type { ListDocument } from "../contract/list-document.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { ROLE_LIMITS, type RoleDocument } from "../contract/role-document.ts";
import type { RoleTestDocument } from "../contract/role-test-document.ts";
import type { SinkDocument } from "../contract/sinks.ts";
import { checkList } from "./check-list.ts";
import { type CheckedRole, checkRole } from "./check-role.ts";
import { checkRoleTest } from "./check-role-test.ts";
import { checkSink } from "./check-sink.ts";
import { checkConnector } from "./connector/check-connector.ts";
import { type Finding, type PositionOf, placed, sortedProblems } from "./document-positions.ts";
import { type ReadDocument, type ReadOptions, readDocuments } from "./read-document.ts";
import { isSchema } from "./schema-nodes.ts";
import { didYouMean, quoted } from "./suggestion.ts";
import { utf8Length } from "./utf8.ts";

export const DOCUMENT_KINDS = ["Role", "RoleTest", "List", "Connector", "Sink"] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

type Checked =
	| { kind: "Role"; document: RoleDocument }
	| { kind: "RoleTest"; document: RoleTestDocument }
	| { kind: "List"; document: ListDocument }
	| { kind: "Connector"; document: ConnectorDocument }
	| { kind: "Sink"; document: SinkDocument };

export type PolicyDocument = Checked & {
	/** The text of this document alone. */
	source: string;
	/** Where a path such as `cases[0].expect` stands in the file. */
	position: PositionOf;
};

export interface ParsedFile {
	/** The documents that have no mistake, in order. */
	documents: PolicyDocument[];
	/** What is known of those that have one. */
	failed: { kind: string | null; name: string | null }[];
	/** What can be checked further of roles that have a mistake: to be compiled for its problems, and for nothing else. */
	rest: { document: RoleDocument; position: PositionOf }[];
	/** Every problem of the file, sorted by place. */
	problems: ProblemItem[];
}

/**
 * Parses a file of one or many documents.
 * @param source - at most 8 MiB of UTF-8, of which a document that is no List and no Connector has at most 256 KiB
 */
export function parseDocuments(source: string | Uint8Array, options: ReadOptions): ParsedFile {
	const read = readDocuments(source, { ...options, lists: true });
	if (!read.ok) return { documents: [], failed: [], rest: [], problems: read.problems };
	const file: ParsedFile = { documents: [], failed: [], rest: [], problems: [] };
	for (const one of read.documents) {
		const { value, source: text, position } = one;
		const checked = checkDocument(one);
		if ("findings" in checked) {
			file.failed.push({ kind: textAt(value, "kind"), name: textAt(isSchema(value) ? value["metadata"] : null, "name") });
			file.problems.push(...checked.findings.map((finding) => placed(finding, position)));
			if (checked.rest != null) file.rest.push({ document: checked.rest, position });
		} else file.documents.push({ ...checked, source: text, position });
	}
	file.problems = sortedProblems(file.problems);
	return file;
}

function checkDocument({ value, source }: ReadDocument): Checked | { findings: Finding[]; rest?: RoleDocument | null } {
	if (!isSchema(value)) return { findings: [{ path: "", code: "type", message: "a document is a map of keys" }] };
	const kind = DOCUMENT_KINDS.find((known) => known === value["kind"]);
	const size = kind === "List" || kind === "Connector" ? 0 : utf8Length(source);
	if (size > ROLE_LIMITS.sourceBytes) {
		const message = `the document has ${size} bytes, at most ${ROLE_LIMITS.sourceBytes} (256 KiB) are taken`;
		return { findings: [{ path: "", code: "too_large", message }] };
	}
	switch (kind) {
		case "Role":
			return checkedRole(checkRole(value));
		case "RoleTest":
			return withKind(kind, checkRoleTest(value));
		case "List":
			return withKind(kind, checkList(value));
		case "Connector":
			return withKind(kind, checkConnector(value));
		case "Sink":
			return withKind(kind, checkSink(value));
		case undefined:
			return { findings: [unknownKind(value["kind"])] };
	}
}

function checkedRole(checked: CheckedRole): Checked | { findings: Finding[]; rest: RoleDocument | null } {
	return checked.ok ? { kind: "Role", document: checked.document } : checked;
}

function withKind<K extends DocumentKind, D>(
	kind: K,
	checked: { ok: true; document: D } | { ok: false; findings: Finding[] },
): { kind: K; document: D } | { findings: Finding[] } {
	return checked.ok ? { kind, document: checked.document } : { findings: checked.findings };
}

function unknownKind(kind: Json | undefined): Finding {
	const message =
		typeof kind === "string"
			? `unknown kind ${quoted(kind)}${didYouMean(kind, DOCUMENT_KINDS)}`
			: "a document says its `kind`, such as `kind: Role`";
	return { path: "kind", code: "unknown_kind", message };
}

function textAt(value: Json | undefined, key: string): string | null {
	const text = isSchema(value) ? value[key] : undefined;
	return typeof text === "string" ? text : null;
}
