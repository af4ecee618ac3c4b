/** A role over a connector's actions, before and after the connector was changed: whether more passes. */
import { expect, test } from "vitest";
import type { ActionDefinition } from "../../../src/contract/action-definition.ts";
import { compareRoles } from "../../../src/policy/compare-roles.ts";
import { connectorDefinitions } from "../../../src/policy/connector/compile-connector.ts";
import { parseDocuments } from "../../../src/policy/parse-documents.ts";
import { roleOf } from "../support.ts";
import { connectorText, definitionsOf } from "./connectors.ts";

const ROLE =
	"apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: r }\nscope: { allow: [crm.ticket.get] }\nguards:\n  - { id: g, action: crm.ticket.get, when: { field: id, lt: 5 } }\n";
const HTTP = "  base_url: https://api.example.com\n  auth: { bearer: { secret: k } }";
const TEXT = connectorText(
	"  - { name: crm.ticket.get, description: Read., method: GET, path: '/tickets/{id}', input: { type: object, properties: { id: { type: integer } } } }\n",
	HTTP,
);
const compiled = (definitions: ActionDefinition[]) => roleOf(ROLE, definitions).compiled;
const results = (after: string) => compareRoles(compiled(definitionsOf(TEXT)), compiled(definitionsOf(after))).result;

test.each([
	["nothing", TEXT],
	["what it is called", TEXT.replace("Read.", "Reads a ticket.")],
])("%s is another: does not widen", (_name, after) => {
	expect(results(after)).toBe("does_not_widen");
});

test.each([
	["where it goes", TEXT.replace("api.example.com", "api.example.org")],
	["its method", TEXT.replace("GET", "DELETE")],
	["its path", TEXT.replace("/tickets/", "/users/")],
	["whose credentials it carries", TEXT.replace("secret: k", "secret: root")],
	["what is shown of the answer", TEXT.replace("input:", "response: { hide: [x] }, input:")],
])("%s is another: nobody can tell", (_name, after) => {
	expect(after).not.toBe(TEXT);
	expect(results(after)).toBe("cannot_tell");
});

test("the next version of the same secret widens nothing", () => {
	const [document] = parseDocuments(TEXT, { format: "yaml" }).documents;
	if (document?.kind !== "Connector") throw new Error("no connector");
	const at = (version: number) => compiled(connectorDefinitions(document.document, new Map([["k", version]])));
	expect(compareRoles(at(1), at(2)).result).toBe("does_not_widen");
});
