/** Files -> the policy documents in them, read by the gateway's own parser. */
import { type DocumentKind, type ParsedFile, type PolicyDocument, parseDocuments } from "../../../src/policy/parse-documents.ts";
import type { Source } from "../documents/read-sources.ts";
import { CliFailure, type ProblemLine } from "../failure.ts";

/** A document and where it is from. */
export type FileDocument = PolicyDocument & { file: string };
export type DocumentOf<K extends DocumentKind> = Extract<FileDocument, { kind: K }>;

export interface Policy {
	/** The documents that have no mistake in themselves, in order. */
	documents: FileDocument[];
	/** What is known of those that have one. */
	failed: (ParsedFile["failed"][number] & { file: string })[];
	/** What can be checked further of roles that have one. */
	rest: (ParsedFile["rest"][number] & { file: string })[];
	problems: ProblemLine[];
}

/** Reads every document of every file. A second role, list, connector or sink of one name is a mistake in itself; tests may be many. */
export function readPolicy(sources: Source[]): Policy {
	const policy: Policy = { documents: [], failed: [], rest: [], problems: [] };
	const first = new Map<string, FileDocument>();
	for (const { file, bytes, format } of sources) {
		const parsed = parseDocuments(bytes, { format, file });
		policy.failed.push(...parsed.failed.map((document) => ({ ...document, file })));
		policy.rest.push(...parsed.rest.map((document) => ({ ...document, file })));
		policy.problems.push(...parsed.problems);
		for (const one of parsed.documents) {
			const document: FileDocument = { ...one, file };
			const { kind } = document;
			const name = nameOf(document);
			const key = `${kind} ${name}`;
			const other = kind === "RoleTest" ? undefined : first.get(key);
			if (other === undefined) {
				first.set(key, document);
				policy.documents.push(document);
			} else {
				policy.failed.push({ kind, name, file });
				policy.problems.push(standsTwice(document, other, `${kind.toLowerCase()} ${name}`));
			}
		}
	}
	return policy;
}

/** The documents of one kind. */
export function documentsOf<K extends DocumentKind>(policy: Policy, kind: K): DocumentOf<K>[] {
	return policy.documents.filter((document): document is DocumentOf<K> => document.kind === kind);
}

/** What a document is called. */
export function nameOf(document: FileDocument): string {
	return document.document.metadata.name;
}

/** All problems at once, as the end of a command. */
export function policyFailure(problems: ProblemLine[]): CliFailure {
	return new CliFailure(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}`, {
		code: "invalid_document",
		next: "Put right what is named above.",
		problems,
	});
}

function standsTwice(document: FileDocument, other: FileDocument, what: string): ProblemLine {
	const at = document.position("metadata.name");
	return {
		file: document.file,
		line: at?.line,
		column: at?.column,
		path: "metadata.name",
		code: "duplicate_name",
		message: `${what} stands in ${other.file}:${other.position("")?.line ?? 1} already`,
	};
}
