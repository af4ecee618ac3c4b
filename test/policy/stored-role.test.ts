/** A compiled role as it rests: what it is stored as, and that it comes back as it was or not at all. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import { compiledRoleBytes } from "../../src/policy/compile-role.ts";
import type { CompiledRole } from "../../src/policy/compiled-role.ts";
import { readStoredRole, storedForm } from "../../src/policy/stored-role.ts";
import { connectorText, definitionsOf } from "./connector/connectors.ts";
import { allActions, guardsOf } from "./support.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const CRM: ActionDefinition[] = definitionsOf(
	connectorText("  - { name: crm.me.get, method: GET, path: /me }\n  - { name: crm.us.get, method: GET, path: /us }\n"),
);
const GUARD = "  - { id: g, action: '**', when: { field: agent.name, eq: x } }\n";
const roleOver = (actions: ActionDefinition[]): CompiledRole => guardsOf(GUARD, actions).compiled;

describe("a role over the gateway's own actions", () => {
	const role = roleOver(allActions);

	test("is stored whole, as its own bytes, and comes back from them", () => {
		expect(storedForm(role, sha256)).toEqual({ text: compiledRoleBytes(role) });
		expect(readStoredRole(compiledRoleBytes(role))).toEqual({ kind: "whole", role });
	});
});

describe("a role over a connector's actions", () => {
	const role = roleOver([...allActions, ...CRM]);
	const form = () => {
		const { text, pack } = storedForm(role, sha256);
		return { text, pack, stored: JSON.parse(text) };
	};

	test("is stored without their definitions, which it names by their hash", () => {
		const { pack, stored } = form();
		expect(JSON.parse(pack?.text ?? "")).toEqual({ "crm.me.get": CRM[0], "crm.us.get": CRM[1] });
		expect([pack?.sha256, stored.definitions, stored.v]).toEqual([sha256(pack?.text ?? ""), pack?.sha256, 2]);
		expect(stored.actions["crm.me.get"]).toEqual({ guards: [0] });
		expect(stored.actions["mail.send"]).toEqual(role.actions["mail.send"]);
		expect(Object.keys(stored.actions)).toEqual(Object.keys(role.actions).sort());
		expect(role.actions["crm.me.get"]?.definition).toEqual(CRM[0]);
	});

	test("is another one where a definition is another", () => {
		const { text, pack } = form();
		const changed = CRM.map((definition) => ({ ...definition, description: "Who I am." }));
		const other = storedForm(roleOver([...allActions, ...changed]), sha256);
		expect(other.pack?.sha256).not.toBe(pack?.sha256);
		expect(sha256(other.text)).not.toBe(sha256(text));
	});

	test("comes back with its pack as it was, and not with one that lacks a definition", () => {
		const { text, pack } = form();
		const read = readStoredRole(text);
		if (read?.kind !== "packed") throw new Error("it is packed");
		expect(read.definitions).toBe(pack?.sha256);
		expect(read.join(pack?.text ?? "")).toStrictEqual(JSON.parse(compiledRoleBytes(role)));
		expect(read.join("{}")).toBe(null);
		expect(read.join(JSON.stringify({ "crm.me.get": CRM[0] }))).toBe(null);
	});

	test("does not come back where anything else of it is none of this version", () => {
		const { pack, stored } = form();
		const join = (more: object) => {
			const read = readStoredRole(JSON.stringify({ ...stored, ...more }));
			return read?.kind === "packed" ? read.join(pack?.text ?? "") : read;
		};
		expect(join({})).not.toBe(null);
		for (const more of [{ guards: 7 }, { guards: [] }, { definitions: 7 }, { definitions: undefined }, { v: 3 }])
			expect([more, join(more)]).toEqual([more, null]);
	});
});

test.each(["", "{", "null", "7", '"text"', "[]", "{}", '{"v":1}', '{"v":2}', '{"v":99}'])("%j is no stored role", (text) => {
	expect(readStoredRole(text)).toBe(null);
});
