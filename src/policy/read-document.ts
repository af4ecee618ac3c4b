/** Policy files to plain values that know where they stood. YAML 1.2 (core schema) and JSON, both without surprises. */
import { CONNECTOR_LIMITS } from "../contract/connector-document.ts";
import type { Json } from "../contract/json.ts";
import { LIST_LIMITS } from "../contract/list-document.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { ROLE_LIMITS } from "../contract/role-document.ts";
import type { PositionOf } from "./document-positions.ts";
import { parseStrictJsonText } from "./strict-json.ts";
import { decodeUtf8, utf8Length } from "./utf8.ts";
import { readYamlDocuments } from "./yaml-documents.ts";

export interface ReadDocument {
	value: Json;
	/** The text of this document alone. */
	source: string;
	position: PositionOf;
}

export interface ReadOptions {
	format: "yaml" | "json";
	/** The file's name, for the problems. */
	file?: string;
	/** The file may be as large as a long List or a Connector is. Whoever says so bounds the other kinds. */
	lists?: true;
}

export type ReadResult = { ok: true; documents: ReadDocument[] } | { ok: false; problems: ProblemItem[] };

/** Reads a file of one or many documents. Its size is checked before anything is parsed. */
export function readDocuments(source: string | Uint8Array, options: ReadOptions): ReadResult {
	const most = options.lists === true ? LIST_LIMITS.sourceBytes : ROLE_LIMITS.sourceBytes;
	const size = typeof source === "string" ? (source.length > most ? source.length : utf8Length(source)) : source.length;
	const { file } = options;
	const fail = (code: string, message: string, line = 1, column = 1): ReadResult => ({
		ok: false,
		problems: [{ path: "", code, message, ...(file === undefined ? {} : { file }), line, column }],
	});
	if (size > most) {
		const words = options.lists === true ? "8 MiB" : "256 KiB";
		return fail("too_large", `the file has ${size} bytes, at most ${most} (${words}) are taken`);
	}
	const text = typeof source === "string" ? source : decodeUtf8(source);
	if (text === null) return fail("not_utf8", "the file is not UTF-8");
	if (options.format === "yaml") return readYamlDocuments(text, file);
	const parsed = parseStrictJsonText(text, options.lists === true ? { maxValues: CONNECTOR_LIMITS.values } : undefined);
	if (!parsed.ok) {
		const { code, message, path, line, column } = parsed.problem;
		return { ok: false, problems: [{ path, code, message, ...(file === undefined ? {} : { file }), line, column }] };
	}
	return { ok: true, documents: [{ value: parsed.value, source: text, position: jsonPositions(text, file) }] };
}

/** Positions in a JSON text, found when the first one is asked for: JSON is YAML as far as places go. */
function jsonPositions(text: string, file: string | undefined): PositionOf {
	let positions: PositionOf | undefined;
	return (path, what) => {
		if (positions === undefined) {
			const read = readYamlDocuments(text, file);
			positions = read.ok ? (read.documents[0]?.position ?? (() => null)) : () => null;
		}
		return positions(path, what);
	};
}
