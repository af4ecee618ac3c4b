/** In which order the keys of a policy document stand. Others follow, as they were. */
import { CONNECTOR_KEYS } from "../../../src/contract/connector-document.ts";
import { SINK_KEYS } from "../../../src/contract/sinks.ts";

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
	// As their schemas have them.
	Connector: CONNECTOR_KEYS,
	Sink: SINK_KEYS,
};
const ANY_KIND: Readonly<Record<string, readonly string[]>> = { "": HEAD, metadata: METADATA };
/** A condition reads as a sentence: the field first, then what is said of it. */
const CONDITION = ["field"];
/** Where a field of a connector's input goes. */
const TARGET = ["field", "style", "const"];

/**
 * The keys of a map, in order.
 * @param place - where it stands, each element of a list as `[]`: `guards[].when`
 */
export function orderedKeys(keys: string[], kind: string, place: string): string[] {
	const known = knownKeys(kind, place);
	return [...known.filter((key) => keys.includes(key)), ...keys.filter((key) => !known.includes(key))];
}

function knownKeys(kind: string, place: string): readonly string[] {
	if (kind === "Role" && /^(guards\[\]\.when|let\.[^.]+)/.test(place)) return CONDITION;
	if (kind === "Connector" && /^actions\[\]\.(query|headers)\.[^.]+$/.test(place)) return TARGET;
	return (Object.hasOwn(ORDER, kind) ? ORDER[kind] : ANY_KIND)?.[place] ?? [];
}
