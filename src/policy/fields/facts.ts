/** Fields that come from what is known besides the input: `agent.…` and `request.…`. */
import type { Json } from "../../contract/json.ts";
import type { Facts } from "../decision.ts";

/** Reads the rest of a path out of the facts; undefined where nobody vouches for a value. */
export type FactReader = (facts: Facts, path: string[]) => Json | undefined;

export const FACT_READERS: ReadonlyMap<string, FactReader> = new Map<string, FactReader>([
	["agent", readAgent],
	["request", readRequest],
]);

/** What may stand after the first word; `labels.` takes any label's key. */
export const FACT_NAMES: Readonly<Record<string, readonly string[]>> = {
	agent: ["agent.name", "agent.labels.<label>"],
	request: ["request.ip", "request.country"],
};

/** Whether a path names a fact. */
export function isFactPath(path: string[]): boolean {
	const [family, name, label] = path;
	if (family === "request") return path.length === 2 && (name === "ip" || name === "country");
	if (family !== "agent") return false;
	return (path.length === 2 && name === "name") || (path.length === 3 && name === "labels" && label !== "");
}

function readAgent(facts: Facts, path: string[]): Json | undefined {
	if (path[0] === "name") return facts.agent.name;
	const label = path[1] as string;
	return Object.hasOwn(facts.agent.labels, label) ? facts.agent.labels[label] : undefined;
}

function readRequest(facts: Facts, path: string[]): Json | undefined {
	return path[0] === "ip" ? facts.request.ip : facts.request.country;
}
