/** Whether a role widens, in lines for people. */
import type { RoleComparison } from "../../../sdk/typescript/src/index.ts";
import { printable } from "../output/printable.ts";
import type { Terminal } from "../output/terminal.ts";

const WORDS: Record<RoleComparison["result"], string> = {
	widens: "widens",
	does_not_widen: "does not widen",
	cannot_tell: "cannot tell whether it widens",
};

/** Printable lines: the answer, then every reason below the action that it is about. */
export function comparisonLines({ result, reasons }: RoleComparison, { green, yellow, red }: Terminal["colours"]): string[] {
	const colour = { widens: red, does_not_widen: green, cannot_tell: yellow }[result] ?? yellow;
	const lines = [colour(WORDS[result] ?? printable(result))];
	for (const { action, why, sure } of reasons) {
		const place = action === null || why.startsWith(`grants ${action}`) ? "" : `${printable(action)}: `;
		lines.push(`  ${sure ? red("+") : yellow("?")} ${place}${printable(why)}`);
	}
	return lines;
}

/** Whether nothing more passes for sure. */
export function isProven(comparison: RoleComparison | undefined): boolean {
	return comparison?.result === "does_not_widen";
}
