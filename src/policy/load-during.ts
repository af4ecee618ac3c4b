/** `during`: whether the call comes in a window of time of the role's zone. */
import type { CompiledDuring } from "./compiled-role.ts";
import { decided, type LoadedCondition } from "./deciding.ts";
import { outcomeOf, UNKNOWN } from "./outcome.ts";
import type { ZoneClock } from "./zone-clock.ts";

/** Loads a window of time. It is the clock on the wall that counts, whatever daylight saving did to it. */
export function loadDuring({ days, from, to }: CompiledDuring, clock: ZoneClock | null): LoadedCondition {
	if (clock === null)
		return decided(
			() => UNKNOWN,
			() => null,
		);
	const onDay = Array.from({ length: 7 }, (_, day) => days.includes(day));
	const overnight = to <= from;
	return decided(
		({ facts }) => {
			const { weekday, minutes } = clock(facts.now);
			if (!overnight) return outcomeOf(onDay[weekday] === true && minutes >= from && minutes < to);
			return outcomeOf(minutes >= from ? onDay[weekday] === true : minutes < to && onDay[(weekday + 6) % 7] === true);
		},
		(_deciding, outcome) =>
			outcome === null
				? null
				: outcome
					? { reason: "this is a time at which it is not allowed", detail: "not at this time" }
					: { reason: "this is outside the time at which it is allowed", detail: "outside the allowed time" },
	);
}
