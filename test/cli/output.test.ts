import { describe, expect, test } from "vitest";
import { parseMoment } from "../../cli/src/audit/moment.ts";
import { csvRow } from "../../cli/src/output/csv.ts";
import { jsonLine } from "../../cli/src/output/json.ts";
import { printable } from "../../cli/src/output/printable.ts";
import { Table, tableLines } from "../../cli/src/output/table.ts";
import { displayWidth, truncateTo } from "../../cli/src/output/width.ts";

describe("printable", () => {
	test("escapes every control character, and leaves every other ASCII character alone", () => {
		for (let code = 0; code < 0xa0; code++) {
			const control = code < 0x20 || code >= 0x7f;
			expect(/^[\x20-\x7e]+$/.test(printable(String.fromCharCode(code)))).toBe(true);
			if (!control) expect(printable(String.fromCharCode(code))).toBe(String.fromCharCode(code));
		}
	});

	test.each([
		["\u001b[31m", "\\x1b[31m"],
		["a\nb\r\tc", "a\\nb\\r\\tc"],
		["\u009b2J", "\\x9b2J"],
		["user\u202etxt.exe", "user\\u202etxt.exe"],
		["\u2066\u2069\u200f\u061c", "\\u2066\\u2069\\u200f\\u061c"],
		["acme\u200b.com\ufeff", "acme\\u200b.com\\ufeff"],
		["\u{e0041}", "\\u{e0041}"],
		["\ud800", "\\ud800"],
		["Grüße, 世界 👍🏽 · …", "Grüße, 世界 👍🏽 · …"],
	])("%j is printed as %s", (text, shown) => {
		expect(printable(text)).toBe(shown);
	});
});

test("JSON keeps its value and has nothing in it that a terminal obeys", () => {
	const value = { "k\u202e": "\u001b\u009b\u2028\u{e0041}\ud800\u007f" };
	const text = jsonLine(value);
	expect(text).toMatch(/^[\x20-\x7e]*$/);
	expect(JSON.parse(text)).toEqual(value);
});

test("CSV quotes what must be quoted", () => {
	expect(csvRow(["a", "b c", 'd"e', "f,g", "h;i", "", "=1", "1=1"])).toBe(`a,"b c","d""e","f,g","h;i",,'=1,1=1`);
});

describe("tables", () => {
	const columns = [{ title: "A" }, { title: "LONGER" }, { title: "C" }];

	test("have two spaces between columns and none at the end", () => {
		expect(
			tableLines(
				columns,
				[
					["aaa", "b", ""],
					["a", "b", "c"],
				],
				undefined,
			),
		).toEqual(["A    LONGER  C", "aaa  b", "a    b       c"]);
	});

	test("a column that had to grow stays as wide as it got", () => {
		const table = new Table(columns, undefined);
		expect([table.row(["a", "b", "c"]), table.row(["aaaa", "b", "c"]), table.row(["a", "b", "c"])]).toEqual([
			"a  b       c",
			"aaaa  b       c",
			"a     b       c",
		]);
	});

	test("fit the terminal: the widest columns give way, what is copied never does", () => {
		const titled = [{ title: "KEY", whole: true as const }, { title: "OWNER" }, { title: "SCOPES" }, { title: "LAST USED" }];
		const row = ["key_0123456789", "a.very.long.name@example.com", "admin,policy,review", "2026-11-22 14:00"];
		expect(tableLines(titled, [row], 60)).toEqual([
			"KEY             OWNER            SCOPES           LAST USED",
			"key_0123456789  a.very.long.na…  admin,policy,r…  2026-11-2…",
		]);
		for (let room = 46; room < 100; room++)
			for (const line of tableLines(titled, [row], room)) expect(displayWidth(line)).toBeLessThanOrEqual(room);
		expect(tableLines(titled, [row], 10)[1]).toContain("key_0123456789");
		expect(tableLines(titled, [row], undefined)[1]).toBe(row.join("  "));
	});

	test("wide characters take two columns, marks none", () => {
		expect([displayWidth("世界"), displayWidth("é"), displayWidth("e\u0301"), displayWidth("abc")]).toEqual([4, 1, 1, 3]);
		expect(truncateTo("世界世界", 5)).toBe("世界…");
		expect(truncateTo("abcdef", 6)).toBe("abcdef");
	});
});

describe("moments", () => {
	const now = new Date("2026-11-22T14:00:00Z");
	test.each([
		["30m", "2026-11-22T13:30:00.000Z"],
		["1h", "2026-11-22T13:00:00.000Z"],
		["2d", "2026-11-20T14:00:00.000Z"],
		["45s", "2026-11-22T13:59:15.000Z"],
		["1w", "2026-11-15T14:00:00.000Z"],
		["2026-11-22T15:00:00+01:00", "2026-11-22T14:00:00.000Z"],
		["2026-11-22t14:00:00.5z", "2026-11-22T14:00:00.500Z"],
	])("%s is %s", (text, moment) => {
		expect(parseMoment(text, "--since", now)).toBe(moment);
	});

	test.each(["", "1", "h", "1y", "-1h", "1.5h", "2026-11-22", "22 Nov 2026", "2026-02-30T00:00:00Z", "999999999w"])(
		"%j is no moment",
		(text) => {
			expect(() => parseMoment(text, "--since", now)).toThrow(/is not a time/);
		},
	);
});
