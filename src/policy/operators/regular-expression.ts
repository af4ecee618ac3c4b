/**
 * Regular expressions of RE2's syntax. `@bufbuild/re2` reads a pattern and makes a program of it; the program is run here, all its
 * threads at once, character by character. The library's own way keeps up to 10,000 states a pattern between calls, which whoever
 * sends the texts can make it fill, and falls back to a search that is quadratic in the program.
 */
import { RE2JS } from "@bufbuild/re2";
import { foldCase } from "../fold-case.ts";
import { takeWork, type Work } from "../work.ts";

/** A program has at most so many steps. What a search may take besides is bounded with the work of its call, see work.ts. */
export const STEPS_MAX = 1_000;

/** Null where there is no work left to find it out. */
export type Search = (text: string, work?: Work) => boolean | null;

export type Expression = { ok: true; matches: Search } | { ok: false; message: string };

type Program = ReturnType<RE2JS["re2"]>["prog"];

/** The library's instructions, by number; those from RUNE on take a character. */
const ALT = 1;
const ALT_MATCH = 2;
const CAPTURE = 3;
const EMPTY_WIDTH = 4;
const MATCH = 6;
const NOP = 7;
const RUNE = 8;

/** Letters of ASCII. */
const ASCII = 128;

/** What it costs to go through one instruction for one character. */
const INSTRUCTION_STEPS = 2;

/**
 * Compiles a pattern to the test whether it matches anywhere in a text.
 * @param ci - whatever the case: RE2's flag `i`, on texts folded as the other operators fold them. The flag also takes for one
 * what has one upper case, such as `s` and U+017F or the two small sigmas.
 */
export function readExpression(pattern: string, ci: boolean): Expression {
	try {
		const program = new RE2JS(pattern).re2().prog;
		if (program.numInst() > STEPS_MAX)
			return {
				ok: false,
				message: `the pattern has ${program.numInst()} steps, at most ${STEPS_MAX} are taken; make its counted repetitions shorter`,
			};
		if (!ci) return { ok: true, matches: searcher(program) };
		const matches = searcher(new RE2JS(pattern.replaceAll("\u0130", "i"), RE2JS.CASE_INSENSITIVE).re2().prog);
		return { ok: true, matches: (text, work) => matches(foldCase(text), work) };
	} catch (error) {
		return { ok: false, message: explain(error instanceof Error ? error.message : "", pattern) };
	}
}

function explain(said: string, pattern: string): string {
	const words = said.replace(/^error parsing regexp: /, "");
	const why = /\(\?(?:[=!>]|<[=!])/.test(pattern)
		? "; RE2 has no look-around: what must be or must not be elsewhere in the text is a second condition, under `all` or `not`"
		: /\\[1-9k]/.test(pattern)
			? "; RE2 has no backreferences"
			: "";
	return `this is no regular expression of RE2's syntax: ${words === "" ? "it cannot be read" : words}${why}`;
}

/**
 * Makes the search. Its time is at most the text's length by the program's. The program is laid out in arrays of numbers, with what
 * was found out about the letters of ASCII (measured: a third of the time of asking the library each time).
 */
function searcher(program: Program): Search {
	const { inst, start } = program;
	const ops = Uint8Array.from(inst, ({ op }) => op);
	const outs = Int32Array.from(inst, ({ out }) => out);
	const args = Int32Array.from(inst, ({ arg }) => arg);
	/** For each instruction and letter 1 if it takes it, 2 if not, 0 while nobody has asked. */
	const takes = new Uint8Array(inst.length * ASCII);
	const takesRune = (at: number, rune: number): boolean => {
		if (rune >= ASCII) return (inst[at] as Program["inst"][number]).matchRune(rune);
		const known = takes[at * ASCII + rune] as number;
		if (known !== 0) return known === 1;
		const does = (inst[at] as Program["inst"][number]).matchRune(rune);
		takes[at * ASCII + rune] = does ? 1 : 2;
		return does;
	};
	/** When an instruction was last reached, so that no place is gone through twice. */
	const reached = new Float64Array(inst.length);
	const stack = new Int32Array(inst.length + 1);
	const waiting = new Int32Array(inst.length);
	const roots = new Int32Array(inst.length + 1);
	let moment = 0;
	const isBound = inst.some(({ op }) => op === EMPTY_WIDTH);
	return (text, work) => {
		let rooted = 0;
		let before = -1;
		for (let i = 0; ; ) {
			const rune = i < text.length ? (text.codePointAt(i) as number) : -1;
			const met = isBound ? conditionsMet(before, rune) : 0;
			moment++;
			roots[rooted++] = start;
			let waits = 0;
			let steps = 0;
			for (let r = 0; r < rooted; r++) {
				let depth = 0;
				stack[depth++] = roots[r] as number;
				while (depth > 0) {
					const at = stack[--depth] as number;
					if (reached[at] === moment) continue;
					reached[at] = moment;
					steps++;
					const op = ops[at] as number;
					if (op === MATCH) return true;
					if (op >= RUNE) waiting[waits++] = at;
					else if (op === ALT || op === ALT_MATCH) {
						stack[depth++] = args[at] as number;
						stack[depth++] = outs[at] as number;
					} else if (op === NOP || op === CAPTURE || (op === EMPTY_WIDTH && ((args[at] as number) & ~met) === 0))
						stack[depth++] = outs[at] as number;
				}
			}
			if (rune === -1) return false;
			if (work !== undefined && !takeWork(work, steps * INSTRUCTION_STEPS)) return null;
			rooted = 0;
			for (let w = 0; w < waits; w++)
				if (takesRune(waiting[w] as number, rune)) roots[rooted++] = outs[waiting[w] as number] as number;
			before = rune;
			i += rune > 0xffff ? 2 : 1;
		}
	};
}

/** What a place between two characters is, -1 being no character, as the bits of the library's EMPTY_WIDTH. */
function conditionsMet(before: number, after: number): number {
	const line = (before === -1 || before === 0x0a ? 1 : 0) | (after === -1 || after === 0x0a ? 2 : 0);
	const text = (before === -1 ? 4 : 0) | (after === -1 ? 8 : 0);
	return line | text | (isWord(before) !== isWord(after) ? 16 : 32);
}

/** `\b` is about ASCII in RE2. */
function isWord(rune: number): boolean {
	return (rune >= 0x61 && rune <= 0x7a) || (rune >= 0x41 && rune <= 0x5a) || (rune >= 0x30 && rune <= 0x39) || rune === 0x5f;
}
