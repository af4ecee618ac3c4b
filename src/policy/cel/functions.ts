/** What to write instead of a function that cannot be lowered. */
import { didYouMean, quoted } from "../suggestion.ts";
import type { Expr } from "./cel-expression.ts";
import { readField } from "./fields.ts";
import type { Loop, Lowering } from "./lowering.ts";

type CallExpr = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

/** CEL's tests of texts and the operators that they are. */
export const TEXT_TESTS: ReadonlyMap<string, string> = new Map([
	["startsWith", "starts_with"],
	["endsWith", "ends_with"],
	["contains", "contains"],
	["matches", "matches"],
]);
const MACROS = ["all", "exists", "has"];

const ARITHMETIC: ReadonlySet<string> = new Set(["_+_", "_-_", "_*_", "_/_", "_%_"]);
const CONVERSIONS: ReadonlySet<string> = new Set(["int", "uint", "double", "string", "bool", "bytes", "type"]);
const TIMES: ReadonlySet<string> = new Set(["timestamp", "duration"]);
const CASES: ReadonlySet<string> = new Set(["lowerAscii", "upperAscii"]);

export function isArithmetic(name: string): boolean {
	return ARITHMETIC.has(name);
}

/** The sentence about a call. */
export function functionHint(call: CallExpr, loop: Loop | null, lowering: Lowering): string {
	const { function: name } = call;
	if (name === "size") return sizeHint(call.target ?? call.args[0], loop, lowering);
	if (name === "has") return "`has` takes a field of something, as in `has(input.cc)`";
	if (MACROS.includes(name)) return `${quoted(name)} takes a variable and a condition, as in \`items.${name}(i, i.price > 10)\``;
	if (TEXT_TESTS.has(name))
		return "a condition cannot be compared or be a part of a test; join conditions with `&&`, `||` and `!`";
	if (["map", "filter", "exists_one", "existsOne"].includes(name))
		return `${quoted(name)} is none of the macros; there are all, exists and has`;
	// A CEL time has a zone, and ours need not: what one calls an error the other would compare.
	if (TIMES.has(name))
		return `${quoted(name)} is not taken; test times with \`before\`, \`after\` or \`during\` beside this, under \`all\``;
	if (/^get(?:Hours|Minutes|DayOfWeek|Date|Full|Month|Seconds|Milli|DayOf)/.test(name))
		return "write `time.hour`, `time.minute`, `time.weekday` or `time.date`, which are in the role's zone";
	if (CONVERSIONS.has(name)) return `values are not converted; compare the field as it is, without ${quoted(name)}`;
	if (CASES.has(name)) return `${quoted(name)} is not taken; a test with \`ci: true\` beside this, under \`all\`, folds case`;
	return `there is no function ${quoted(name)}${didYouMean(name, [...TEXT_TESTS.keys(), ...MACROS])}`;
}

/** A list's size is its `.count`, a text's its `.length`, and which of the two a field is only the schema knows. */
function sizeHint(of: Expr | undefined, loop: Loop | null, lowering: Lowering): string {
	const read = of === undefined ? null : readField(of, loop, { ...lowering, refusal: null });
	const field = read === null ? "to" : read.field;
	return `\`size\` is not taken; write ${quoted(`${field}.count`)} for a list, ${quoted(`${field}.length`)} for a text`;
}
