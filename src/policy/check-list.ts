/** Whether a value is a List document. */
import type { Json } from "../contract/json.ts";
import { LIST_KEYS, LIST_LIMITS, type ListDocument, listDocumentSchema } from "../contract/list-document.ts";
import type { Finding } from "./document-positions.ts";
import { type ShapeWords, shapeFindings } from "./shape-findings.ts";

export type CheckedList = { ok: true; document: ListDocument } | { ok: false; findings: Finding[] };

const LIST_WORDS: ShapeWords = {
	keys: LIST_KEYS,
	forms: { "items[]": "a text, a number, true or false" },
	limits: { items: { code: "too_many_items", message: `a list has at most ${LIST_LIMITS.items} items` } },
};

/** Checks one document; all findings at once. */
export function checkList(value: Json): CheckedList {
	const parsed = listDocumentSchema.safeParse(value);
	return parsed.success
		? { ok: true, document: parsed.data }
		: { ok: false, findings: shapeFindings(parsed.error, value, LIST_WORDS) };
}
