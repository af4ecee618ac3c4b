/** What a changed connector says of its actions: which are others than before, and in what. */
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../../src/contract/action-definition.ts";
import { changedActions } from "../../../src/policy/connector/changed-parts.ts";
import { connectorText, definitionsOf } from "./connectors.ts";

const HTTP = "  base_url: https://api.example.com/v2\n  auth: { bearer: { secret: k } }";
const TEXT = connectorText(
	`  - { name: crm.b, description: Read., method: PUT, path: '/b/{id}', query: { q: q }, headers: { X-A: h }, body: { fields: [f] }, input: { type: object, properties: { id: { type: integer }, q: { type: string }, h: { type: string }, f: {} } } }
  - { name: crm.a, method: GET, path: /a }
`,
	HTTP,
);
const before = definitionsOf(TEXT);
const changes = (after: ActionDefinition[]) => changedActions(before, after).map(({ action, parts }) => [action, ...parts]);

describe("an action is another one", () => {
	const both = (...parts: string[]) => [
		["crm.a", ...parts],
		["crm.b", ...parts],
	];
	test.each<[string, string, string, string[][]]>([
		["where it goes", "api.example.com", "api.example.org", both("destination")],
		["below which path", "/v2", "/v3", both("destination")],
		["by whose credentials", "secret: k", "secret: root", both("credentials")],
		["by no credentials", "\n  auth: { bearer: { secret: k } }", "", both("credentials")],
		["by its method", "method: PUT", "method: PATCH", [["crm.b", "request"]]],
		["by its path", "/b/{id}", "/c/{id}", [["crm.b", "request"]]],
		["by its query", "q: q }, h", "r: q }, h", [["crm.b", "request"]]],
		["by its headers", "X-A: h", "X-B: h", [["crm.b", "request"]]],
		["by the connector's headers", HTTP, `${HTTP}\n  headers: { X-C: c }`, both("request")],
		["by its body", "fields: [f]", "fields: { F: f }", [["crm.b", "request"]]],
		["by what it takes", "q: { type: string }", "q: { type: string, maxLength: 9 }", [["crm.b", "input"]]],
		["by what is shown", "path: /a }", "path: /a, response: { hide: [x] } }", [["crm.a", "response"]]],
		["by what is logged", "PUT,", "PUT, logged: [q],", [["crm.b", "log"]]],
		["by what is taken as said", "PUT,", "PUT, covers: { q: [h] },", [["crm.b", "words"]]],
		["by what a field is called", "PUT,", "PUT, human_names: { q: question },", [["crm.b", "words"]]],
		["by what it is called", "Read.", "Reads.", [["crm.b", "words"]]],
		["by how long it may take", "path: /a }", "path: /a, time_limit: 5s }", [["crm.a", "limits"]]],
		["by how often it is sent again", "path: /a }", "path: /a, retries: 2 }", [["crm.a", "limits"]]],
		["by how many run at once", HTTP, `${HTTP}\n  concurrency: 2`, both("limits")],
		["by when it is left alone", HTTP, `${HTTP}\n  breaker: { failures: 2, open_for: 5s }`, both("limits")],
		["by its proxy", HTTP, `${HTTP}\n  proxy: { enabled: true }`, both("limits")],
		["by two things", "Read., method: PUT", "Reads., method: PATCH", [["crm.b", "request", "words"]]],
		[
			"by a more special address inside its own",
			"  - { name: crm.a",
			"  - { name: crm.c, method: PUT, path: /b/7, body: false }\n  - { name: crm.a",
			[
				["crm.b", "request"],
				["crm.c", "added"],
			],
		],
		[
			"by its name",
			"name: crm.b",
			"name: crm.c",
			[
				["crm.b", "removed"],
				["crm.c", "added"],
			],
		],
	])("%s", (_what, from, to, wanted) => {
		const text = TEXT.replace(from, to);
		expect(text).not.toBe(TEXT);
		expect(changes(definitionsOf(text))).toEqual(wanted);
	});

	test("by its limits and by what is taken for a field that is left out", () => {
		const [first, second] = before as [ActionDefinition, ActionDefinition];
		expect(changes([first, { ...second, limits: [{ fields: ["q"], max_values: 1, message: "m" }] }])).toEqual([
			["crm.a", "input"],
		]);
		expect(changes([first, { ...second, defaults: { q: 1 } }])).toEqual([["crm.a", "log"]]);
	});
});

test("nothing has changed where nothing has, in whatever order it stands", () => {
	expect(changes(definitionsOf(TEXT))).toEqual([]);
	expect(changes([...before].reverse())).toEqual([]);
	expect(changedActions([], [])).toEqual([]);
});

test("all actions of a new connector are added, and all of one that is gone removed", () => {
	const names = ["crm.a", "crm.b"];
	expect(changedActions([], before)).toEqual(names.map((action) => ({ action, parts: ["added"] })));
	expect(changedActions(before, [])).toEqual(names.map((action) => ({ action, parts: ["removed"] })));
});

test("an action that comes to be carried out over HTTP is another one in all that is sent", () => {
	const [first] = before as [ActionDefinition];
	const { http: _http, ...own } = first;
	expect(changedActions([own], [first])).toEqual([
		{ action: "crm.b", parts: ["destination", "credentials", "request", "response", "limits"] },
	]);
	expect(changedActions([own], [own])).toEqual([]);
});
