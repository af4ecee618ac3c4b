/**
 * The time of day in a zone, from the platform's own zone data. Asking it is dear, so the offset of the last quarter of an hour is
 * kept: all zones of our days change their clocks at its ends, and where the two ends differ each moment is asked for by itself.
 */
export interface LocalTime {
	/** 0 is Monday. */
	weekday: number;
	/** Of the day, from 0 to 1439. */
	minutes: number;
	/** Whole days since 1970-01-01, as the zone counts them. */
	days: number;
}

/** What a moment, in milliseconds since 1970, is in the zone. */
export type ZoneClock = (now: number) => LocalTime;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const KEPT_MS = 15 * MINUTE_MS;

/**
 * Makes the clock of a zone.
 * @returns null if the platform does not know the zone
 */
export function zoneClock(zone: string): ZoneClock | null {
	if (zone === "UTC") return (now) => localTime(now);
	const offsetAt = offsets(zone);
	if (offsetAt === null) return null;
	let start = Number.NaN;
	let offset = 0;
	return (now) => {
		if (!(now >= start && now < start + KEPT_MS)) {
			const from = Math.floor(now / KEPT_MS) * KEPT_MS;
			const first = offsetAt(from);
			if (first !== offsetAt(from + KEPT_MS - 1)) return localTime(now + offsetAt(now));
			start = from;
			offset = first;
		}
		return localTime(now + offset);
	};
}

/** @param local - milliseconds since 1970 on the clocks of the zone */
function localTime(local: number): LocalTime {
	const all = Math.floor(local / MINUTE_MS);
	const days = Math.floor(all / DAY_MINUTES);
	// The first of January 1970 was a Thursday.
	return { weekday: (((days + 3) % 7) + 7) % 7, minutes: all - days * DAY_MINUTES, days };
}

/** How many milliseconds the zone's clocks are ahead of UTC at a moment. */
function offsets(zone: string): ((at: number) => number) | null {
	let format: Intl.DateTimeFormat;
	try {
		format = new Intl.DateTimeFormat("en-US", {
			timeZone: zone,
			calendar: "gregory",
			numberingSystem: "latn",
			hourCycle: "h23",
			year: "numeric",
			month: "numeric",
			day: "numeric",
			hour: "numeric",
			minute: "numeric",
			second: "numeric",
			era: "short",
		});
	} catch {
		return null;
	}
	return (at) => {
		const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
		const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
		const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
		return local - Math.floor(at / 1_000) * 1_000;
	};
}

/** `2026-11-22`, from whole days since 1970. */
export function dateText(days: number): string {
	return new Date(days * DAY_MINUTES * MINUTE_MS).toISOString().slice(0, 10);
}
