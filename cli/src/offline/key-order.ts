/** In which order the keys of a policy document stand. Others follow, as they were. */

const HEAD = ["apiVersion", "kind", "metadata"];
const METADATA = ["name", "description", "labels"];

const ORDER: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
	Role: {
		"": [...HEAD, "scope", "timezone", "let", "lists", "guards"],
		metadata: METADATA,
		scope: ["allow", "deny"],
		"guards[]": ["id", "action", "when", "effect", "otherwise", "reason", "mode", "review"],
		"guards[].review": ["approvals", "expires", "self_approval"],
	},
	RoleTest: {
		"": [...HEAD, "role", "cases"],
		metadata: METADATA,
		"cases[]": ["name", "action", "input", "given", "expect"],
		"cases[].expect": ["verdict", "guard", "reason", "reason_code", "detail"],
	},
	List: { "": [...HEAD, "items"], metadata: METADATA },
};
const ANY_KIND: Readonly<Record<string, readonly string[]>> = { "": HEAD, metadata: METADATA };
/** A condition reads as a sentence: the field first, then what is said of it. */
const CONDITION = ["field"];

/**
 * The keys of a map, in order.
 * @param place - where it stands, each element of a list as `[]`: `guards[].when`
 */
export function orderedKeys(keys: string[], kind: string, place: string): string[] {
	const isCondition = kind === "Role" && /^(guards\[\]\.when|let\.[^.]+)/.test(place);
	const known = isCondition ? CONDITION : ((Object.hasOwn(ORDER, kind) ? ORDER[kind] : ANY_KIND)?.[place] ?? []);
	return [...known.filter((key) => keys.includes(key)), ...keys.filter((key) => !known.includes(key))];
}
