/** Files -> the lists to work on. Fails before anything is sent if one of them cannot be told. */
import { basename } from "node:path";
import { LIST_LIMITS, type ListDocument } from "../../../../src/contract/list-document.ts";
import { RESOURCE_NAME } from "../../../../src/contract/names.ts";
import { POLICY_API_VERSION } from "../../../../src/contract/role-document.ts";
import { checkList } from "../../../../src/policy/check-list.ts";
import { placed, sortedProblems } from "../../../../src/policy/document-positions.ts";
import { itemsOfLines } from "../../../../src/policy/list-lines.ts";
import { type ReadDocument, readDocuments } from "../../../../src/policy/read-document.ts";
import { decodeUtf8 } from "../../../../src/policy/utf8.ts";
import type { Source } from "../../documents/read-sources.ts";
import { CliFailure, type ProblemLine, usageFailure } from "../../failure.ts";
import type { Terminal } from "../../output/terminal.ts";

export interface ListToApply {
	file: string;
	line: number;
	document: ListDocument;
}

interface Collected {
	lists: ListToApply[];
	/** Documents that are policy, but no lists. */
	skipped: { file: string; line: number; kind: string }[];
	problems: ProblemLine[];
}

/** Files with one item a line. */
const LINES_FILE = /\.txt$/i;

/**
 * All lists of all files, in order. What is policy but no list is skipped with a note.
 * @param name - what the list in the one file, or on standard input, is called: it is text then
 * @throws CliFailure if a file has problems, a list stands twice, or there is none
 */
export function collectLists(sources: Source[], name: string | undefined, terminal: Terminal): ListToApply[] {
	const collected: Collected = { lists: [], skipped: [], problems: [] };
	const [only, ...more] = sources;
	if (name !== undefined && (only === undefined || more.length > 0 || !(isLines(only) || only.file === "stdin")))
		throw usageFailure(
			"--name goes with standard input, or with one .txt file",
			"A List document says its own name: metadata.name",
		);
	for (const source of sources) {
		if (name !== undefined || isLines(source))
			collectLines(source, name ?? basename(source.file).replace(LINES_FILE, ""), collected);
		else collectDocuments(source, collected);
	}
	const { lists, skipped } = collected;
	const problems = [...collected.problems, ...duplicates(lists)];
	if (problems.length > 0)
		throw new CliFailure("Nothing was applied", {
			code: "invalid_document",
			next: "Put right what is named above and apply again.",
			problems,
		});
	for (const { file, line, kind } of skipped) terminal.note(`${file}:${line}: skipped, a ${kind} is not a list`);
	if (lists.length > 0) return lists;
	throw new CliFailure("There is no list in what was given", {
		code: "nothing_to_apply",
		next: "A list is a document of `kind: List`, a .txt file with one item a line, or such text on standard input with --name.",
	});
}

function isLines({ file }: Source): boolean {
	return LINES_FILE.test(file);
}

function collectLines({ file, bytes }: Source, name: string, { lists, problems }: Collected): void {
	const fail = (code: string, message: string) => problems.push({ file, code, message });
	if (!RESOURCE_NAME.test(name)) {
		const words = "a list's name has lower-case letters, digits and hyphens, a letter first; --name says another than the file's";
		return void fail("no_name", `${JSON.stringify(name)} is no name of a list: ${words}`);
	}
	if (bytes.length > LIST_LIMITS.sourceBytes)
		return void fail("too_large", `the file has ${bytes.length} bytes, at most ${LIST_LIMITS.sourceBytes} (8 MiB) are taken`);
	const text = decodeUtf8(bytes);
	if (text === null) return void fail("not_utf8", "the file is not UTF-8 text");
	const items = itemsOfLines(text);
	if (items.length === 0) return void fail("empty", "the file has no items: put one on each line");
	const checked = checkList({ apiVersion: POLICY_API_VERSION, kind: "List", metadata: { name }, items });
	if (checked.ok) lists.push({ file, line: 1, document: checked.document });
	else for (const { code, message } of checked.findings) fail(code, message);
}

function collectDocuments({ file, bytes, format }: Source, { lists, skipped, problems }: Collected): void {
	const read = readDocuments(bytes, { format, file, lists: true });
	if (!read.ok) return void problems.push(...read.problems);
	for (const { value, position } of read.documents) {
		const line = position("")?.line ?? 1;
		if (typeof value !== "object") {
			const todo = file === "stdin" ? "say the list's name with --name" : "let the file's name end in .txt";
			const message = `this is no document; for text with one item a line ${todo}`;
			problems.push({ file, line, column: 1, code: "not_a_document", message });
			continue;
		}
		const kind = kindOf(value);
		if (kind !== undefined && kind !== "List") {
			skipped.push({ file, line, kind });
			continue;
		}
		const checked = checkList(value);
		if (checked.ok) lists.push({ file, line, document: checked.document });
		else problems.push(...sortedProblems(checked.findings.map((finding) => placed(finding, position))));
	}
}

function kindOf(value: ReadDocument["value"]): string | undefined {
	const kind = typeof value === "object" && value !== null && !Array.isArray(value) ? value["kind"] : undefined;
	return typeof kind === "string" ? kind : undefined;
}

/** Lists that stand more than once, each at its second place. */
function duplicates(lists: ListToApply[]): ProblemLine[] {
	const problems: ProblemLine[] = [];
	const first = new Map<string, ListToApply>();
	for (const list of lists) {
		const { name } = list.document.metadata;
		const other = first.get(name);
		if (other === undefined) first.set(name, list);
		else {
			const message = `list ${name} stands in ${other.file}:${other.line} already`;
			problems.push({ file: list.file, line: list.line, column: 1, code: "duplicate_list", message });
		}
	}
	return problems;
}
