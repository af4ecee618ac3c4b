/**
 * Whether a test that lets calls pass names an address, a domain or a host by a part that others have as well. Who may have a
 * domain is decided by its end: anybody can register `notacme.com` or have `acme.com.evil.example`.
 */
import type { Json } from "../contract/json.ts";
import type { Target } from "./operators/operator.ts";
import { quoted } from "./suggestion.ts";

/**
 * What to tell the author, or null.
 * @param operand - constants as they are compiled: a text, or a list of them
 */
export function openPattern(op: string, operand: Json, reads: Target["reads"]): string | null {
	if (reads !== "email" && reads !== "domain" && reads !== "host") return null;
	const isOpen = OPEN[op];
	if (isOpen === undefined) return null;
	const open = [operand].flat().find((one) => typeof one === "string" && isOpen(one, reads === "email"));
	return typeof open === "string" ? (MESSAGES[op] as (operand: string) => string)(open) : null;
}

const OPEN: Record<string, (operand: string, isEmail: boolean) => boolean> = {
	matches: isOpenExpression,
	ends_with: (end, isEmail) => !(end.startsWith(".") || (isEmail && end.includes("@"))),
	// The beginning of a local part says nothing of a domain, and claims nothing.
	starts_with: (start, isEmail) => !isEmail || start.includes("@"),
	contains: () => true,
	contains_any: () => true,
	contains_all: () => true,
	glob: (pattern, isEmail) => isOpenGlob(isEmail ? pattern.slice(pattern.lastIndexOf("@") + 1) : pattern),
};

const ADVICE = "name whole domains with `in` and `.domain`";
const anywhere = (part: string) =>
	`${quoted(part)} may stand anywhere in the value, also in a name of somebody else's: ${ADVICE}`;
const MESSAGES: Record<string, (operand: string) => string> = {
	matches: () =>
		"a pattern is looked for anywhere in the value: begin it with `^` and end it with `$`, or more passes than is meant",
	ends_with: (end) => `${quoted(`not${end}`)} ends so too: begin with \`@\` or \`.\`, or ${ADVICE}`,
	starts_with: (start) => `what begins with ${quoted(start)} may end in any domain: ${ADVICE}`,
	contains: anywhere,
	contains_any: anywhere,
	contains_all: anywhere,
	glob: (pattern) => `${quoted(pattern)} lets domains of others pass too: put \`.\` after the last wildcard, or ${ADVICE}`,
};

/** What follows the last wildcard is all that is sure. */
function isOpenGlob(pattern: string): boolean {
	const wildcard = Math.max(pattern.lastIndexOf("*"), pattern.lastIndexOf("?"));
	return wildcard !== -1 && pattern[wildcard + 1] !== ".";
}

/** Whether an expression names only the middle of a value, or does so in one alternative. */
function isOpenExpression(pattern: string): boolean {
	const bare = pattern.replace(/\\./g, "_").replace(/\[\^?\]?[^\]]*\]/g, "_");
	let depth = 0;
	for (const character of bare) {
		if (character === "(") depth++;
		else if (character === ")") depth--;
		else if (character === "|" && depth === 0) return true;
	}
	return !(/^(\(\?[a-z]+\))?(\^|\\A)/.test(pattern) && /(\$|\\z)$/.test(pattern));
}
