/** Lists on the wire: what is accepted, and how a change is answered. */
import { LIST_LIMITS, type ListDocument } from "../contract/list-document.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { POLICY_API_VERSION } from "../contract/role-document.ts";
import type { ListChange } from "../gateway/lists.ts";
import { checkList } from "../policy/check-list.ts";
import { itemsOfLines } from "../policy/list-lines.ts";
import { parseDocuments } from "../policy/parse-documents.ts";
import { decodeUtf8 } from "../policy/utf8.ts";
import type { Answer } from "./endpoint.ts";
import type { BodyOptions } from "./read-body.ts";
import { notEverywhere } from "./role-bodies.ts";

/** A List document, or plain text with one item a line. */
export const LIST_FILE: BodyOptions = {
	types: ["application/yaml", "application/json", "text/plain"],
	maxBytes: LIST_LIMITS.sourceBytes,
};

type ReadList = { ok: true; document: ListDocument } | { ok: false; problems: ProblemItem[] };

/** Reads what was sent for the list of a name. */
export function readList(name: string, bytes: Uint8Array, type: string): ReadList {
	if (type === "text/plain") return readLines(name, bytes);
	const { documents, problems } = parseDocuments(bytes, { format: type === "application/json" ? "json" : "yaml" });
	if (problems.length > 0) return { ok: false, problems };
	const [one, ...more] = documents;
	if (one === undefined || more.length > 0 || one.kind !== "List")
		return {
			ok: false,
			problems: [{ path: "", code: "document_count", message: "one document of `kind: List` should stand here" }],
		};
	const { document } = one;
	if (document.metadata.name === name) return { ok: true, document };
	const message = `the document is of list ${JSON.stringify(document.metadata.name)}, the address of ${JSON.stringify(name)}`;
	return { ok: false, problems: [{ path: "metadata.name", code: "name_mismatch", message }] };
}

function readLines(name: string, bytes: Uint8Array): ReadList {
	const text = decodeUtf8(bytes);
	if (text === null) return { ok: false, problems: [{ path: "", code: "not_utf8", message: "the file is not UTF-8" }] };
	const items = itemsOfLines(text);
	if (items.length === 0)
		return { ok: false, problems: [{ path: "items", code: "empty", message: "the text has no items: put one on each line" }] };
	const checked = checkList({ apiVersion: POLICY_API_VERSION, kind: "List", metadata: { name }, items });
	return checked.ok ? checked : { ok: false, problems: checked.findings.map(({ at: _at, ...problem }) => problem) };
}

export function answerList(name: string, change: ListChange): Answer {
	switch (change.kind) {
		case "applied":
			return { status: 200, body: change.list };
		case "deleted":
			return { status: 204 };
		case "invalid":
			return invalidList(change.problems);
		case "not_found":
			return { problem: "not_found", detail: `there is no list ${name}` };
		case "in_use":
			return {
				problem: "still_in_use",
				detail: `roles still take this list: ${change.roles.join(", ")}. Change them first`,
				errors: change.roles.map((role) => ({ path: role, code: "takes_list", message: `role ${role} takes the list` })),
			};
		case "busy":
			return {
				problem: "conflict",
				detail: `the list is stored, but not yet in force in: ${change.roles.join(", ")}. Run the same command again`,
			};
		case "not_everywhere":
			return notEverywhere(change.agents);
	}
}

export function invalidList(problems: ProblemItem[]): Answer {
	const detail = problems.length === 1 ? (problems[0]?.message ?? "") : `${problems.length} errors; nothing was applied`;
	return { problem: "invalid_document", detail, errors: problems.slice(0, 100) };
}
