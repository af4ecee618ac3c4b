/** Another reading of the language, as slow and plain as can be, written apart from the engine: what that is compared with. */
import type { JsonObject } from "../../src/contract/json.ts";
import type { Effect } from "../../src/contract/verdict.ts";
import { truth } from "./naive/conditions.ts";
import type { Truth } from "./naive/kleene.ts";
import type { Condition, World } from "./naive/world.ts";

export { naiveGlob } from "./naive/texts.ts";
export type { Condition, PastCall, World } from "./naive/world.ts";

export interface Guard {
	id: string;
	action: string | string[];
	when: Condition;
	effect: Effect;
	otherwise: Effect;
	mode?: "enforce" | "shadow";
}

export interface NaiveVerdict {
	verdict: Effect;
	guard: string | null;
	/** Of every guard up to the one that denied. */
	outcomes: { guard: string; when: Truth; took: Effect }[];
}

const ORDER: Effect[] = ["allow", "review", "deny"];

/** The verdict of all guards, the guard that gave it, and what each came to. */
export function naiveVerdict(guards: Guard[], input: JsonObject, world: World): NaiveVerdict {
	const outcomes: NaiveVerdict["outcomes"] = [];
	const matching = guards.filter(({ action }) => [action].flat().includes(world.action));
	for (const { id, action, when, effect, otherwise, mode } of matching) {
		const every = ORDER.indexOf(effect) <= ORDER.indexOf(otherwise);
		const holds = truth(when, { input, world, actions: [action].flat(), every, element: null });
		const strict = ORDER.indexOf(effect) > ORDER.indexOf(otherwise) ? effect : otherwise;
		const took = holds === null ? strict : holds ? effect : otherwise;
		outcomes.push({ guard: id, when: holds, took });
		if (took === "deny" && mode !== "shadow") return { verdict: "deny", guard: id, outcomes };
	}
	const isEnforced = (id: string) => matching.find((guard) => guard.id === id)?.mode !== "shadow";
	const enforced = outcomes.filter(({ guard }) => isEnforced(guard));
	const held = enforced.find(({ took }) => took === "review");
	if (held !== undefined) return { verdict: "review", guard: held.guard, outcomes };
	return { verdict: "allow", guard: enforced[0]?.guard ?? null, outcomes };
}
