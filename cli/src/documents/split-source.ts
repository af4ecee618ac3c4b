/**
 * A policy file -> the roles in it, each with its own bytes. Looks only for where documents begin, what kind they are and what
 * they are called: whether they make sense is for the gateway to say.
 */
import { type Document, isScalar, LineCounter, parseAllDocuments } from "yaml";
import type { ProblemLine } from "../failure.ts";
import type { Source } from "./read-sources.ts";

export interface RoleDocument {
	file: string;
	name: string;
	body: Uint8Array;
	contentType: "application/yaml" | "application/json";
	/** How many lines of the file stand before it. */
	lineOffset: number;
}

export interface SplitSource {
	roles: RoleDocument[];
	/** Documents that are policy, but no roles. */
	skipped: { file: string; line: number; kind: string }[];
	problems: ProblemLine[];
}

const OTHER_KINDS = new Set(["RoleTest", "List", "Connector", "Sink"]);

/** Splits a file at its documents. A file with one document keeps every byte. */
export function splitSource(source: Source): SplitSource {
	const result: SplitSource = { roles: [], skipped: [], problems: [] };
	const { file, bytes } = source;
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		result.problems.push({ file, code: "not_utf8", message: "the file is not UTF-8 text" });
		return result;
	}
	const lines = new LineCounter();
	const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
	if (!Array.isArray(documents)) return result;
	for (const error of documents.flatMap((document) => document.errors)) {
		const { line, col } = lines.linePos(error.pos[0]);
		result.problems.push({ file, line, column: col, code: "syntax", message: error.message });
	}
	if (result.problems.length > 0) return result;

	const contentType = source.format === "json" ? "application/json" : "application/yaml";
	let start = 0;
	documents.forEach((document, index) => {
		const isLast = index === documents.length - 1;
		const end = isLast ? text.length : document.range[2];
		const from = start;
		start = end;
		if (isEmpty(document)) return;
		const { line } = lines.linePos(document.contents?.range?.[0] ?? from);
		const kind = scalarAt(document, ["kind"]);
		if (kind !== undefined && OTHER_KINDS.has(kind)) {
			result.skipped.push({ file, line, kind });
			return;
		}
		const name = scalarAt(document, ["metadata", "name"]);
		if (name === undefined || name === "" || name === "." || name === "..") {
			const at = lines.linePos(
				positionOf(document, ["metadata", "name"]) ?? positionOf(document, ["metadata"]) ?? document.contents?.range?.[0] ?? from,
			);
			const message = "the document has no name: metadata.name says what the role is called";
			result.problems.push({ file, line: at.line, column: at.col, code: "no_name", message });
			return;
		}
		const body = documents.length === 1 ? bytes : new TextEncoder().encode(text.slice(from, end));
		result.roles.push({ file, name, body, contentType, lineOffset: lines.linePos(from).line - 1 });
	});
	return result;
}

function isEmpty(document: Document.Parsed): boolean {
	return document.contents === null || (isScalar(document.contents) && document.contents.value === null);
}

function scalarAt(document: Document.Parsed, path: string[]): string | undefined {
	const node = document.getIn(path, true);
	if (!isScalar(node) || node.value === null || typeof node.value === "object") return undefined;
	return String(node.value);
}

function positionOf(document: Document.Parsed, path: string[]): number | undefined {
	const node = document.getIn(path, true) as { range?: [number, number, number] | null } | undefined;
	return node?.range?.[0];
}
