/** From `to.domain`, `items[0].sku` or a macro's variable to the field that a condition names. */
import { ROLE_LIMITS } from "../../contract/role-document.ts";
import { parseFieldPath, RESERVED_WORDS } from "../field-path.ts";
import { quoted } from "../suggestion.ts";
import type { Expr } from "./cel-expression.ts";
import { type Loop, type Lowering, refuse } from "./lowering.ts";

export interface FieldTerm {
	kind: "field";
	field: string;
	/** The value that a macro is at: the test is one of the list. */
	element: boolean;
	/** The field before the last step; null where that is always there: the input, an element, something of ours. */
	parent: string | null;
}

/** A field taken apart: the name that it begins with and the steps from there. */
export interface Path {
	base: string;
	steps: (string | number)[];
}

const NAME = /^[^.[\]\s]+$/;
const INDEX_MAX = 999_999;

/** The first word names something of ours, or says that the field is the input's. */
export function isOurs(field: string): boolean {
	const [first] = field.split(/[.[]/, 1);
	return first === "input" || RESERVED_WORDS.some((word) => word === first);
}

/** Reads a field; null if it was refused. */
export function readField(expr: Expr, loop: Loop | null, lowering: Lowering): FieldTerm | null {
	const path = takeApart(expr, lowering);
	if (path === null) return null;
	const around = loopOf(path.base, loop);
	return around === null ? globalField(expr, path, loop, lowering) : loopField(expr, path, around, loop, lowering);
}

/** The loop whose variable a name is; null if it is none's. */
export function loopOf(name: string, loop: Loop | null): Loop | null {
	let at = loop;
	while (at !== null && at.variable !== name) at = at.outer;
	return at;
}

/** The loop whose elements fields are of at this place. */
function elementsOf(loop: Loop | null): Loop | null {
	let at = loop;
	while (at !== null && at.of !== "objects") at = at.outer;
	return at;
}

function takeApart(expr: Expr, lowering: Lowering): Path | null {
	const steps: (string | number)[] = [];
	let at = expr;
	for (;;) {
		const { exprKind } = at;
		if (exprKind.case === "identExpr") {
			const { name } = exprKind.value;
			// The parser drops the dot, with which CEL passes over the variables of macros.
			if (lowering.text[lowering.expression.offsetOf(at)] === ".")
				return refuse(lowering, at, `leave out the dot before ${quoted(name)}`);
			return { base: name, steps: steps.reverse() };
		}
		if (exprKind.case === "selectExpr" && exprKind.value.operand !== undefined) {
			steps.push(exprKind.value.field);
			at = exprKind.value.operand;
		} else if (exprKind.case === "callExpr" && exprKind.value.function === "_[_]") {
			const [of, index] = exprKind.value.args as [Expr, Expr];
			const step = readIndex(index, lowering);
			if (step === null) return null;
			steps.push(step);
			at = of;
		} else return refuse(lowering, at, "only a field has fields: write a path such as `order.total` or `items[0].sku`");
	}
}

function readIndex(expr: Expr, lowering: Lowering): string | number | null {
	const kind = expr.exprKind.case === "constExpr" ? expr.exprKind.value.constantKind : undefined;
	if (kind?.case === "stringValue")
		return NAME.test(kind.value)
			? kind.value
			: refuse(lowering, expr, "a field's name has no dot, no bracket and no white space");
	if (kind?.case !== "int64Value" && kind?.case !== "uint64Value")
		return refuse(lowering, expr, "in brackets a number or a name in quotes should stand");
	return kind.value >= 0n && kind.value <= BigInt(INDEX_MAX)
		? Number(kind.value)
		: refuse(lowering, expr, `an index is 0 to ${INDEX_MAX}`);
}

function globalField(expr: Expr, path: Path, loop: Loop | null, lowering: Lowering): FieldTerm | null {
	if (path.base === "input" && path.steps.length === 0)
		return refuse(lowering, expr, "`input` is all of the input; name a field of it");
	const text = textOf([path.base, ...path.steps]);
	const absolute = elementsOf(loop) === null || isOurs(text) ? text : `input.${text}`;
	const before = textOf([path.base, ...path.steps.slice(0, -1)]);
	const always = path.steps.length === 0 || before === "input" || (isOurs(before) && path.base !== "input");
	const inside = elementsOf(loop) === null || isOurs(before) ? before : `input.${before}`;
	return checked(expr, { kind: "field", field: absolute, element: false, parent: always ? null : inside }, lowering);
}

function loopField(expr: Expr, { base, steps }: Path, around: Loop, loop: Loop | null, lowering: Lowering): FieldTerm | null {
	if (around.of === "values") {
		if (around !== loop) return refuse(lowering, expr, `${quoted(base)} cannot be looked at from within another macro`);
		const [derived, more] = steps;
		if (more !== undefined) return refuse(lowering, expr, `${quoted(base)} is a value here, which has no fields`);
		const field = derived === undefined ? around.list : `${around.list}[].${derived}`;
		return checked(expr, { kind: "field", field, element: true, parent: null }, lowering);
	}
	if (around !== elementsOf(loop))
		return refuse(lowering, expr, `${quoted(base)} cannot be looked at from within the macro of another list`);
	const [first] = steps;
	if (typeof first !== "string") return refuse(lowering, expr, `${quoted(base)} is an object here; name a field of it`);
	if (isOurs(first))
		return refuse(
			lowering,
			expr,
			`${quoted(first)} at the start of a path is a word of ours, also within \`all\` and \`exists\``,
		);
	const parent = steps.length === 1 ? null : textOf(steps.slice(0, -1));
	return checked(expr, { kind: "field", field: textOf(steps), element: false, parent }, lowering);
}

function textOf(steps: readonly (string | number)[]): string {
	let text = "";
	for (const step of steps) text += typeof step === "number" ? `[${step}]` : text === "" ? step : `.${step}`;
	return text;
}

function checked(expr: Expr, term: FieldTerm, lowering: Lowering): FieldTerm | null {
	if (term.field.length > ROLE_LIMITS.patternCharacters)
		return refuse(lowering, expr, `a field has at most ${ROLE_LIMITS.patternCharacters} characters`);
	const parsed = parseFieldPath(term.field);
	return parsed.ok ? term : refuse(lowering, expr, parsed.message);
}
