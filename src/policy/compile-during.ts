/** `during` to days and minutes. */
import { type DuringDocument, WEEKDAYS } from "../contract/role-document.ts";
import type { CompiledDuring } from "./compiled-role.ts";

const DAY_MINUTES = 24 * 60;

/** Compiles a window of time that has been checked. */
export function compileDuring({ days, from, to }: DuringDocument): CompiledDuring {
	const texts = days === undefined ? ["mon-sun"] : Array.isArray(days) ? days : [days];
	const set = new Set(texts.flatMap((text) => text.split(/, ?/)).flatMap(daysOf));
	return { days: [...set].sort((a, b) => a - b), from: minutesOf(from, 0), to: minutesOf(to, DAY_MINUTES) };
}

/** `fri-mon` goes round the week. */
function daysOf(text: string): number[] {
	const [first, last = first] = text.split("-").map((day) => WEEKDAYS.indexOf(day as (typeof WEEKDAYS)[number])) as [
		number,
		number?,
	];
	const days: number[] = [];
	for (let day = first; ; day = (day + 1) % 7) {
		days.push(day);
		if (day === last) return days;
	}
}

function minutesOf(text: string | undefined, otherwise: number): number {
	if (text === undefined) return otherwise;
	const [hours, minutes] = text.split(":");
	return Number(hours) * 60 + Number(minutes);
}
