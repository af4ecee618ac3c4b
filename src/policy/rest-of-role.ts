/**
 * What is left of a role with mistakes when every part that has one is taken out. It is never applied: it is there to be checked
 * further, so that a file with an unknown key and an unknown field is told both at once.
 */
import type { Json, JsonObject } from "../contract/json.ts";
import { POLICY_API_VERSION, ROLE_LIMITS, type RoleDocument, roleShapeSchema } from "../contract/role-document.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { namedConditionFindings } from "./named-conditions.ts";
import { isSchema } from "./schema-nodes.ts";

/** Stands for an action that is spelled wrong: no action has the name. */
const NO_ACTION = "nothing.at.all";
/** Stands for a condition with a mistake under `let`: whoever takes it by `use` is to be checked all the same. */
const ANY_CONDITION: JsonObject = { field: "agent.name", exists: true };

/** @returns null where scope or lists are wrong themselves: what refers to them cannot be told from a mistake then */
export function restOfRole(value: JsonObject, findings: readonly Finding[]): RoleDocument | null {
	const isWrong = (path: string) => findings.some((one) => isWithin(one.path, path));
	const { metadata, scope, timezone, let: named, lists, guards } = value;
	if (!isSchema(scope) || isWrong("scope.allow") || isWrong("scope.deny") || isWrong("lists")) return null;
	const { allow, deny } = scope;
	const parsed = roleShapeSchema.safeParse({
		apiVersion: POLICY_API_VERSION,
		kind: "Role",
		metadata: isWrong("metadata") ? { name: "unnamed" } : metadata,
		scope: given({ allow, deny }),
		...given({
			timezone: isWrong("timezone") ? undefined : timezone,
			let: isSchema(named) ? withoutWrong(named, "let", isWrong) : undefined,
			lists,
			guards: Array.isArray(guards)
				? guards.slice(0, ROLE_LIMITS.guards).map((guard, index) => restOfGuard(guard, index, isWrong))
				: undefined,
		}),
	});
	if (!parsed.success) return null;
	const document = parsed.data as RoleDocument;
	return namedConditionFindings(document).length > 0 ? null : document;
}

/** Of a guard with a mistake its action and its condition stay, if they have none. */
function restOfGuard(guard: Json, index: number, isWrong: (path: string) => boolean): Json {
	const path = `guards[${index}]`;
	if (isSchema(guard) && !isWrong(path)) return guard;
	const { action, when } = isSchema(guard) ? guard : {};
	const keep = (key: string, member: Json | undefined) => (isWrong(`${path}.${key}`) ? undefined : member);
	return {
		id: `guard-${index}`,
		effect: "deny",
		action: keep("action", action) ?? NO_ACTION,
		...given({ when: keep("when", when) }),
	};
}

function withoutWrong(named: JsonObject, path: string, isWrong: (path: string) => boolean): JsonObject {
	return Object.fromEntries(
		Object.entries(named).map(([name, condition]) => [name, isWrong(childPath(path, name)) ? ANY_CONDITION : condition]),
	);
}

function given(members: Record<string, Json | undefined>): JsonObject {
	return Object.fromEntries(Object.entries(members).filter((member): member is [string, Json] => member[1] !== undefined));
}

function isWithin(path: string, outer: string): boolean {
	return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
