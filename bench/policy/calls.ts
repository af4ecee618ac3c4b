/** The calls that every engine is asked about: the same ones in every run, half of them denied. */
import type { JsonObject } from "../../src/contract/json.ts";
import { readEmailAddress } from "../../src/policy/email-address.ts";

/** What an engine is given: nothing is left to be read out of an address. */
export interface ReadCall {
	action: string;
	input: JsonObject;
	/** The domain of each recipient. */
	domains: string[];
	/** Calls of the last day, this one included. */
	count: number;
}

export const CALLS = 64;

/** Domains that nobody approved. */
export const STRANGERS = ["gmail.com", "rival.com", "acme.co", "mail.acme-support.com.evil.net"];

/**
 * Calls of `mail.send` to one to three recipients, in a fixed order that looks like none.
 * Of eight four go to approved domains (the fourth of them is over the cap every other time), three have a stranger among
 * their recipients, one is of an action that no role grants.
 * @param approved - the domains that the role approves
 * @param cap - calls a day that it lets pass
 */
export function makeCalls(approved: string[], cap: number, seed: number, calls = CALLS): ReadCall[] {
	const random = randomFrom(seed);
	const pick = (from: string[]) => from[random(from.length)] as string;
	return Array.from({ length: calls }, (_, index) => {
		const kind = (index * 5 + seed) % 8;
		const recipients = Array.from({ length: random(4) === 0 ? 2 + random(2) : 1 }, () => pick(approved));
		if (kind >= 4 && kind < 7) recipients[random(recipients.length)] = pick(STRANGERS);
		const isOver = kind === 3 && random(2) === 0;
		const action = `/v1/actions/${kind === 7 ? "mail.delete" : "mail.send"}`.slice("/v1/actions/".length);
		const to = recipients.map((domain, n) => `person-${index}-${n}@${domain}`);
		const input: JsonObject = { to: to.length === 1 ? (to[0] as string) : to, subject: "Hi", body: "Your ticket was answered." };
		const domains = to.map((address) => readEmailAddress(address)?.domain as string);
		return { action, input, domains, count: isOver ? cap + 1 + random(100) : 1 + random(cap) };
	});
}

/** A linear congruential generator (Numerical Recipes): whole numbers below a bound, the same in every run. */
function randomFrom(seed: number): (below: number) => number {
	let state = seed >>> 0;
	return (below) => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}
