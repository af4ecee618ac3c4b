/** One form for policy files: the order of keys, indentation, what stands on one line. Comments stay, meaning never changes. */
import type { Json, JsonObject } from "../../../src/contract/json.ts";
import { canonicalJson } from "../../../src/policy/canonical-json.ts";
import { type ReadDocument, readDocuments } from "../../../src/policy/read-document.ts";
import type { Source } from "../documents/read-sources.ts";
import type { ProblemLine } from "../failure.ts";
import { commentsIn, formatYaml } from "./format-yaml.ts";
import { orderedKeys } from "./key-order.ts";

export type Formatted =
	| { kind: "formatted"; text: string; changed: boolean }
	/** No document in it is policy of ours. */
	| { kind: "foreign" }
	| { kind: "refused"; problems: ProblemLine[] };

/** Formats a file. What cannot be read, or would come out as anything else than it was, is refused. */
export function formatPolicy({ file, bytes, format }: Source): Formatted {
	const before = readDocuments(bytes, { format, file, lists: true });
	if (!before.ok) return { kind: "refused", problems: before.problems };
	if (!before.documents.some(isPolicy)) return { kind: "foreign" };
	const source = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
	const text = format === "json" ? formatJson(before.documents[0]?.value ?? null) : formatYaml(source);
	if (text === null) return refusal(file, "its meaning");
	const after = readDocuments(text, { format, lists: true });
	const isSame = after.ok && meaningOf(after.documents) === meaningOf(before.documents);
	const keepsComments = format === "json" || commentsIn(source) === commentsIn(text);
	if (!isSame || !keepsComments) return refusal(file, isSame ? "a comment" : "its meaning");
	return { kind: "formatted", text, changed: text !== source };
}

function refusal(file: string, what: string): Formatted {
	const message = `formatting would change ${what}, so the file stays as it is; write it in a plainer way`;
	return { kind: "refused", problems: [{ file, code: "not_formatted", message }] };
}

function isPolicy({ value }: ReadDocument): boolean {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
	const { apiVersion } = value;
	return typeof apiVersion === "string" && apiVersion.startsWith("policy.hivekey.ai/");
}

function meaningOf(documents: ReadDocument[]): string {
	return documents.map(({ value }) => canonicalJson(value)).join("\n");
}

function formatJson(value: Json): string {
	const kind = typeof value === "object" && value !== null && !Array.isArray(value) ? String(value["kind"]) : "";
	return `${JSON.stringify(inOrder(value, kind, ""), null, 2)}\n`;
}

function inOrder(value: Json, kind: string, place: string): Json {
	if (Array.isArray(value)) return value.map((item) => inOrder(item, kind, `${place}[]`));
	if (typeof value !== "object" || value === null) return value;
	const object: JsonObject = Object.create(null);
	for (const key of orderedKeys(Object.keys(value), kind, place))
		object[key] = inOrder(value[key] as Json, kind, place === "" ? key : `${place}.${key}`);
	return object;
}
