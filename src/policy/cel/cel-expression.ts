/** The parser, `@bufbuild/cel`'s: from a text to a tree, with the place of every node. It evaluates nothing. */
import { parse } from "@bufbuild/cel";
import { checkSource, type Refusal } from "./cel-source.ts";

export type Expr = ReturnType<typeof parse>["expr"];

export interface CelExpression {
	root: Expr;
	/** Where a node stands in the text, in UTF-16 units. */
	offsetOf(expr: Expr): number;
	/** The macro that a node was written as (`all`, `exists`, `map` …); undefined if it was none. */
	macroOf(expr: Expr): string | undefined;
}

/** Parses an expression. Whatever the text is, nothing is thrown. */
export function parseCel(text: string): { ok: true; expression: CelExpression } | { ok: false; refusal: Refusal } {
	const refusal = checkSource(text);
	if (refusal !== null) return { ok: false, refusal };
	try {
		// White space at the end costs the parser quadratic time; a comment needs the end of its line.
		const { expr, sourceInfo } = parse(`${text.trimEnd()}\n`);
		return {
			ok: true,
			expression: {
				root: expr,
				offsetOf: ({ id }) => sourceInfo?.positions[id.toString()] ?? 0,
				macroOf({ id }) {
					const kind = sourceInfo?.macroCalls[id.toString()]?.exprKind;
					return kind?.case === "callExpr" ? kind.value.function : undefined;
				},
			},
		};
	} catch (error) {
		return { ok: false, refusal: explain(error) };
	}
}

/** Longer lists of what would have been right say nothing any more. */
const MESSAGE_MAX = 120;

/** The parser's own errors have a place and a text without it; others (a surrogate in an escape) have neither. */
function explain(error: unknown): Refusal {
	const { rawMessage, message, location } = error as {
		rawMessage?: string;
		message?: string;
		location?: { start?: { offset?: number } };
	};
	const said = (rawMessage ?? message ?? "").replace(/^<input>:\d+:\d+: /, "");
	const [found, expected] = said.split(" but expecting ");
	// It takes the longest expression that there is, and then finds more.
	if (expected === "end of input") return { message: "from here on this is no CEL", offset: location?.start?.offset ?? 0 };
	const short = said.length <= MESSAGE_MAX ? said : (found as string).slice(0, MESSAGE_MAX);
	return { message: `this is no CEL expression${short === "" ? "" : `: ${short}`}`, offset: location?.start?.offset ?? 0 };
}
