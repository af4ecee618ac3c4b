/** What may be chosen of a call: the values of a field, who calls, how often it was called before, when it is. */

import type { Json, JsonObject } from "../../contract/json.ts";
import { type CompiledCounter, type CompiledFact, type CompiledInputField, RATE_WINDOW_SECONDS } from "../compiled-role.ts";
import type { Facts } from "../decision.ts";
import { type Cell, Unreadable } from "../reading.ts";
import { placeValues } from "./place-values.ts";
import type { Trial } from "./trial.ts";

/** Makes calls of a call in which one thing is chosen; none where it cannot be. */
export type Choice = (trial: Trial) => Trial[];

/**
 * That a field of the input reads these values.
 * @param full - an input with everything in it, for lists of which only the length counts
 */
export function inputChoice(field: CompiledInputField, cells: Cell[], full: JsonObject): Choice {
	const name = field.paths[0]?.[0];
	const sample = typeof name === "string" ? (full[name] ?? "x") : "x";
	return (trial) =>
		placeValues(trial.input, field, cells, sample).map((input) => ({ ...trial, input, words: [...trial.words, String(name)] }));
}

/** That a fact is this, or is not known. */
export function factChoice({ path, text }: CompiledFact, cells: Cell[]): Choice {
	const [cell] = cells;
	return (trial) => {
		const facts = factsWith(trial.facts, path, cell === undefined || cell instanceof Unreadable ? null : cell);
		return facts === null ? [] : [{ ...trial, facts, words: [...trial.words, text] }];
	};
}

function factsWith(facts: Facts, path: string[], value: Json): Facts | null {
	const [family, name, label] = path;
	if (value !== null && typeof value !== "string") return null;
	if (family === "request") {
		const { [name as "ip"]: _old, ...rest } = facts.request;
		return { ...facts, request: value === null ? rest : { ...rest, [name as "ip"]: value } };
	}
	if (name === "name") return value === null ? null : { ...facts, agent: { ...facts.agent, name: value } };
	const { [label as string]: _old, ...rest } = facts.agent.labels;
	return { ...facts, agent: { ...facts.agent, labels: value === null ? rest : { ...rest, [label as string]: value } } };
}

/** That a counter says this, the call itself counted. */
export function counterChoice({ window, text }: CompiledCounter, actions: string[], cells: Cell[]): Choice {
	const calls = Number(cells[0] ?? 1) - 1;
	return (trial) => {
		if (calls < 1) return [trial];
		// Calls of another action are those that other counters may leave out.
		const other = actions.find((action) => action !== trial.action);
		return [...(actions.includes(trial.action) ? [trial.action] : []), ...(other === undefined ? [] : [other])].map((action) => ({
			...trial,
			history: [...trial.history, { action, seconds: RATE_WINDOW_SECONDS[window], calls }],
			words: [...trial.words, `${text}=${calls + 1}`],
		}));
	};
}

/** That all sums come to this. */
export function sumChoice(sum: number): Choice {
	return (trial) => [{ ...trial, sum: String(Math.max(0, sum)), words: [...trial.words, `sum=${sum}`] }];
}

/** That it is this moment. */
export function timeChoice(now: number): Choice {
	return (trial) => [{ ...trial, facts: { ...trial.facts, now }, words: [...trial.words, "time"] }];
}
