/**
 * YAML to plain values. Version 1.2 and its core schema only; duplicate keys, merge keys, tags, directives, keys that are no
 * texts, numbers that are not exact, and aliases beyond a few are refused, so that what one reads is what is decided by.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Scalar } from "yaml";
import { CONNECTOR_LIMITS } from "../contract/connector-document.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import { LIST_LIMITS } from "../contract/list-document.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { childPath, type Finding, type PositionOf, parentPath, sortedProblems } from "./document-positions.ts";
import { readExactNumber } from "./exact-number.ts";
import { FORBIDDEN_KEYS } from "./forbidden-keys.ts";
import type { ReadDocument, ReadResult } from "./read-document.ts";
import { quoted } from "./suggestion.ts";

const ALIASES_MAX = 32;
const VALUES_MAX = 20_000;
/** In a List: its items, and what stands beside them. */
const LIST_VALUES_MAX = LIST_LIMITS.items + 1_000;
const DEPTH_MAX = 64;
const PROBLEMS_MAX = 200;

/** Reads all documents of a YAML text, or tells everything that is wrong with them. */
export function readYamlDocuments(text: string, file: string | undefined): ReadResult {
	const lines = new LineCounter();
	const place = (offset: number) => {
		const { line, col } = lines.linePos(offset);
		return { ...(file === undefined ? {} : { file }), line: Math.max(line, 1), column: Math.max(col, 1) };
	};
	const fail = (code: string, message: string, offset: number): ProblemItem => ({ path: "", code, message, ...place(offset) });
	if (text.charCodeAt(0) === 0xfeff)
		return { ok: false, problems: [fail("byte_order_mark", "a byte order mark stands before the file", 0)] };
	let parsed: Document.Parsed[];
	try {
		const all = parseAllDocuments(text, {
			version: "1.2",
			schema: "core",
			merge: false,
			uniqueKeys: false,
			prettyErrors: false,
			strict: true,
			logLevel: "silent",
			lineCounter: lines,
		});
		parsed = Array.isArray(all) ? (all as Document.Parsed[]) : [];
	} catch {
		// The library recurses: a file nested thousands deep ends here.
		return { ok: false, problems: [fail("unreadable", "the file is nested too deeply or cannot be read", 0)] };
	}
	const problems: ProblemItem[] = [];
	const documents: ReadDocument[] = [];
	for (const document of parsed) {
		// Warnings are of tags, which the reader refuses by itself.
		for (const error of document.errors) problems.push(fail("yaml_syntax", firstLine(error.message), error.pos[0]));
		if (document.directives?.yaml.explicit === true)
			problems.push(fail("yaml_directive", "a %YAML directive is refused; files are YAML 1.2", document.range[0]));
		if (isNothing(document.contents)) continue;
		const reader = new NodeReader(document, valuesMax(document.get("kind")));
		const value = reader.read(document.contents, "", 0);
		for (const { offset, ...finding } of reader.findings) problems.push({ ...finding, ...place(offset) });
		documents.push({ value, source: text.slice(document.range[0], document.range[2]), position: positionsOf(reader, place) });
	}
	if (problems.length > 0) return { ok: false, problems: sortedProblems(problems).slice(0, PROBLEMS_MAX) };
	if (documents.length === 0) return { ok: false, problems: [fail("no_document", "the file has no document in it", 0)] };
	return { ok: true, documents };
}

/** Whether nothing stands between two `---`, or after the last one. */
function isNothing(node: Node | null): boolean {
	return node === null || (isScalar(node) && node.value === null && node.source === "" && node.tag === undefined);
}

/** How many values a document of a kind may have. */
function valuesMax(kind: unknown): number {
	if (kind === "List") return LIST_VALUES_MAX;
	return kind === "Connector" ? CONNECTOR_LIMITS.values : VALUES_MAX;
}

function firstLine(message: string): string {
	const [first = ""] = message.split("\n", 1);
	return first.length > 200 ? `${first.slice(0, 200)}…` : first;
}

function positionsOf(reader: NodeReader, place: (offset: number) => { line: number; column: number; file?: string }): PositionOf {
	return (path, what) => {
		if (what === "key") {
			const key = reader.keys.get(path);
			if (key !== undefined) return place(key);
		}
		for (let at = path; ; at = parentPath(at)) {
			const offset = reader.values.get(at);
			if (offset !== undefined) return place(offset);
			if (at === "") return null;
		}
	};
}

/** Turns one document's nodes into a value, and notes where everything stands. */
class NodeReader {
	readonly values = new Map<string, number>();
	readonly keys = new Map<string, number>();
	readonly findings: (Omit<Finding, "at"> & { offset: number })[] = [];
	readonly #document: Document.Parsed;
	readonly #valuesMax: number;
	#valuesLeft: number;
	#aliasesLeft = ALIASES_MAX;
	/** Where a node stands that an alias repeats: at the alias. */
	#aliasOffset: number | null = null;

	constructor(document: Document.Parsed, valuesMax: number) {
		this.#document = document;
		this.#valuesMax = valuesMax;
		this.#valuesLeft = valuesMax;
	}

	find(code: string, message: string, path: string, offset: number): null {
		this.findings.push({ code, message, path, offset });
		return null;
	}

	read(node: Node | null, path: string, depth: number): Json {
		const offset = this.#aliasOffset ?? node?.range?.[0] ?? 0;
		if (!this.values.has(path)) this.values.set(path, offset);
		if (node === null) return null;
		if (--this.#valuesLeft < 0) {
			return this.#valuesLeft === -1
				? this.find("too_many_values", `more than ${this.#valuesMax} values in a document`, path, offset)
				: null;
		}
		if (depth > DEPTH_MAX) return this.find("too_deep", `nested deeper than ${DEPTH_MAX}`, path, offset);
		if (isAlias(node)) return this.#alias(node, path, depth, offset);
		// Nodes of the core schema carry a tag only where one is written.
		if (node.tag !== undefined)
			this.find("yaml_tag", `the tag ${quoted(node.tag)} is refused; write the plain value`, path, offset);
		if (isScalar(node)) return this.#scalar(node, path, offset);
		if (isSeq(node)) return node.items.map((item, i) => this.read(item as Node | null, childPath(path, i), depth + 1));
		if (isMap(node)) return this.#map(node.items as MapItem[], path, depth);
		return null;
	}

	#alias(
		node: Node & { resolve: (document: Document.Parsed) => Node | undefined },
		path: string,
		depth: number,
		offset: number,
	): Json {
		if (--this.#aliasesLeft < 0)
			return this.#aliasesLeft === -1
				? this.find("too_many_aliases", `more than ${ALIASES_MAX} aliases in a document`, path, offset)
				: null;
		const target = node.resolve(this.#document);
		if (target === undefined) return this.find("unknown_alias", "this alias names no anchor before it", path, offset);
		// What it names begins before it.
		if (offset < (target.range?.[1] ?? 0)) return this.find("circular_alias", "this alias stands in what it names", path, offset);
		const outer = this.#aliasOffset;
		this.#aliasOffset = offset;
		const value = this.read(target, path, depth);
		this.#aliasOffset = outer;
		return value;
	}

	#scalar(node: Scalar, path: string, offset: number): Json {
		const { value } = node;
		if (value === null || typeof value === "boolean" || typeof value === "string") return value;
		if (typeof value !== "number") return this.find("yaml_value", "this is no text, number, true, false or null", path, offset);
		const written = node.source ?? String(value);
		if (!Number.isFinite(value)) return this.find("inexact_number", `${quoted(written)} is no finite number`, path, offset);
		const decimal = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(written);
		const exact = decimal ? readExactNumber(written.replace(/^\+/, "")) !== null : Number.isSafeInteger(value);
		return exact ? value + 0 : this.find("inexact_number", `${quoted(written)} has no exact form as a number`, path, offset);
	}

	#map(items: MapItem[], path: string, depth: number): Json {
		const object: JsonObject = Object.create(null);
		for (const { key, value } of items) {
			const offset = this.#aliasOffset ?? key?.range?.[0] ?? 0;
			const name = isScalar(key) && key.tag === undefined && typeof key.value === "string" ? key.value : null;
			if (name === null) {
				this.find("yaml_key", "a key is a plain text", path, offset);
				continue;
			}
			const inner = childPath(path, name);
			if (name === "<<") this.find("merge_key", "merge keys (`<<`) are refused; write the keys out", inner, offset);
			else if (FORBIDDEN_KEYS.has(name)) this.find("forbidden_key", `the key ${quoted(name)} is refused`, inner, offset);
			else if (name in object) this.find("duplicate_key", `the key ${quoted(name)} stands twice`, inner, offset);
			else {
				if (!this.keys.has(inner)) this.keys.set(inner, offset);
				object[name] = this.read(value, inner, depth + 1);
			}
		}
		return object;
	}
}

interface MapItem {
	key: Node | null;
	value: Node | null;
}
