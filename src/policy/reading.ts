/** What came of reading a field: one cell for each value, and why there is none where there is none. */
import type { Json } from "../contract/json.ts";

/** A place where a value should be. Its own class, so that nothing that a caller sends can be taken for it. */
export class Unreadable {
	readonly why: "missing" | "form";
	constructor(why: "missing" | "form") {
		this.why = why;
	}
}

export const MISSING = new Unreadable("missing");
/** There is a value, but what is derived from it cannot be read out of it. */
export const UNREADABLE_FORM = new Unreadable("form");

export type Cell = Json | Unreadable;

export interface Reading {
	cells: Cell[];
	/** For each cell the index of its path among the field's paths; null where all came from the first. */
	origins: number[] | null;
	/** Whether the caller gave a list, if only of one value. */
	gaveList: boolean;
}
