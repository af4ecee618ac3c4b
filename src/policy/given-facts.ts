/** What a policy is tried with besides the input: `{rate.per_day: 12, time: "2026-11-22T10:00:00Z"}` as facts and counters. */
import type { JsonObject } from "../contract/json.ts";
import { GIVEN_KEYS, GIVEN_LABEL, GIVEN_SUM, type Given } from "../contract/role-test-document.ts";
import { RATE_WINDOW_SECONDS } from "./compiled-role.ts";
import { compareDecimals, decimalOf, subtractDecimals } from "./decimal.ts";
import type { Counters, Facts, Use } from "./decision.ts";
import { childPath, type Finding } from "./document-positions.ts";
import { readInstant } from "./instant.ts";
import { didYouMean, quoted } from "./suggestion.ts";

/**
 * What is known of a call that nothing was said about: an agent without labels, a request from nowhere, the noon of
 * 2026-01-01 in UTC, so that what passes today passes tomorrow. A digest has no salt here: it says how long the text is.
 */
export const UNSAID: Facts = {
	now: 1_767_268_800_000,
	agent: { name: "test-agent", labels: {} },
	request: {},
	digest: (text) => `digest-${text.length}`,
};

/** Checks every key of a `given`; all findings at once. */
export function checkGiven(given: JsonObject, path: string): Finding[] {
	return Object.entries(given).flatMap(([key, value]): Finding[] => {
		const at = childPath(path, key);
		const wanted = wantedAt(key);
		if (wanted === null) return [{ path: at, code: "unknown_key", message: unknownKey(key), at: "key" }];
		return wanted.fits(value) ? [] : [{ path: at, code: "type", message: `${wanted.words} should stand here` }];
	});
}

interface Wanted {
	words: string;
	fits(value: unknown): boolean;
}

const TEXT: Wanted = { words: "a text", fits: (value) => typeof value === "string" && value !== "" };
const TIME: Wanted = {
	words: "a time such as 2026-11-22T10:00:00Z",
	fits: (value) => typeof value === "string" && readInstant(value) !== null,
};
const COUNT: Wanted = {
	words: "a whole number from 1 (this call is counted too)",
	fits: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};
const SUM: Wanted = {
	words: "a number from 0 (what this call adds is in it)",
	fits: (value) => typeof value === "number" && decimalOf(value) !== null,
};

function wantedAt(key: string): Wanted | null {
	if (GIVEN_LABEL.test(key)) return TEXT;
	if (GIVEN_SUM.test(key)) return SUM;
	if (!GIVEN_KEYS.includes(key)) return null;
	if (key === "time") return TIME;
	return key.startsWith("rate.") ? COUNT : TEXT;
}

function unknownKey(key: string): string {
	if (key.startsWith("agent.labels."))
		return `${quoted(key)} names no label: its name has lower-case letters, digits and hyphens`;
	if (key.startsWith("sum.")) return `${quoted(key)} names no sum: it looks like sum.amount.per_day`;
	return `nothing is known by ${quoted(key)}${didYouMean(key, GIVEN_KEYS)}`;
}

/** The facts that a `given` says, over what is known besides. It must have been checked. */
export function factsGiven(given: Given, besides: Facts): Facts {
	const { agent, request } = besides;
	const facts: Facts = { ...besides, agent: { ...agent, labels: { ...agent.labels } }, request: { ...request } };
	for (const [key, value] of Object.entries(given)) {
		const text = String(value);
		const instant = key === "time" ? readInstant(text) : null;
		if (instant !== null) facts.now = instant.seconds * 1_000 + Math.floor(instant.nanos / 1_000_000);
		else if (GIVEN_LABEL.test(key)) facts.agent.labels[key.slice("agent.labels.".length)] = text;
		else if (key === "agent.name") facts.agent.name = text;
		else if (key === "request.ip") facts.request.ip = text;
		else if (key === "request.country") facts.request.country = text;
	}
	return facts;
}

/**
 * The counters that a `given` says, the same for every value and every agent. It has this call in it, the counters have not. Of
 * a window that it is silent on they are empty. When calls leave a window is not given: half of it is as good as any.
 */
export function countersGiven(given: Given, now: number): Counters {
	const later = (windowSeconds: number) => now + windowSeconds * 500;
	const count = (_actions: string[], windowSeconds: number) => Number(given[`rate.${windowOf(windowSeconds)}`] ?? 1) - 1;
	const sum = (_actions: string[], windowSeconds: number, series: Use) => {
		const total = decimalOf(Number(given[`sum.${summedField(series)}.${windowOf(windowSeconds)}`] ?? 0));
		const before = subtractDecimals(total ?? "0", series.adds ?? "0");
		return before.startsWith("-") ? "0" : before;
	};
	return {
		count,
		sum,
		whenAtMost: (actions, windowSeconds, keep) => (count(actions, windowSeconds) <= keep ? now : later(windowSeconds)),
		whenSumAtMost: (actions, windowSeconds, keep, below, series) => {
			const order = compareDecimals(sum(actions, windowSeconds, series), keep);
			return order < 0 || (order === 0 && !below) ? now : later(windowSeconds);
		},
	};
}

function windowOf(windowSeconds: number): string {
	return Object.entries(RATE_WINDOW_SECONDS).find(([, seconds]) => seconds === windowSeconds)?.[0] ?? "";
}

/** The field that a series adds up, out of its key; see load-counter.ts. */
function summedField({ key }: Use): string {
	const [summed] = JSON.parse(key) as [[string, unknown] | null, unknown];
	return summed?.[0] ?? "";
}
