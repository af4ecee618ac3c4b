/** What two definitions of one action differ in, in the words that an administrator is shown. */
import type { ActionDefinition } from "../../contract/action-definition.ts";
import type { ActionPart, ChangedAction } from "../../contract/connectors.ts";
import { canonicalJson } from "../canonical-json.ts";

/** The parts of a definition, each with what belongs to it. */
const PARTS: Record<Exclude<ActionPart, "added" | "removed">, (definition: ActionDefinition) => unknown> = {
	destination: ({ http }) => [http?.service.origin, http?.service.base_path],
	credentials: ({ http }) => http?.service.auth ?? null,
	request: ({ http }) => [
		http?.method,
		http?.path,
		http?.query,
		http?.headers,
		http?.service.headers,
		http?.body,
		http?.reserved,
	],
	input: ({ input_schema, limits }) => [input_schema, limits],
	response: ({ http }) => http?.response,
	log: ({ logged, defaults }) => [logged, defaults],
	limits: ({ time_limit_ms, http }) => [
		time_limit_ms,
		http?.retries,
		http?.service.concurrency,
		http?.service.breaker,
		http?.service.proxy,
	],
	words: ({ description, human_names, covers }) => [description, human_names, covers],
};

/** The actions that are others than before, by name; credentials that only have another version are none. */
export function changedActions(before: readonly ActionDefinition[], after: readonly ActionDefinition[]): ChangedAction[] {
	const earlier = new Map(before.map((definition) => [definition.name, definition]));
	const later = new Set(after.map(({ name }) => name));
	const changed = after.flatMap((definition): ChangedAction[] => {
		const then = earlier.get(definition.name);
		const parts = then === undefined ? (["added"] as const) : changedParts(then, definition);
		return parts.length === 0 ? [] : [{ action: definition.name, parts: [...parts] }];
	});
	const removed = before
		.filter(({ name }) => !later.has(name))
		.map(({ name }): ChangedAction => ({ action: name, parts: ["removed"] }));
	return [...changed, ...removed].sort((a, b) => (a.action < b.action ? -1 : 1));
}

function changedParts(before: ActionDefinition, after: ActionDefinition): ActionPart[] {
	// What is not there is as good as null.
	const text = (value: unknown) => canonicalJson(JSON.parse(JSON.stringify(value ?? null)));
	const names = Object.keys(PARTS) as (keyof typeof PARTS)[];
	return names.filter((part) => text(PARTS[part](before)) !== text(PARTS[part](after)));
}
