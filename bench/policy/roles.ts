/** Roles of the bench, loaded by the engine as a gateway loads them. */

import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import { mailActions } from "../../src/contract/mail-actions.ts";
import type { GuardDocument, RoleDocument } from "../../src/contract/role-document.ts";
import { compileRole } from "../../src/policy/compile-role.ts";
import type { CompiledRole } from "../../src/policy/compiled-role.ts";
import { type LoadedRole, loadRole } from "../../src/policy/load-role.ts";
import { parseRoleValue } from "../../src/policy/parse-role.ts";

export const TOUR_DOMAINS = ["acme.com", "acme-support.com"];
export const TOUR_CAP = 500;

const OTHER_GUARDS = 100;

/** @param grants - besides `mail.read` and `mail.send`, so many actions of another connector */
export function roleSource(guards: Partial<GuardDocument>[], grants: string[] = []) {
	return {
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Role",
		metadata: { name: "support-agent" },
		scope: { allow: ["mail.read", "mail.send", ...grants] },
		guards,
	};
}

/** @throws if the role has a mistake in it */
export function checkedRole(source: unknown): RoleDocument {
	const parsed = parseRoleValue(source as Parameters<typeof parseRoleValue>[0]);
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	return parsed.document;
}

/** @throws if the role does not fit its actions */
export function compiledRole(document: RoleDocument, actions: ActionDefinition[]): CompiledRole {
	const compiled = compileRole(document, 1, actions);
	if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
	return compiled.compiled;
}

/** A role with these guards over the mail actions. It goes through JSON, as a role does that comes out of a store. */
export function loadedRole(source: unknown, actions: ActionDefinition[] = mailActions): LoadedRole {
	return loadRole(JSON.parse(JSON.stringify(compiledRole(checkedRole(source), actions))));
}

/** Definitions of actions that some connector might have. */
export function crmActions(count: number): ActionDefinition[] {
	return Array.from({ length: count }, (_, n) => ({
		name: `crm.object-${Math.floor(n / 10)}.verb-${n % 10}`,
		description: "Do something with an object of the customer database.",
		connector: "crm",
		input_schema: {
			type: "object",
			properties: {
				id: { type: "string", maxLength: 64 },
				amount: { type: "number", minimum: 0 },
				note: { type: "string", maxLength: 1_000 },
			},
			required: ["id"],
			additionalProperties: false,
		},
		human_names: { id: "object" },
		logged: ["id", "amount"],
		covers: {},
		defaults: {},
		time_limit_ms: 10_000,
	}));
}

/** So many domains that nobody writes to. */
export function otherDomains(count: number): string[] {
	return Array.from({ length: count }, (_, n) => `customer-${n}.com`);
}

/** Guards on actions that the tour's call is not of. */
export function otherGuards(actions: ActionDefinition[]): Partial<GuardDocument>[] {
	return Array.from({ length: OTHER_GUARDS }, (_, n) => ({
		id: `other-${n}`,
		action: (actions[n % actions.length] as ActionDefinition).name,
		when: { field: "amount", lte: 100 + n },
	}));
}
