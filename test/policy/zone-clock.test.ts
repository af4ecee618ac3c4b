/** The clock on the wall of a zone, against the platform's own word for each moment. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WEEKDAYS } from "../../src/contract/role-document.ts";
import { dateText, type LocalTime, type ZoneClock, zoneClock } from "../../src/policy/zone-clock.ts";
import { naiveLocalTime } from "./naive/clock.ts";

const ZONES = [
	"UTC",
	"Europe/Vienna",
	"Europe/London",
	"Europe/Dublin",
	"Europe/Moscow",
	"Africa/Casablanca",
	"Africa/Monrovia",
	"America/New_York",
	"America/St_Johns",
	"America/Sao_Paulo",
	"America/Caracas",
	"Asia/Kathmandu",
	"Asia/Kolkata",
	"Asia/Pyongyang",
	"Asia/Tehran",
	"Australia/Lord_Howe",
	"Australia/Eucla",
	"Pacific/Apia",
	"Pacific/Chatham",
	"Antarctica/Troll",
	"Etc/GMT+12",
];
const [FROM, TO] = [Date.UTC(1970, 0, 1), Date.UTC(2041, 0, 1)];
const HOUR = 3_600_000;

function seen({ weekday, minutes, days }: LocalTime) {
	return { hour: Math.floor(minutes / 60), minute: minutes % 60, weekday: WEEKDAYS[weekday], date: dateText(days) };
}

function clockOf(zone: string): ZoneClock {
	const clock = zoneClock(zone);
	if (clock === null) throw new Error(`no clock for ${zone}`);
	return clock;
}

/** Every moment at which the zone's clocks change, to the second: found by halving where two hours a week apart differ. */
function transitionsOf(zone: string): number[] {
	const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
	const offsetAt = (at: number) => format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value;
	const found: number[] = [];
	const search = (from: number, to: number): void => {
		if (offsetAt(from) === offsetAt(to)) return;
		let [low, high] = [from, to];
		while (high - low > 1_000) {
			const middle = Math.floor((low + high) / 2_000) * 1_000;
			if (offsetAt(middle) === offsetAt(low)) low = middle;
			else high = middle;
		}
		found.push(high);
	};
	for (let at = FROM; at < TO; at += 14 * 24 * HOUR) search(at, at + 14 * 24 * HOUR);
	return found;
}

describe.each(ZONES)("%s", (zone) => {
	test("at any moment from 1970 to 2040", () => {
		const clock = clockOf(zone);
		fc.assert(
			fc.property(fc.integer({ min: FROM, max: TO }), fc.nat({ max: 2 * HOUR }), (moment, later) => {
				expect(seen(clock(moment))).toEqual(naiveLocalTime(moment, zone));
				// And soon after, when an offset is remembered.
				expect(seen(clock(moment + later))).toEqual(naiveLocalTime(moment + later, zone));
			}),
			{ numRuns: 100 },
		);
	});

	test("around every change of its clocks", () => {
		const clock = clockOf(zone);
		for (const change of transitionsOf(zone))
			for (const ms of [-15 * 60_000, -60_000, -1_000, -1, 0, 1, 1_000, 60_000, 15 * 60_000, -1])
				expect(seen(clock(change + ms))).toEqual(naiveLocalTime(change + ms, zone));
	});
});

test("there are changes to look at", () => {
	expect(transitionsOf("Europe/Vienna").length).toBeGreaterThan(100);
	expect(transitionsOf("Pacific/Apia")).toContain(Date.UTC(2011, 11, 30, 10));
	expect(transitionsOf("UTC")).toEqual([]);
});

test("a zone that nobody knows has no clock", () => {
	for (const zone of ["", "Mars/Olympus", "Europe/Wien", "CEST"]) expect(zoneClock(zone)).toBe(null);
});

test("dates are written with four digits of the year", () => {
	expect([0, -1, 11_016, 20_779].map(dateText)).toEqual(["1970-01-01", "1969-12-31", "2000-02-29", "2026-11-22"]);
});
