/** Times as RFC 3339 writes them, `2026-11-22T10:00:00Z`, and plain dates, which are their first moment in UTC. */

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d)))?$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A moment, exact to the nanosecond: a double alone would not be. */
export interface Instant {
	/** Since 1970-01-01T00:00:00Z. */
	seconds: number;
	nanos: number;
}

/** Reads a time; null if the text is none. A leap second is none either: no two systems agree where it lies. */
export function readInstant(text: string): Instant | null {
	const match = TIME.exec(text);
	if (match === null) return null;
	const part = (index: number) => Number(match[index] ?? 0);
	const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
	const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
	const days = month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
	if (day < 1 || day > days || hour > 23 || minute > 59 || second > 59 || part(9) > 23 || part(10) > 59) return null;
	const offset = (match[8] === "-" ? -1 : 1) * (part(9) * 3_600 + part(10) * 60);
	return {
		seconds: daysSince1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset,
		nanos: Number((match[7] ?? "").padEnd(9, "0")),
	};
}

/** In the Gregorian calendar, years counted from March so that the leap day is their last. */
function daysSince1970(year: number, month: number, day: number): number {
	const y = month <= 2 ? year - 1 : year;
	const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
	return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
}

/** Less than zero if `left` comes first. */
export function compareInstants(left: Instant, right: Instant): number {
	return left.seconds - right.seconds || left.nanos - right.nanos;
}
