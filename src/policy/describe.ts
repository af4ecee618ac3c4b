/** What the log and the agent are told of each guard: the values that it saw, and why it did not simply let the call pass. */
import type { Json, JsonObject } from "../contract/json.ts";
import { isDecided, tookOf } from "./conclude.ts";
import { type Deciding, residualOf } from "./deciding.ts";
import type { ResidualGuard } from "./decision.ts";
import { type Answer, DENY, effectOf, guardOf, OPEN } from "./judge.ts";
import { hasNull } from "./load-condition.ts";
import type { LoadedAction, LoadedGuard } from "./load-role.ts";
import { seenValue } from "./seen-values.ts";
import { fill } from "./slots.ts";

/**
 * Describes the guards of an action in file order, up to the one whose deny ended it.
 * @param answer - what they were judged to be for this call
 */
export function describe(action: LoadedAction, deciding: Deciding, answer: Answer): ResidualGuard[] {
	const effect = effectOf(answer);
	const last = effect === DENY || effect === OPEN ? action.enforced[guardOf(answer)] : undefined;
	const described: ResidualGuard[] = [];
	for (const guard of action.guards) {
		described.push(describeGuard(guard, action, deciding));
		if (guard === last) break;
	}
	return described;
}

function describeGuard(guard: LoadedGuard, action: LoadedAction, deciding: Deciding): ResidualGuard {
	const { compiled } = guard;
	const when = residualOf(guard.when, deciding);
	const described: ResidualGuard = {
		id: compiled.id,
		effect: compiled.effect,
		otherwise: compiled.otherwise,
		when,
		saw: sawOf(guard, action, deciding),
	};
	if (compiled.reason !== undefined) described.reason = compiled.reason;
	if (compiled.mode === "shadow") described.shadow = true;
	if (compiled.review !== undefined) described.review = compiled.review;
	if (isDecided(when) ? tookOf(described, when) !== "allow" : hasNull(when)) {
		const phrases = guard.when.blame(deciding, isDecided(when) ? when : null);
		if (phrases !== null) described.phrases = phrases;
	}
	return described;
}

function sawOf(guard: LoadedGuard, action: LoadedAction, deciding: Deciding): JsonObject {
	const saw: JsonObject = {};
	for (const { text, slot } of guard.looks) saw[text] = seenAt(slot, action, deciding);
	return saw;
}

function seenAt(slot: number, action: LoadedAction, deciding: Deciding): Json {
	const known = deciding.seen[slot];
	if (known !== undefined) return known;
	const { read, logged } = action.readers[slot] as LoadedAction["readers"][number];
	const seen = seenValue(deciding.readings[slot] ?? fill(deciding, slot, read), logged, deciding.facts.digest);
	deciding.seen[slot] = seen;
	return seen;
}
