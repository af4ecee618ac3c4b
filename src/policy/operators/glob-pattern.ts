/**
 * Patterns in which `*` is any run of characters and `?` is one. A set of bits, one for each place in the pattern, goes over the
 * text once: the time is the text's length, whatever the pattern and the text are.
 */
import { takeWork } from "../work.ts";
import type { TextTest } from "./texts.ts";

/** What it costs to begin with a text. */
const TEXT_STEPS = 30;

const STAR = 0x2a;
const ANY = 0x3f;

/** Makes the test whether all of a text fits a pattern. */
export function globMatcher(pattern: string): TextTest {
	const tokens: number[] = [];
	const starsAt = new Set<number>();
	for (const character of pattern) {
		const point = character.codePointAt(0) as number;
		if (point === STAR) starsAt.add(tokens.length);
		else tokens.push(point);
	}
	const words = (tokens.length >> 5) + 1;
	const bits = (places: Iterable<number>): Int32Array => {
		const set = new Int32Array(words);
		for (const place of places) (set[place >> 5] as number) |= 1 << (place & 31);
		return set;
	};
	/** At these places any character may come without the pattern going on. */
	const stays = bits(starsAt);
	const placesOf = (point: number | null) =>
		bits(tokens.flatMap((token, place) => (token === ANY || token === point ? [place] : [])));
	const others = placesOf(null);
	const masks = new Map(tokens.map((token) => [token, placesOf(token)]));
	const last = tokens.length;
	return (text, work) => {
		if (work !== undefined && !takeWork(work, TEXT_STEPS + text.length * (1 + words))) return null;
		const at = bits([0]);
		for (let i = 0; i < text.length; i++) {
			const point = text.codePointAt(i) as number;
			if (point > 0xffff) i++;
			const mask = masks.get(point) ?? others;
			let carry = 0;
			let alive = 0;
			for (let word = 0; word < words; word++) {
				const now = at[word] as number;
				const steps = now & (mask[word] as number);
				const next = (steps << 1) | carry | (now & (stays[word] as number));
				carry = steps >>> 31;
				at[word] = next;
				alive |= next;
			}
			if (alive === 0) return false;
		}
		return ((at[last >> 5] as number) & (1 << (last & 31))) !== 0;
	};
}
