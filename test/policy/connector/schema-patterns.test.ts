/** A pattern in a connector's schema is RE2's, and a text that is too long for it does not fit. */
import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/contract/json.ts";
import { canonicalInput } from "../../../src/policy/canonical-input.ts";
import { connectorText, definitionsOf, type HttpDefinition } from "./connectors.ts";

/** A new one each time: what is made of a schema is kept as long as its definition. */
const definition = () =>
	definitionsOf(
		connectorText(`  - name: crm.put
    method: POST
    path: /put
    input:
      type: object
      properties:
        word: { type: string, pattern: '^[a-z]+$' }
        part: { type: string, pattern: 'b.d' }
        ours: { type: string, pattern: '(?i)^[a-z]+\\z' }
        mixed: { type: [string, number], pattern: '^x' }
        words: { type: array, items: { type: string, pattern: '^[a-z]+$', maxLength: 3 } }
        both: { type: string, pattern: '^a', allOf: [{ minLength: 2 }] }
`),
	)[0] as HttpDefinition;
const problems = (input: Record<string, Json>) => {
	const result = canonicalInput(definition(), input);
	return result.ok ? [] : result.problems.map(({ path, code }) => `${path} ${code}`);
};

describe("an input", () => {
	test.each<[Record<string, Json>, string[]]>([
		[{ word: "abc" }, []],
		[{ word: "ABC" }, ["word format"]],
		[{ word: "abc\n" }, ["word format"]],
		[{ word: "" }, ["word format"]],
		[{ part: "a bad day" }, []],
		[{ part: "good" }, ["part format"]],
		// What only RE2 reads is no expression to the engine at all.
		[{ ours: "ABC" }, []],
		[{ ours: "AB1" }, ["ours format"]],
		[{ mixed: 7 }, []],
		[{ mixed: "xy" }, []],
		[{ mixed: "y" }, ["mixed format"]],
		[{ words: ["a", "b"] }, []],
		[{ words: ["a", "B"] }, ["words[1] format"]],
		[{ both: "ab" }, []],
		[{ both: "b" }, ["both format", "both too_short"]],
		[{ word: "a".repeat(65_536) }, []],
		[{ word: "a".repeat(65_537) }, ["word format"]],
	])("case %#", (input, wanted) => {
		expect(problems(input).sort()).toEqual(wanted);
	});
});
