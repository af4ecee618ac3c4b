/** Moments that stand for all moments where tests look at the clock on the wall: minutes of a week, the first of each stretch. */

import type { Json } from "../../contract/json.ts";
import { WEEKDAYS } from "../../contract/role-document.ts";
import type { CompiledDuring, CompiledTest, TimePart } from "../compiled-role.ts";
import { zoneClock } from "../zone-clock.ts";

const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;
/** A Monday at midnight in UTC, in a week in which hardly any zone changes its clocks. */
const MONDAY = Date.UTC(2026, 0, 5);

/** Whether a minute of the week lies in a window of time: over midnight, its days are those on which it begins. */
export function isDuring({ days, from, to }: CompiledDuring, minute: number): boolean {
	const [weekday, minutes] = [Math.floor(minute / DAY_MINUTES), minute % DAY_MINUTES];
	if (to > from) return days.includes(weekday) && minutes >= from && minutes < to;
	return minutes >= from ? days.includes(weekday) : minutes < to && days.includes((weekday + 6) % 7);
}

/** A part of the time at a minute of the week, as a guard reads it; null for one that no minute of the week tells. */
export function partAt(part: TimePart, minute: number): Json {
	switch (part) {
		case "hour":
			return Math.floor((minute % DAY_MINUTES) / 60);
		case "minute":
			return minute % 60;
		case "weekday":
			return WEEKDAYS[Math.floor(minute / DAY_MINUTES)] ?? null;
		default:
			return null;
	}
}

/** The minutes of the week at which one of the tests may come out otherwise than a minute before. */
export function clockMinutes(tests: CompiledTest[]): number[] {
	const ofDay = new Set<number>([0]);
	for (const { op, operand, field } of tests) {
		const step = op === "during" ? DAY_MINUTES : field.from === "time" && field.part === "minute" ? 1 : 60;
		for (let minute = 0; minute < DAY_MINUTES; minute += step) ofDay.add(minute);
		if (op === "during" && Array.isArray(operand))
			for (const minute of operand) if (typeof minute === "number" && minute < DAY_MINUTES) ofDay.add(minute);
	}
	const minutes = [...ofDay].sort((a, b) => a - b);
	return WEEKDAYS.flatMap((_, day) => minutes.map((minute) => day * DAY_MINUTES + minute));
}

/** When the clocks of a zone show a minute of the week, in milliseconds since 1970; null if the zone is not known. */
export function momentOf(minute: number, zone: string): number | null {
	const clock = zoneClock(zone);
	if (clock === null) return null;
	const now = MONDAY + DAY_MINUTES * 7 * MINUTE_MS + minute * MINUTE_MS;
	const { weekday, minutes } = clock(now);
	const week = DAY_MINUTES * 7;
	const ahead = (weekday * DAY_MINUTES + minutes - minute + week * 1.5) % week;
	return now - (ahead - week / 2) * MINUTE_MS;
}
