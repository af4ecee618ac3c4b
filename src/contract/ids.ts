/**
 * Identifiers on the wire: a prefix that says what it names, then 22 base62 characters, 8 of time
 * (milliseconds, so that ids sort by age) and 14 of chance. No clock and no source of chance here: both are passed in.
 */

export const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const TIME_CHARACTERS = 8;
const CHANCE_CHARACTERS = 14;

/** How many characters an id has after its prefix. */
export const ID_LENGTH = TIME_CHARACTERS + CHANCE_CHARACTERS;

/** How many random bytes {@link makeId} uses up. */
export const ID_RANDOM_BYTES = CHANCE_CHARACTERS;

export type IdPrefix = "act" | "rev" | "agt" | "tok" | "key" | "ws" | "evt" | "msg" | "req";
export type Id<P extends IdPrefix> = `${P}_${string}`;

/**
 * Makes an id.
 * @param nowMs - milliseconds since 1970
 * @param random - at least {@link ID_RANDOM_BYTES} bytes of chance
 */
export function makeId<P extends IdPrefix>(prefix: P, nowMs: number, random: Uint8Array): Id<P> {
	let chance = "";
	for (let i = 0; i < CHANCE_CHARACTERS; i++) chance += BASE62[(random[i] as number) % 62];
	return `${idFloor(prefix, nowMs)}${chance}` as Id<P>;
}

/** Sorts before every id made at or after `ms`, and after every earlier one. */
export function idFloor(prefix: IdPrefix, ms: number): string {
	let time = "";
	let rest = ms;
	for (let i = 0; i < TIME_CHARACTERS; i++) {
		time = BASE62[rest % 62] + time;
		rest = Math.floor(rest / 62);
	}
	return `${prefix}_${time}`;
}

const ID_TAIL = /^[0-9A-Za-z]{22}$/;

/** Whether a text is an id with this prefix. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
	return text.startsWith(`${prefix}_`) && ID_TAIL.test(text.slice(prefix.length + 1));
}
