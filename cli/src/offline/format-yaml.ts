/** YAML in one form. Works on the library's document model, which keeps the comments. */
import { Document, isCollection, isMap, isScalar, isSeq, Lexer, Pair, parseAllDocuments, YAMLMap, YAMLSeq } from "yaml";
import { orderedKeys } from "./key-order.ts";

/** What is in brackets or braces stands on one line up to this column, else it becomes a block. */
const WIDTH = 100;
const INDENT = 2;
const PRINTING = { indent: INDENT, indentSeq: true, lineWidth: 0, flowCollectionPadding: false } as const;

/** Passes after which a text stays as it is; comments may need a second one to find their place. */
const PASSES_MAX = 5;

/**
 * Formats until nothing changes any more, so that formatting what came out changes nothing.
 * @param source - that the policy reader has read without a problem
 * @returns null if there is no such text
 */
export function formatYaml(source: string): string | null {
	let text = source;
	try {
		for (let pass = 0; pass < PASSES_MAX; pass++) {
			const next = formatOnce(text);
			if (next === text) return text;
			text = next;
		}
	} catch {
		// In another order an alias would stand before its anchor.
	}
	return null;
}

function formatOnce(source: string): string {
	const documents = parseAllDocuments(source, { version: "1.2", schema: "core", merge: false, logLevel: "silent" });
	if (!Array.isArray(documents)) return source;
	const filled = documents.filter((document) => document.contents !== null || document.comment || document.commentBefore);
	return filled.map((document, index) => printed(document as Document, index > 0)).join("");
}

/** All comments of a text, sorted, as one text to compare. */
export function commentsIn(source: string): string {
	const comments: string[] = [];
	let before = "";
	for (const token of new Lexer().lex(source)) {
		// A scalar's text follows a mark, and may begin with a # itself.
		if (token.startsWith("#") && before !== SCALAR_MARK) comments.push(token.trimEnd());
		before = token;
	}
	return comments.sort().join("\n");
}

const SCALAR_MARK = "\u001f";

function printed(document: Document, follows: boolean): string {
	const { contents } = document;
	const kind = isMap(contents) ? String(contents.get("kind")) : "";
	inOrder(contents, kind, "");
	settle(contents, 0, 0);
	if (document.directives) document.directives.docStart = follows || null;
	if (follows && document.commentBefore && contents !== null) {
		// Before the `---` it would be the comment of the document above.
		contents.commentBefore = [document.commentBefore, contents.commentBefore].filter(Boolean).join("\n\n");
		document.commentBefore = null;
	}
	return document.toString(PRINTING);
}

/** Brings the keys into their order. A comment above a key goes with it; what stands at the top of a document stays there. */
function inOrder(node: unknown, kind: string, place: string): void {
	if (isSeq(node)) for (const item of node.items) inOrder(item, kind, `${place}[]`);
	if (!isMap(node)) return;
	const pairs = new Map((node.items as Pair[]).map((pair): [string, Pair] => [nameOf(pair), pair]));
	const [before] = pairs.values();
	const ordered = orderedKeys([...pairs.keys()], kind, place).map((name) => pairs.get(name) as Pair);
	node.items = ordered;
	const [first] = ordered;
	if (place === "") moveComment(keyOf(before), keyOf(first));
	else {
		if (first !== before) moveComment(node, keyOf(before));
		// Above the dash of a list's element, not behind it.
		moveComment(keyOf(first), node);
	}
	const key = keyOf(first);
	if (key !== undefined) key.spaceBefore = false;
	for (const [name, pair] of pairs) {
		if (isCollection(pair.value)) pair.value.spaceBefore = false;
		inOrder(pair.value, kind, place === "" ? name : `${place}.${name}`);
	}
}

interface Commented {
	commentBefore?: string | null;
	spaceBefore?: boolean;
}

function keyOf(pair: Pair | undefined): Commented | undefined {
	return isScalar(pair?.key) ? pair.key : undefined;
}

function moveComment(from: Commented | undefined, to: Commented | undefined): void {
	if (from === undefined || to === undefined || from === to || !from.commentBefore) return;
	to.commentBefore = [from.commentBefore, to.commentBefore].filter(Boolean).join("\n");
	from.commentBefore = null;
}

function nameOf(pair: Pair): string {
	return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** Decides for everything in brackets and braces whether it stays so: from the outside, for a block can hold both. */
function settle(node: unknown, indent: number, column: number): void {
	if (!isCollection(node)) return;
	withPadding(node);
	if (node.flow) {
		const text = lineOf(node);
		if (!text.includes("\n") && column + text.length <= WIDTH) return;
		node.flow = false;
	}
	if (isSeq(node)) for (const item of node.items) settle(item, indent + INDENT, indent + INDENT);
	if (isMap(node)) for (const pair of node.items as Pair[]) settle(pair.value, indent + INDENT, indent + nameOf(pair).length + 2);
}

function lineOf(node: unknown): string {
	const alone = new Document(null, { version: "1.2" });
	alone.contents = node as never;
	try {
		return alone.toString(PRINTING).trimEnd();
	} catch {
		// An alias in it names an anchor outside: it stays as its author wrote it.
		return "";
	}
}

/** `{ field: to, in: [a, b] }`: room in braces, none in brackets. The library knows one setting for both. */
export function withPadding(node: unknown): void {
	if (isSeq(node) && node instanceof YAMLSeq) {
		node.toString = (context, ...rest) =>
			YAMLSeq.prototype.toString.call(node, context && { ...context, flowCollectionPadding: "" }, ...rest);
		for (const item of node.items) withPadding(item);
	} else if (isMap(node) && node instanceof YAMLMap) {
		node.toString = (context, ...rest) =>
			YAMLMap.prototype.toString.call(node, context && { ...context, flowCollectionPadding: " " }, ...rest);
		for (const pair of node.items as Pair[]) {
			withPadding(pair.value);
			if (isScalar(pair.value) && pair.value.type === "BLOCK_FOLDED") withFolding(pair);
		}
	}
}

/** A folded text is the only one that is broken into lines: its author asked for that. */
function withFolding(pair: Pair): void {
	pair.toString = (context, ...rest) =>
		Pair.prototype.toString.call(pair, context && { ...context, options: { ...context.options, lineWidth: WIDTH } }, ...rest);
}
