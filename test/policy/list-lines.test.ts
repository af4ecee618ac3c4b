/** Lists as plain text: one item a line. */
import { expect, test } from "vitest";
import { itemsOfLines } from "../../src/policy/list-lines.ts";

test.each<[string, string[]]>([
	["acme.com\nexample.org\n", ["acme.com", "example.org"]],
	["acme.com\r\nexample.org", ["acme.com", "example.org"]],
	["  acme.com \t\n\n \t\n", ["acme.com"]],
	["# ours\n #theirs\nacme.com\n", ["acme.com"]],
	["b#1\nb#\nb\n", ["b#1", "b#", "b"]],
	["two words\nb\n", ["two words", "b"]],
	["", []],
])("the items of %j are %j", (text, items) => {
	expect(itemsOfLines(text)).toEqual(items);
});
