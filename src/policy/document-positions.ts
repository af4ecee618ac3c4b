/** Where things stand in a document: from a path such as `guards[0].when.in` to its line and column. */
import type { ProblemItem } from "../contract/problem.ts";

export interface Position {
	/** From 1. */
	line: number;
	/** From 1, in UTF-16 units. */
	column: number;
	file?: string;
}

/** The place of a path; of its nearest part that is there, where it is not itself; null where nothing is known. */
export type PositionOf = (path: string, what?: "value" | "key") => Position | null;

/** A path with one more step. */
export function childPath(path: string, step: string | number): string {
	if (typeof step === "number") return `${path}[${step}]`;
	return path === "" ? step : `${path}.${step}`;
}

/** What contains a path: `guards[0].when` is in `guards[0]`. */
export function parentPath(path: string): string {
	return path.slice(0, Math.max(path.lastIndexOf("."), path.lastIndexOf("["), 0));
}

/** What is wrong, before it has its place; `at` says whether the key at the path is meant or its value. */
export interface Finding {
	path: string;
	code: string;
	message: string;
	at?: "value" | "key";
}

/** Gives a finding its place. */
export function placed({ at: what, ...problem }: Finding, position: PositionOf | undefined): ProblemItem {
	const at = position?.(problem.path, what) ?? null;
	if (at === null) return problem;
	return { ...problem, ...(at.file === undefined ? {} : { file: at.file }), line: at.line, column: at.column };
}

/** In the order of the file, then of what was found first. */
export function sortedProblems<T extends { line?: number; column?: number }>(problems: T[]): T[] {
	return [...problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}
