import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffLines, hunksOf } from "../../cli/src/output/line-diff.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 30 });
const shown = (before: string, after: string) =>
	diffLines(before.split(""), after.split(""))
		.map(({ sign, text }) => sign + text)
		.join("");

describe("a diff", () => {
	test("leads from the one text to the other, whatever they are", () => {
		fc.assert(
			fc.property(lines, lines, (before, after) => {
				const diff = diffLines(before, after);
				expect(diff.filter(({ sign }) => sign !== "+").map(({ text }) => text)).toEqual(before);
				expect(diff.filter(({ sign }) => sign !== "-").map(({ text }) => text)).toEqual(after);
			}),
			{ numRuns: 2_000 },
		);
	});

	test("keeps as many lines as can be kept", () => {
		fc.assert(
			fc.property(lines, lines, (before, after) => {
				const kept = diffLines(before, after).filter(({ sign }) => sign === " ").length;
				expect(kept).toBe(longestCommonSubsequence(before, after));
			}),
			{ numRuns: 500 },
		);
	});

	test.each([
		["", "", ""],
		["", "ab", "+a+b"],
		["ab", "", "-a-b"],
		["abc", "abc", " a b c"],
		["abc", "axc", " a-b+x c"],
		["abcabba", "cbabac", "-a-b c+b a b-b a+c"],
	])("%j -> %j is %j", (before, after, diff) => {
		expect(shown(before, after)).toBe(diff);
	});

	test("texts that have nothing in common are one whole that replaces another, in no time", () => {
		const many = (prefix: string) => Array.from({ length: 8_000 }, (_, at) => `${prefix}${at}`);
		const diff = diffLines(["same", ...many("a"), "end"], ["same", ...many("b"), "end"]);
		expect([diff.length, diff[0]?.sign, diff[1]?.sign, diff.at(-1)?.sign]).toEqual([16_002, " ", "-", " "]);
	});
});

describe("hunks", () => {
	const numbers = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1));

	test("show changes with a few lines around, and where they stand", () => {
		const before = numbers(20);
		const after = [...before];
		after[9] = "ten";
		after.push("21");
		const hunks = hunksOf(diffLines(before, after), 2);
		expect(
			hunks.map(({ beforeStart, beforeCount, afterStart, afterCount }) => [beforeStart, beforeCount, afterStart, afterCount]),
		).toEqual([
			[8, 5, 8, 5],
			[19, 2, 19, 3],
		]);
		expect(hunks[0]?.lines.map(({ sign, text }) => sign + text)).toEqual([" 8", " 9", "-10", "+ten", " 11", " 12"]);
	});

	test("are none where nothing changed, and count from 0 where nothing was", () => {
		expect(hunksOf(diffLines(["a"], ["a"]), 2)).toEqual([]);
		expect(hunksOf(diffLines([], ["a", "b"]), 2)).toMatchObject([
			{ beforeStart: 0, beforeCount: 0, afterStart: 1, afterCount: 2 },
		]);
	});
});

function longestCommonSubsequence(a: string[], b: string[]): number {
	const row = new Array<number>(b.length + 1).fill(0);
	for (const one of a) {
		let diagonal = 0;
		b.forEach((other, at) => {
			const above = row[at + 1] as number;
			row[at + 1] = one === other ? diagonal + 1 : Math.max(above, row[at] as number);
			diagonal = above;
		});
	}
	return row[b.length] as number;
}
