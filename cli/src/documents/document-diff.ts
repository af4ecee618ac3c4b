/** What changes of a role, as a short unified diff of its YAML. */
import { diffLines, hunksOf } from "../output/line-diff.ts";
import type { Terminal } from "../output/terminal.ts";
import { yamlText } from "./yaml-text.ts";

const CONTEXT_LINES = 2;
const INDENT = "  ";

/**
 * Printable lines, `+` and `-` in colour.
 * @param before - null: the document is new, and all of it is shown
 */
export function documentDiff(before: unknown, after: unknown, colours: Terminal["errorColours"]): string[] {
	const linesOf = (document: unknown) => (document === null ? [] : yamlText(document).trimEnd().split("\n"));
	const hunks = hunksOf(diffLines(linesOf(before), linesOf(after)), CONTEXT_LINES);
	return hunks.flatMap((hunk) => {
		const head = `@@ -${hunk.beforeStart},${hunk.beforeCount} +${hunk.afterStart},${hunk.afterCount} @@`;
		const lines = hunk.lines.map(({ sign, text }) => {
			const line = `${INDENT}${sign}${text}`.trimEnd();
			return sign === "+" ? colours.green(line) : sign === "-" ? colours.red(line) : line;
		});
		return [INDENT + colours.cyan(head), ...lines];
	});
}
