/** Effects in order: deny is stricter than review, review than allow. */
import { EFFECTS, type Effect } from "../contract/verdict.ts";

/** 0 for allow, 1 for review, 2 for deny. */
export function strictness(effect: Effect): number {
	return EFFECTS.indexOf(effect);
}

/** The stricter of two effects. */
export function stricter(a: Effect, b: Effect): Effect {
	return strictness(a) >= strictness(b) ? a : b;
}
