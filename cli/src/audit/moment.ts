/** Points in time, as people type them and as the log shows them. */
import { usageFailure } from "../failure.ts";

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * `2026-11-22T14:00:00Z`, or how long ago: `30m`, `1h`, `2d` -> RFC 3339 in UTC.
 * @throws CliFailure (usage) for anything else
 */
export function parseMoment(text: string, option: string, now: Date): string {
	const [, amount, unit] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
	const ms = amount === undefined ? moment(text) : now.getTime() - Number(amount) * (UNIT_MS[unit ?? "s"] ?? 0);
	const date = new Date(ms);
	if (Number.isNaN(date.getTime())) {
		throw usageFailure(
			`${option} ${text} is not a time`,
			"Say how long ago (30m, 1h, 2d) or an RFC 3339 time (2026-11-22T14:00:00Z).",
		);
	}
	return date.toISOString();
}

const LONGEST_YEARS = 100;

/**
 * `90d` from now, or an RFC 3339 time to come -> RFC 3339 in UTC.
 * @throws CliFailure (usage) for anything else
 */
export function parseDeadline(text: string, option: string, now: Date): string {
	const seconds = spanSeconds(text);
	const ms = seconds === undefined ? moment(text) : now.getTime() + seconds * 1_000;
	const date = new Date(ms);
	if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > now.getUTCFullYear() + LONGEST_YEARS) {
		throw usageFailure(`${option} ${text} is not a time`, "Say how long (24h, 90d) or an RFC 3339 time (2026-11-22T14:00:00Z).");
	}
	if (ms <= now.getTime()) throw usageFailure(`${option} ${text} is over already`, "Name a time to come.");
	return date.toISOString();
}

/**
 * `24h` -> seconds.
 * @throws CliFailure (usage) for anything else
 */
export function parseSpan(text: string, option: string): number {
	const seconds = text === "0" ? 0 : spanSeconds(text);
	if (seconds === undefined) throw usageFailure(`${option} ${text} is not a length of time`, "Say how long: 30m, 24h, 7d.");
	return seconds;
}

function spanSeconds(text: string): number | undefined {
	const [, amount, unit] = /^(\d{1,9})([smhdw])$/.exec(text) ?? [];
	return amount === undefined ? undefined : (Number(amount) * (UNIT_MS[unit ?? "s"] ?? 0)) / 1_000;
}

/** `2026-11-22 14:02`, local time. What is not a time is shown as it is. */
export function minuteTime(time: string): string {
	return Number.isNaN(new Date(time).getTime()) ? time : fullTime(time).slice(0, 16);
}

/** `14:02:11`, local time. What is not a time is shown as it is. */
export function clockTime(time: string): string {
	const date = new Date(time);
	if (Number.isNaN(date.getTime())) return time;
	return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** `2026-11-22 14:02:11.042 +01:00`, local time. */
export function fullTime(time: string): string {
	const date = new Date(time);
	if (Number.isNaN(date.getTime())) return time;
	const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
	const zone = -date.getTimezoneOffset();
	const offset = [Math.trunc(Math.abs(zone) / 60), Math.abs(zone) % 60].map((part) => String(part).padStart(2, "0")).join(":");
	return `${day} ${clockTime(time)}.${String(date.getMilliseconds()).padStart(3, "0")} ${zone < 0 ? "-" : "+"}${offset}`;
}

function moment(text: string): number {
	if (!RFC_3339.test(text)) return Number.NaN;
	const [year, month, day] = text.slice(0, 10).split("-").map(Number) as [number, number, number];
	// `Date.parse` takes 30 February for 2 March.
	if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return Number.NaN;
	return Date.parse(text.toUpperCase().replace(" ", "T"));
}
