/** A connector document as YAML that people review: what was left out stands beside it, as comments. */
import { Document, isMap, isScalar, isSeq, type Node, Scalar, visit, type YAMLMap, type YAMLSeq } from "yaml";
import { withPadding } from "../offline/format-yaml.ts";
import { escapeUnsafe, isUnsafe, printable } from "../output/printable.ts";
import type { Imported } from "./import-openapi.ts";
import { label } from "./operation.ts";

/** What fits into this many characters stands on one line. */
const WIDTH = 100;
/** More operations than this are counted, not listed. */
const LISTED_MAX = 400;

/**
 * @param origin - what the document was called and what it is
 */
export function connectorText(imported: Imported, origin: string[]): string {
	const document = new Document(imported.connector, { aliasDuplicateObjects: false });
	visit(document, {
		Scalar(_key, scalar) {
			if (typeof scalar.value === "string" && isUnsafe(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
		},
	});
	const actions = document.get("actions");
	if (isSeq(actions)) for (const [index, action] of actions.items.entries()) settleAction(action, index > 0, imported);
	const http = document.get("http");
	if (isMap(http)) for (const pair of http.items) settle(pair.value as Node);
	withPadding(document.contents);
	const text = escapeUnsafe(document.toString({ indentSeq: true, lineWidth: 0, flowCollectionPadding: false }));
	const [head, end] = [[...origin, "", ...headOf(imported)], leftOutLines(imported)].map(comments);
	return `${head}\n${text}${end === "" ? "" : `\n${end}`}`;
}

function headOf({ connector, operations, notAsked, leftOut, remarks, secret }: Imported): string[] {
	const count = connector.actions.length;
	const lines = [
		`${count} ${count === 1 ? "action" : "actions"} of ${operations} ${operations === 1 ? "operation" : "operations"}` +
			`${notAsked === 0 ? "" : `; ${notAsked} were not asked for`}${leftOut.length === 0 ? "" : `; ${leftOut.length} could not be taken, see the end`}.`,
		"",
		"Before you apply it, look at",
		"- http: is it the right address, and the right way to show who calls?",
		"- actions: are there any that no agent of yours should ever be granted? Delete them here.",
		"- logged: may these fields stand on the log? All others are kept out of it.",
	];
	if (secret !== undefined) lines.push("", `The secret ${secret} is set with: hivekey secret set ${secret}`);
	for (const remark of remarks) lines.push("", ...remark.split("\n"));
	return lines;
}

function leftOutLines({ leftOut }: Imported): string[] {
	if (leftOut.length === 0) return [];
	const lines = ["Left out:"];
	for (const one of leftOut.slice(0, LISTED_MAX)) {
		const id = one.operationId === undefined ? "" : ` (${one.operationId})`;
		lines.push(`- ${label(one)}${id}: ${one.reason}${one.pointer === undefined ? "" : ` [#${one.pointer}]`}`);
	}
	if (leftOut.length > LISTED_MAX) lines.push(`- and ${leftOut.length - LISTED_MAX} more`);
	return lines;
}

function comments(lines: string[]): string {
	return lines.map((line) => (line === "" ? "#\n" : `# ${printable(line)}\n`)).join("");
}

/** Notes above the action; short parts of it on one line. */
function settleAction(action: unknown, follows: boolean, { notes }: Imported): void {
	if (!isMap(action)) return;
	action.spaceBefore = follows;
	const lines = notes.get(String(action.get("name")));
	if (lines !== undefined) action.commentBefore = [" not in it:", ...lines.map((line) => ` - ${printable(line)}`)].join("\n");
	for (const pair of action.items) settle(pair.value as Node);
}

/** Brackets and braces for what fits on a line. Returns the width that the node takes there, undefined if it does not fit. */
function settle(node: unknown): number | undefined {
	if (isScalar(node)) return widthOf(node);
	if (!isMap(node) && !isSeq(node)) return 0;
	const widths = isMap(node) ? mapWidths(node) : node.items.map(settle);
	if (widths.length === 0) return 2;
	let width = 2;
	for (const one of widths) {
		if (one === undefined) return undefined;
		width += one + 2;
	}
	if (width > WIDTH) return undefined;
	(node as YAMLMap | YAMLSeq).flow = true;
	return width;
}

function mapWidths(node: YAMLMap): (number | undefined)[] {
	return node.items.map(({ key, value }) => {
		const width = settle(value);
		return width === undefined ? undefined : width + String(isScalar(key) ? key.value : key).length + 2;
	});
}

function widthOf({ value }: Scalar): number | undefined {
	return String(value).includes("\n") ? undefined : String(value).length + 2;
}
