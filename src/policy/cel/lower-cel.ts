/**
 * The Common Expression Language, lowered to the conditions of this one, so that there is one semantics. What is accepted comes to
 * true only where CEL says true and to false only where CEL says false. It is indeterminate where CEL has an error, and also where
 * this language is stricter:
 *
 * - a value of another type than the one compared with (CEL: not equal), an empty text, an order of texts or booleans;
 * - `list.all(x, …)` over a list without values (CEL: true): nothing vouches there. `list.count == 0 || list.all(…)` is CEL's.
 *
 * Where a value has another *shape* than the expression supposes, which for CEL is an error or unequal, this language's own rules
 * hold, as for every condition: a list is tested value by value; one value stands for a list of it (`x[0]` is x, macros look at
 * x); what is no object has no fields; a list that the schema declares and the caller leaves out is an empty one, as a repeated
 * field of a protocol buffer is; `contains` on a list is membership; addresses and domains are compared as such. Which shapes
 * there are the action's schema says.
 */
import type { ConditionDocument } from "../../contract/role-document.ts";
import { type Expr, parseCel } from "./cel-expression.ts";
import { linesTo } from "./cel-source.ts";
import { COMPARISONS, lowerComparison } from "./comparisons.ts";
import { allOf, anyOf, choiceOf, documentOf, notOf } from "./connectives.ts";
import { readField } from "./fields.ts";
import { functionHint, isArithmetic, TEXT_TESTS } from "./functions.ts";
import { CONDITIONS_MAX, countConditions, type Loop, type Lowered, type Lowering, refuse } from "./lowering.ts";
import { lowerHas, lowerMacro } from "./macros.ts";
import { lowerIn } from "./membership.ts";
import { testOf } from "./test-document.ts";
import { lowerTextTest } from "./text-tests.ts";

export type CelResult =
	| { ok: true; condition: ConditionDocument }
	/** Why, and where in the text: both from 1, the column in UTF-16 units. */
	| { ok: false; message: string; line: number; column: number };

/** Lowers an expression. It never throws; whether its fields exist, and how deep it is, is checked with every other condition. */
export function lowerCel(text: string): CelResult {
	const parsed = parseCel(text);
	if (!parsed.ok) return { ok: false, message: parsed.refusal.message, ...linesTo(text, parsed.refusal.offset) };
	const lowering: Lowering = { expression: parsed.expression, text, refusal: null };
	const lowered = lower(parsed.expression.root, null, lowering);
	if (lowered !== null && lowering.refusal === null) return { ok: true, condition: documentOf(lowered) };
	const { message, offset } = lowering.refusal ?? { message: "this cannot be lowered", offset: 0 };
	return { ok: false, message, ...linesTo(text, offset) };
}

function lower(expr: Expr, loop: Loop | null, lowering: Lowering): Lowered | null {
	const lowered = lowerNode(expr, loop, lowering);
	if (typeof lowered === "boolean" && loop?.of === "values")
		return refuse(lowering, expr, `this is not about \`${loop.variable}\`; take it out of the macro`);
	return lowered;
}

function lowerNode(expr: Expr, loop: Loop | null, lowering: Lowering): Lowered | null {
	const { exprKind } = expr;
	switch (exprKind.case) {
		case "constExpr": {
			const { constantKind } = exprKind.value;
			return constantKind.case === "boolValue" ? constantKind.value : refuse(lowering, expr, "a condition should stand here");
		}
		case "selectExpr":
			return exprKind.value.testOnly ? lowerHas(expr, exprKind.value, loop, lowering) : lowerBare(expr, loop, lowering);
		case "identExpr":
			return lowerBare(expr, loop, lowering);
		case "comprehensionExpr":
			return lowerMacro(expr, exprKind.value, loop, lowering, lower);
		case "callExpr":
			return lowerCall(expr, exprKind.value, loop, lowering);
		default:
			return refuse(lowering, expr, "a condition should stand here, not a list, a map or a message");
	}
}

/** A field by itself is a boolean. */
function lowerBare(expr: Expr, loop: Loop | null, lowering: Lowering): Lowered | null {
	const term = readField(expr, loop, lowering);
	return term && testOf(term, "eq", true, expr, loop, lowering);
}

type CallExpr = Extract<Expr["exprKind"], { case: "callExpr" }>["value"];

function lowerCall(expr: Expr, call: CallExpr, loop: Loop | null, lowering: Lowering): Lowered | null {
	const { function: name, args, target } = call;
	const [first, second] = args;
	if (COMPARISONS.has(name)) return lowerComparison(expr, name, args, loop, lowering);
	switch (name) {
		case "_&&_":
		case "_||_":
			return lowerJoined(expr, name, args, loop, lowering);
		case "!_":
			return lowerNot(first as Expr, loop, lowering);
		case "_?_:_":
			return lowerChoice(expr, args as [Expr, Expr, Expr], loop, lowering);
		case "@in":
			return lowerIn(expr, args, loop, lowering);
		case "_[_]":
			return lowerBare(expr, loop, lowering);
	}
	if (name === "dyn" && target === undefined && first !== undefined && second === undefined) return lower(first, loop, lowering);
	const op = TEXT_TESTS.get(name);
	if (op !== undefined && target !== undefined && first !== undefined && second === undefined)
		return lowerTextTest(expr, op, target, first, loop, lowering);
	if (op === "matches" && target === undefined && first !== undefined && second !== undefined && args.length === 2)
		return lowerTextTest(expr, op, first, second, loop, lowering);
	if (op !== undefined) return refuse(lowering, expr, `\`${name}\` is written \`field.${name}("text")\``);
	if (isArithmetic(name) || name === "-_") return refuse(lowering, expr, "a condition should stand here, not a number or a text");
	return refuse(lowering, expr, functionHint(call, loop, lowering));
}

function lowerJoined(
	expr: Expr,
	name: "_&&_" | "_||_",
	args: readonly Expr[],
	loop: Loop | null,
	lowering: Lowering,
): Lowered | null {
	if (loop?.of === "values" && loop.match !== (name === "_&&_" ? "all" : "any"))
		return refuse(
			lowering,
			expr,
			loop.match === "any"
				? "of one value two tests cannot be asked at once: write one test, such as `matches`, or join by `||`"
				: "that each value passes one of two tests cannot be asked: write one test, such as `in`, or join by `&&`",
		);
	const parts: Lowered[] = [];
	for (const arg of args) {
		const part = lower(arg, loop, lowering);
		if (part === null) return null;
		parts.push(part);
	}
	return name === "_&&_" ? allOf(parts) : anyOf(parts);
}

/** That not all values pass is that any one fails: under `!` the tests of a macro over values are of the other kind. */
function lowerNot(expr: Expr, loop: Loop | null, lowering: Lowering): Lowered | null {
	const under: Loop | null = loop?.of === "values" ? { ...loop, match: loop.match === "all" ? "any" : "all" } : loop;
	const part = lower(expr, under, lowering);
	return part === null ? null : notOf(part);
}

function lowerChoice(expr: Expr, args: [Expr, Expr, Expr], loop: Loop | null, lowering: Lowering): Lowered | null {
	if (loop?.of === "values") return refuse(lowering, expr, "`?:` does not stand within the test of a value");
	const condition = lower(args[0], loop, lowering);
	const yes = condition === null ? null : lower(args[1], loop, lowering);
	const no = yes === null ? null : lower(args[2], loop, lowering);
	if (condition === null || yes === null || no === null) return null;
	const choice = choiceOf(condition, yes, no);
	if (typeof choice === "boolean" || countConditions(choice) <= CONDITIONS_MAX) return choice;
	return refuse(
		lowering,
		expr,
		`an expression stands for at most ${CONDITIONS_MAX} conditions, and each ternary for its own thrice`,
	);
}
