/** Which action has an address: the tree answers what trying one action after the other would, and does not grow slow with them. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "../../support/seeded-laws.ts";
import type { HttpMethod } from "../../../src/contract/connector-document.ts";
import type { PathSegment } from "../../../src/contract/http-action.ts";
import { AddressIndex, type HttpDefinition } from "../../../src/policy/connector/address-index.ts";
import { matchesPath } from "../../../src/policy/connector/path-template.ts";
import { routeTable } from "../../../src/policy/connector/route-table.ts";
import { connectorText, definitionsOf } from "./connectors.ts";

/** All actions that a request could be, one after the other. */
function tried(definitions: HttpDefinition[], method: string, segments: string[]): string[] {
	return definitions
		.filter(({ http }) => http.method === method && matchesPath(http.path, segments))
		.filter(({ http }) => !(http.reserved ?? []).some((template) => matchesPath(template, segments)))
		.map(({ name }) => name);
}

const word = fc.constantFrom("a", "b", "me", "7", "-3", "1.5", "true", "v1.json", "x/y", "");
const placeholder = fc.record(
	{
		field: fc.constantFrom("p", "q"),
		type: fc.constantFrom("string" as const, "integer" as const, "number" as const, "boolean" as const),
		slashes: fc.constantFrom("encoded" as const),
		values: fc.subarray(["a", "b", "7"], { minLength: 1 }),
		prefix: fc.constantFrom("v"),
		suffix: fc.constantFrom(".json"),
	},
	{ requiredKeys: ["field", "type"] },
);
const segment: fc.Arbitrary<PathSegment> = fc.oneof(
	fc.constantFrom("a", "b", "me", "7").map((text) => ({ text })),
	placeholder,
);
const path = fc
	.tuple(
		fc.array(segment, { maxLength: 3 }),
		fc.option(fc.constant({ field: "all", type: "string" as const, slashes: "rest" as const })),
	)
	.map(([segments, rest]) => (rest === null ? segments : [...segments, rest]));

function definition(name: string, method: HttpMethod, segments: PathSegment[]): HttpDefinition {
	return { name, http: { method, path: segments } } as unknown as HttpDefinition;
}

const table = fc
	.array(fc.tuple(fc.constantFrom("GET" as const, "POST" as const), path), { minLength: 1, maxLength: 8 })
	.map((routes) => routes.map(([method, segments], index) => definition(`x.a${index}`, method, segments)));

describe("the index", () => {
	test("answers the one action that trying them all finds, and none where that finds none or several", () => {
		fc.assert(
			fc.property(
				table,
				fc.constantFrom("GET", "POST", "PUT"),
				fc.array(word, { maxLength: 4 }),
				(definitions, method, segments) => {
					const routes = definitions.map(({ name, http }) => ({ name, method: http.method, path: http.path }));
					for (const [name, reserved] of routeTable(routes).reserved)
						(definitions.find((one) => one.name === name) as HttpDefinition).http.reserved = reserved;
					const wanted = tried(definitions, method, segments);
					expect(new AddressIndex(definitions).find(method, segments)?.name ?? null).toBe(wanted.length === 1 ? wanted[0] : null);
				},
			),
			{ numRuns: 3_000 },
		);
	});

	const p = { field: "p", type: "string" } as const;
	test.each<[string, PathSegment, PathSegment, string[]]>([
		["types", { ...p, type: "integer" }, { ...p, type: "boolean" }, ["7", "true"]],
		["values", { ...p, values: ["a"] }, { ...p, values: ["b"] }, ["a", "b"]],
		["values that look alike when they are joined", { ...p, values: ["a", "bc"] }, { ...p, values: ["ab", "c"] }, ["bc", "ab"]],
		["values and all values", { ...p, values: ["a"] }, p, ["a", "b"]],
		["prefixes", { ...p, prefix: "v" }, { ...p, prefix: "w" }, ["v1", "w1"]],
		["suffixes", { ...p, suffix: "j" }, { ...p, suffix: "k" }, ["1j", "1k"]],
		["slashes", { ...p, slashes: "encoded" }, p, ["a/b", "a"]],
	])("keeps two placeholders apart by their %s, and not by their names", (_what, one, other, words) => {
		const routes = [one, other].flatMap((segment, number): HttpDefinition[] => [
			definition(`x.a${number}`, "GET", [segment, { text: "a" }]),
			definition(`x.b${number}`, "GET", [{ ...segment, field: "q" } as PathSegment, { text: "b" }]),
		]);
		const addresses = words.flatMap((word) => ["a", "b"].map((end) => [word, end]));
		const wanted = addresses.map((address) => tried(routes, "GET", address));
		expect(new Set(wanted.filter(({ length }) => length === 1).flat()).size).toBeGreaterThan(1);
		for (const all of [routes, [...routes].reverse()]) {
			const index = new AddressIndex(all);
			const found = addresses.map((address) => index.find("GET", address)?.name ?? null);
			expect(found).toEqual(wanted.map((names) => (names.length === 1 ? names[0] : null)));
		}
	});

	test("does not take an address for an action that is granted where it is another one's that is not", () => {
		const all = definitionsOf(
			connectorText(`  - { name: crm.gist.get, method: GET, path: "/gists/{id}", input: { type: object, properties: { id: { type: string } } } }
  - { name: crm.gist.starred, method: GET, path: /gists/starred }
`),
		);
		const granted = new AddressIndex(all.filter(({ name }) => name === "crm.gist.get"));
		expect(granted.find("GET", ["gists", "g1"])?.name).toBe("crm.gist.get");
		expect(granted.find("GET", ["gists", "starred"])).toBeNull();
	});

	test("finds one of 1,000 actions with a handful of comparisons", () => {
		const actions = Array.from({ length: 1_000 }, (_, index) =>
			definition(`x.a${index}`, "GET", [{ text: "repos" }, { field: "owner", type: "string" }, { text: `r${index}` }]),
		);
		const index = new AddressIndex(actions);
		let compared = 0;
		const segments = new Proxy(["repos", "o", "r999"], {
			get(target, key) {
				if (key === "0" || key === "1" || key === "2") compared++;
				return Reflect.get(target, key);
			},
		});
		expect(index.find("GET", segments)?.name).toBe("x.a999");
		expect(compared).toBeLessThan(20);
	});
});
