/** What time it is somewhere: one question to the platform for each question of ours. */
import { WEEKDAYS } from "../../../src/contract/role-document.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

export function naiveLocalTime(now: number, zone: string) {
	let format = formats.get(zone);
	if (format === undefined) {
		format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });
		formats.set(zone, format);
	}
	const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value])) as Record<string, string>;
	const month = 1 + MONTHS.indexOf(parts["month"] as string);
	const two = (value: unknown) => String(value).padStart(2, "0");
	return {
		hour: Number(parts["hour"]),
		minute: Number(parts["minute"]),
		weekday: (parts["weekday"] as string).slice(0, 3).toLowerCase() as (typeof WEEKDAYS)[number],
		date: `${(parts["year"] as string).padStart(4, "0")}-${two(month)}-${two(parts["day"])}`,
	};
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** Whether a moment lies in a window of the wall clock; one that ends before it begins goes on after midnight. */
export function naiveDuring(
	{ days = "mon-sun", from = "00:00", to = "24:00" }: { days?: string | string[]; from?: string; to?: string },
	now: number,
	zone: string,
): boolean {
	const { hour, minute, weekday } = naiveLocalTime(now, zone);
	const clock = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
	const today = WEEKDAYS.indexOf(weekday);
	const names = (Array.isArray(days) ? days : [days]).flatMap((text) => text.split(/, ?/)).flatMap(daysIn);
	const isOn = (day: number) => names.includes(WEEKDAYS[(day + 7) % 7] as string);
	if (from < to) return isOn(today) && from <= clock && clock < to;
	return (isOn(today) && from <= clock) || (isOn(today - 1) && clock < to);
}

function daysIn(text: string): string[] {
	const [first, last] = text.split("-");
	if (last === undefined) return [first as string];
	const twice = [...WEEKDAYS, ...WEEKDAYS] as string[];
	const start = twice.indexOf(first as string);
	return twice.slice(start, twice.indexOf(last, start) + 1);
}
