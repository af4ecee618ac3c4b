/** What a template is, what is an address of it, and how two of them lie to one another: against trying every address of a small world. */
import { describe, expect, test } from "vitest";
import type { PathSegment, WireType } from "../../../src/contract/http-action.ts";
import {
	matchesPath,
	type Overlap,
	overlapOf,
	parseTemplate,
	placeholderText,
} from "../../../src/policy/connector/path-template.ts";

const TYPES: Record<string, WireType> = { int: "integer", number: "number", boolean: "boolean" };

type Placeholder = Exclude<PathSegment, { text: string }>;

/** In short: `a` is a text, `{}` any text, `{int}` a number, `{a|7}` one of two, `{+}` with slashes, `{*}` all the rest, `v{}` has a prefix. */
function segmentOf(short: string): PathSegment {
	const [, prefix = "", inside, suffix = ""] = /^(.*)\{(.*)\}(.*)$/.exec(short) ?? [];
	if (inside === undefined) return { text: short };
	return {
		field: short,
		type: TYPES[inside] ?? "string",
		...(inside === "+" ? { slashes: "encoded" } : inside === "*" ? { slashes: "rest" } : {}),
		...(inside.includes("|") ? { values: inside.split("|") } : {}),
		...(prefix === "" ? {} : { prefix }),
		...(suffix === "" ? {} : { suffix }),
	};
}

const pathOf = (short: string): PathSegment[] => (short === "/" ? [] : short.slice(1).split("/").map(segmentOf));

/** What is true of two sets of addresses. */
function relationOf(isFirst: boolean[], isSecond: boolean[]): Overlap {
	if (!isFirst.some((first, index) => first && isSecond[index] === true)) return "none";
	const firstInside = isFirst.every((first, index) => !first || isSecond[index] === true);
	const secondInside = isSecond.every((second, index) => !second || isFirst[index] === true);
	if (firstInside && secondInside) return "same";
	return firstInside ? "first_inside" : secondInside ? "second_inside" : "crossing";
}

/** Every pair for which something else is said than is true: `a, b: said, is true`. */
function differences(shorts: string[], addresses: string[][]): string[] {
	const paths = shorts.map((short) => {
		const path = pathOf(short);
		return { short, path, matched: addresses.map((address) => matchesPath(path, address)) };
	});
	return paths.flatMap((first) =>
		paths.flatMap((second) => {
			const said = overlapOf(first.path, second.path);
			const isTrue = relationOf(first.matched, second.matched);
			return said === isTrue ? [] : [`${first.short}, ${second.short}: ${said}, ${isTrue}`];
		}),
	);
}

const VALUES = ["a", "b", "me", "7", "12", "1.5", "-3", "true", "false", "x/y", "v-v", "vv7", "7j", "1j7j"];
const WORDS = [
	...new Set([
		"",
		"v",
		"j",
		...VALUES.flatMap((one) =>
			["", "u", "v", "vv", "vw"].flatMap((prefix) => ["", "j", "k", "jj", "kj"].map((suffix) => prefix + one + suffix)),
		),
	]),
];

describe("two segments", () => {
	const plain = ["/a", "/7", "/%61", "/me", "/true", "/vaj", "/{}", "/{+}", "/{int}", "/{number}", "/{boolean}"];
	const listed = ["/{a|7}", "/{7|a}", "/{a|b|7}", "/{b|me}", "/{7|12}", "/{true|7}", "/v{a|7}", "/{va|v7}", "/v{a|b}j"];
	const around = ["/v{}", "/v{+}", "/vv{}", "/vw{}", "/u{}", "/{}j", "/{}k", "/{}kj", "/{+}j", "/v{}j", "/v{+}j"];
	const typed = ["/v{int}", "/v{number}", "/v{boolean}", "/{int}j", "/v{int}j"];
	const addresses = WORDS.map((word) => [word]);

	test("are told apart exactly, whichever stands first", () => {
		expect(differences([...plain, ...listed], addresses)).toEqual([]);
		expect(differences(around, addresses)).toEqual([]);
		expect(
			differences([...listed, ...around, ...typed, "/a", "/7", "/vaj", "/v7", "/7j"], addresses).filter(
				(one) => !/ crossing, /.test(one),
			),
		).toEqual([]);
	});

	test("with text around them and a type within are taken to cross where nobody can tell, and for nothing that they are not", () => {
		const untold = differences([...plain, ...around, ...typed], addresses);
		expect(untold.filter((one) => !/^\/.*\{.*, .*\{.*: crossing, (none|first_inside|second_inside)$/.test(one))).toEqual([]);
	});

	test.each<[string, string, Overlap]>([
		["/v{}", "/{}", "first_inside"],
		["/{}j", "/{}", "first_inside"],
		["/v{}j", "/v{}", "first_inside"],
		["/v{int}", "/{}", "first_inside"],
		["/v{int}", "/{+}", "first_inside"],
		["/v{+}", "/{+}", "first_inside"],
		["/v{+}", "/{}", "crossing"],
		["/v{int}", "/{int}", "crossing"],
		["/v{}", "/{int}", "crossing"],
		["/v{}", "/{}j", "crossing"],
		["/v{int}", "/v{boolean}", "none"],
		["/v{int}", "/v{number}", "first_inside"],
	])("%s and %s: %s", (first, second, wanted) => {
		expect(overlapOf(pathOf(first), pathOf(second))).toBe(wanted);
	});
});

test("whole paths are told apart exactly, of any length", () => {
	const words = ["a", "b", "7", "x/y", ""];
	const addresses = [[], ...words.map((one) => [one])];
	for (const one of words) for (const two of words) addresses.push([one, two], ...words.map((three) => [one, two, three]));
	const shorts = [
		"/",
		"/a",
		"/{}",
		"/a/b",
		"/a/{}",
		"/{}/a",
		"/{}/{}",
		"/{int}/{}",
		"/{}/{int}",
		"/a/{int}",
		"/{int}/7",
		"/{+}/a",
	];
	const rests = [
		"/{*}",
		"/a/{*}",
		"/{}/{*}",
		"/{int}/{*}",
		"/a/b/{*}",
		"/{}/{}/{*}",
		"/a/{int}/{*}",
		"/{}/a/{}",
		"/a/",
		"/a/b/7",
	];
	expect(differences([...shorts, ...rests], addresses)).toEqual([]);
});

describe("a template", () => {
	test.each<[string, unknown]>([
		["/", []],
		["/a", [{ text: "a" }]],
		["/a/", [{ text: "a" }, { text: "" }]],
		["/a%20b/~x:@!$&'()*+,;=", [{ text: "a%20b" }, { text: "~x:@!$&'()*+,;=" }]],
		["/{x}/{y+}/{z*}", [{ field: "x" }, { field: "y", slashes: "encoded" }, { field: "z", slashes: "rest" }]],
		["/v{x}.json", [{ field: "x", prefix: "v", suffix: ".json" }]],
		["/v{x+}", [{ field: "x", prefix: "v", slashes: "encoded" }]],
		["/{a b}", [{ field: "a b" }]],
	])("%s is one", (path, segments) => {
		expect(parseTemplate(path)).toStrictEqual({ ok: true, segments });
	});

	test.each([
		...[
			"",
			"a",
			"a/b",
			"{x}",
			"//",
			"//a",
			"/a//b",
			"/a/./b",
			"/..",
			"/a?b",
			"/{a?b}",
			"/{a#b}",
			"/a#b",
			"/a?",
			"/a b",
			"/ä",
			"/a%2",
			"/a%zz",
			'/a"',
		],
		...[
			"/a%2Fb",
			"/a%5cb",
			"/%2e%2E",
			"/a\\b",
			"/{x}{y}",
			"/{",
			"/}",
			"/{}",
			"/a}",
			"/{x",
			"/{x*}/a",
			"/v{x*}",
			"/{x*}v",
			"/{x**}",
		],
		...["/a b{x}", "/{x}a b", "/ä{x}", "/{x}ä", "/%41{x}", "/{x}%41", "/{{x}}", `/{${"x".repeat(129)}}`],
	])("%s is none", (path) => {
		expect(parseTemplate(path)).toEqual({ ok: false, message: expect.stringMatching(/\w/) });
	});

	test.each<[string, string, string | null]>([
		["{}", "a", "a"],
		["{}", "", null],
		["{}", "a/b", null],
		["{+}", "a/b", "a/b"],
		["{int}", "7", "7"],
		["{int}", "07", null],
		["{int}", "a", null],
		["{a|b}", "a", "a"],
		["{a|b}", "c", null],
		["v{}", "va", "a"],
		["v{}", "v", null],
		["v{}", "a", null],
		["{}j", "aj", "a"],
		["{}j", "j", null],
		["{}j", "a", null],
		["v{}j", "vaj", "a"],
		["v{}j", "vj", null],
		["v{}j", "va", null],
		["v{}j", "aj", null],
		["aa{}aa", "aaa", null],
		["aa{}aa", "aaxaa", "x"],
	])("%s has in %j the value %j", (short, decoded, value) => {
		expect(placeholderText(segmentOf(short) as Placeholder, decoded)).toBe(value);
		expect(matchesPath([segmentOf(short)], [decoded])).toBe(value !== null);
	});

	test.each<[string, string[], boolean]>([
		["/", [], true],
		["/", ["a"], false],
		["/a", ["a"], true],
		["/a", [], false],
		["/a", ["a", ""], false],
		["/a/", ["a", ""], true],
		["/%61%20", ["a "], true],
		["/%61%20", ["%61%20"], false],
		["/a/{*}", ["a"], false],
		["/a/{*}", ["b", "c"], false],
		["/a/{*}", ["a", ""], true],
		["/a/{*}", ["a", "b", "c"], true],
	])("%s: %j is an address: %s", (short, segments, wanted) => {
		expect(matchesPath(pathOf(short), segments)).toBe(wanted);
	});
});
