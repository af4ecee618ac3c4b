/**
 * What is looked at before the parser is let near an expression: how long it is, how deep it is nested (the parser recurses), and
 * the two spellings that the parser takes apart silently (`!!x` and `--x` become `x`, also where CEL refuses them).
 */
import { ROLE_LIMITS } from "../../contract/role-document.ts";

/** Brackets within brackets, and ternaries within ternaries. */
export const NESTING_MAX = 64;

/** White space in a row, on which the parser spends quadratic time. */
const BLANKS_MAX = 256;

/** Something wrong at a place, counted in UTF-16 units from the start. */
export interface Refusal {
	message: string;
	offset: number;
}

const COMMENT = /\/\/[^\r\n]*/;
const RAW_TEXT = /[bB]?[rR][bB]?(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\r\n]*"|'[^'\r\n]*')/;
const TEXT = /[bB]?(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')/;
const WORD = /[_a-zA-Z][_a-zA-Z0-9]*/;
const TOKEN = new RegExp(`\\s+|${COMMENT.source}|${RAW_TEXT.source}|${TEXT.source}|${WORD.source}|!=|[\\s\\S]`, "g");

/** The first thing that keeps a text from being parsed; null if there is none. */
export function checkSource(text: string): Refusal | null {
	if (text.length > ROLE_LIMITS.celCharacters)
		return { message: `an expression has at most ${ROLE_LIMITS.celCharacters} characters`, offset: ROLE_LIMITS.celCharacters };
	if (text.trim() === "") return { message: "an expression should stand here, such as `to.domain == 'acme.com'`", offset: 0 };
	if (/\p{Cs}/u.test(text)) return { message: "this is no Unicode text: half of a surrogate pair is in it", offset: 0 };
	let [open, questions, before] = [0, 0, ""];
	for (const { 0: token, index } of text.trimEnd().matchAll(TOKEN)) {
		if (token.length > BLANKS_MAX && /^\s/.test(token))
			return { message: `there are more than ${BLANKS_MAX} characters of white space in a row here`, offset: index };
		if (/^(?:\s|\/\/)/.test(token)) continue;
		if ("([{".includes(token)) open++;
		else if (")]}".includes(token)) open--;
		else if (token === "?") questions++;
		else if (token === before && (token === "!" || token === "-"))
			return { message: `\`${token}${token}\` says nothing; leave both out`, offset: index };
		if (open > NESTING_MAX || questions > NESTING_MAX)
			return { message: `expressions are nested at most ${NESTING_MAX} deep; put a part of it under \`let\``, offset: index };
		before = token;
	}
	return null;
}

/** Line and column of a place, both from 1; the column in UTF-16 units. White space before what is meant is skipped. */
export function linesTo(text: string, offset: number): { line: number; column: number } {
	let at = Math.min(offset, text.length);
	while (at < text.length && /\s/.test(text[at] as string)) at++;
	if (at === text.length) at = Math.min(offset, text.length);
	const before = text.slice(0, at).split(/\r\n|\r|\n/);
	return { line: before.length, column: (before[before.length - 1] as string).length + 1 };
}
