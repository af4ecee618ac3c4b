/** What tests ask of a text: to be one of some, to begin, end or go on with something, to be an address or a time. */
import type { Json } from "../../contract/json.ts";
import type { CompiledTest } from "../compiled-role.ts";
import { foldCase } from "../fold-case.ts";
import type { Reads } from "./reads.ts";

export interface TextShapes {
	equal: Set<string>;
	starts: Set<string>;
	ends: Set<string>;
	parts: Set<string>;
	ranges: Set<string>;
	times: Set<string>;
}

export function noShapes(): TextShapes {
	return { equal: new Set(), starts: new Set(), ends: new Set(), parts: new Set(), ranges: new Set(), times: new Set() };
}

export const EQUALITY = new Set(["eq", "ne", "in", "not_in"]);
export const CONTAINMENT = new Set(["contains", "not_contains", "contains_any"]);
export const ORDER = new Set(["lt", "lte", "gt", "gte", "between"]);
const SHAPE_OF: Readonly<Record<string, keyof TextShapes>> = {
	starts_with: "starts",
	ends_with: "ends",
	contains: "parts",
	not_contains: "parts",
	contains_any: "parts",
	cidr: "ranges",
	not_cidr: "ranges",
	before: "times",
	after: "times",
};

/**
 * Adds what one test asks.
 * @returns false if it asks what no shape says, such as a regular expression: it can be put to known texts only
 */
export function addShapes(shapes: TextShapes, test: CompiledTest, reads: Reads): boolean {
	const operands = (Array.isArray(test.operand) ? test.operand : [test.operand]).filter((one) => typeof one === "string");
	const isMember = EQUALITY.has(test.op) || (test.whole === true && CONTAINMENT.has(test.op));
	if (isMember) {
		for (const operand of operands) {
			if (reads.wildcards && operand.startsWith("*.")) shapes.ends.add(operand.slice(1));
			else shapes.equal.add(operand);
		}
		return true;
	}
	if (test.op === "glob") return addGlob(shapes, test.operand);
	const shape = SHAPE_OF[test.op];
	if (shape === undefined) return ORDER.has(test.op) || test.op === "exists";
	for (const operand of operands) shapes[shape].add(operand);
	return true;
}

/** A pattern with stars at its ends alone is a start, an end, a part, or a text. */
function addGlob(shapes: TextShapes, pattern: Json): boolean {
	if (typeof pattern !== "string") return false;
	const text = pattern.replace(/^\*+/, "").replace(/\*+$/, "");
	if (/[*?]/.test(text)) return false;
	if (text === "") return true;
	const [open, openEnd] = [pattern.startsWith("*"), pattern.endsWith("*")];
	shapes[open ? (openEnd ? "parts" : "ends") : openEnd ? "starts" : "equal"].add(text);
	return true;
}

/** The same with case folded. */
export function foldShapes(shapes: TextShapes): TextShapes {
	const fold = (texts: Set<string>) => new Set([...texts].map(foldCase));
	return {
		...shapes,
		equal: fold(shapes.equal),
		starts: fold(shapes.starts),
		ends: fold(shapes.ends),
		parts: fold(shapes.parts),
	};
}
