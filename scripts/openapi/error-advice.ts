/** What docs/errors.md says of each problem code: the document repeats it, in the same words. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Code -> what to do, or "" where there is nothing to do. */
export type ErrorAdvice = ReadonlyMap<string, string>;

export interface ProblemRow {
	code: string;
	status: number;
	advice: string;
}

const ROW = /^\| `(\w+)` \| (\d{3}) \| (.*?) \|$/gm;

/** The rows of the table of problem codes. */
export function problemRows(markdown: string): ProblemRow[] {
	return [...markdown.matchAll(ROW)].map(([, code = "", status, advice = ""]) => ({ code, status: Number(status), advice }));
}

/** @param root - the repository's folder */
export async function readErrorAdvice(root: string): Promise<ErrorAdvice> {
	const rows = problemRows(await readFile(join(root, "docs", "errors.md"), "utf8"));
	return new Map(rows.map(({ code, advice }) => [code, advice === "-" ? "" : advice]));
}
