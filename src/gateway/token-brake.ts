/**
 * The brake on tokens that are not taken. Where more of them come from one address than the platform's limit lets pass, each further
 * one is told to wait, and one that was refused a moment ago is so without asking a store again. A token that is taken is never
 * stopped, whatever its neighbours behind the same address do: to look at one costs a digest.
 */
import { readIpAddress } from "../policy/ip-address.ts";

/** The platform's rate-limit binding: per place and approximate, good enough against floods of this kind. */
export interface RefusalLimit {
	/** Counts one. @returns whether it is within the limit */
	limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** How long an address is held. Whoever goes on is held again at the next refusal. */
export const HOLD_SECONDS = 10;
/** Addresses, and refused tokens, that are kept in mind; the oldest go first. */
const KEPT = 1_000;
/** No token of ours is longer; the root key may be. */
const MAX_TOKEN = 128;

export class TokenBrake {
	readonly #refusals: RefusalLimit;
	readonly #now: () => number;
	/** Until when an address is held, in milliseconds since 1970. */
	readonly #held = new Map<string, number>();
	/** Until when a token is not looked at again. */
	readonly #refused = new Map<string, number>();

	constructor(refusals: RefusalLimit, now: () => number) {
		this.#refusals = refusals;
		this.#now = now;
	}

	/** Whether a request need not be looked at: its token was refused a moment ago, and its address is held. */
	stops(address: string, token: string): boolean {
		return this.#refused.size > 0 && this.#isOpen(this.#refused, token) && this.holds(address);
	}

	/** Whether those who are refused from this address are to be told to wait. */
	holds(address: string): boolean {
		return this.#held.size > 0 && this.#isOpen(this.#held, networkOf(address));
	}

	/** Counts a token that was not taken. Never rejects: without the limit nobody is held. */
	async note(address: string, token: string): Promise<void> {
		const network = networkOf(address);
		const { success } = await this.#refusals.limit({ key: network }).catch(() => ({ success: true }));
		if (success) return;
		this.#keep(this.#held, network);
		if (token.length <= MAX_TOKEN) this.#keep(this.#refused, token);
	}

	#isOpen(kept: Map<string, number>, key: string): boolean {
		const until = kept.get(key);
		if (until === undefined) return false;
		if (until > this.#now()) return true;
		kept.delete(key);
		return false;
	}

	#keep(kept: Map<string, number>, key: string): void {
		kept.delete(key);
		if (kept.size >= KEPT) kept.delete(kept.keys().next().value as string);
		kept.set(key, this.#now() + HOLD_SECONDS * 1_000);
	}
}

/** Who has one IPv6 address has its /64. */
function networkOf(address: string): string {
	const groups = readIpAddress(address);
	if (groups === null || groups.length !== 8) return address;
	return groups
		.slice(0, 4)
		.map((group) => group.toString(16))
		.join(":");
}
