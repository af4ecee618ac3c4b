/**
 * From evaluated guards to the verdict: the one place where guards are combined. The pure engine calls it where no counter
 * is needed, the ledger calls it in its own turn where one is.
 */
import type { GuardFact } from "../contract/audit-record.ts";
import type { ReasonCode } from "../contract/codes.ts";
import type { JsonObject } from "../contract/json.ts";
import type { Effect } from "../contract/verdict.ts";
import type { ReviewTermsTaken } from "./compiled-role.ts";
import { type CounterReading, type RateOutcome, readCounters, retryTime } from "./conclude-counters.ts";
import type { Counters, Residual, ResidualCondition, ResidualGuard, Verdict } from "./decision.ts";
import { limitOf, ratePhrase, sawCounters } from "./rate-phrases.ts";
import { stricter } from "./strictness.ts";

/** Whether a condition needs no counter any more. */
export function isDecided(when: ResidualCondition): when is boolean | null {
	return when === null || typeof when === "boolean";
}

/** What a guard takes: its effect, its otherwise, or where it cannot tell the stricter of both. */
export function tookOf(guard: Pick<ResidualGuard, "effect" | "otherwise">, when: boolean | null): Effect {
	return when === null ? stricter(guard.effect, guard.otherwise) : when ? guard.effect : guard.otherwise;
}

/** One guard with everything known. */
interface Settled {
	guard: ResidualGuard;
	when: boolean | null;
	took: Effect;
	saw: JsonObject;
	/** The counter that made `when` come out so, if one did. */
	blamed: CounterReading | null;
	/** In words, why it did not simply let the call pass. */
	phrase: { reason: string; detail: string } | null;
}

/**
 * Concludes a call.
 * @param counters - read as of one moment; the call itself is not counted in them yet
 * @param now - that moment, in milliseconds since 1970
 */
export function conclude(residual: Residual, counters: Counters, now: number): Verdict {
	const facts: GuardFact[] = [];
	const reviews: Settled[] = [];
	let matched: string | null = null;
	for (let i = 0; i < residual.guards.length; i++) {
		const settled = settle(residual.guards[i] as ResidualGuard, counters);
		facts.push(factOf(settled));
		if (settled.guard.shadow === true) continue;
		if (settled.took === "deny") return denied(residual, i, settled, facts, counters, now);
		if (settled.took === "review") reviews.push(settled);
		matched ??= settled.guard.id;
	}
	if (reviews.length > 0) return held(reviews, facts);
	return {
		verdict: "allow",
		matched_guard: matched,
		reason_code: null,
		reason: null,
		facts,
		approvable: false,
		retry_at: null,
		limit: null,
		review: null,
	};
}

function settle(guard: ResidualGuard, counters: Counters): Settled {
	if (isDecided(guard.when)) {
		const took = tookOf(guard, guard.when);
		const phrase = took === "allow" ? null : (guard.phrases ?? plainPhrase(guard.id, took));
		return { guard, when: guard.when, took, saw: guard.saw, blamed: null, phrase };
	}
	const read: RateOutcome = readCounters(guard.when, counters);
	const took = tookOf(guard, read.outcome);
	const saw = sawCounters(guard.saw, read.readings);
	// Whatever the constants were is folded away: a tree that comes to true or false does so because of a counter.
	const blamed = read.outcome === null ? null : read.blamed;
	const phrase = took === "allow" ? null : blamed === null ? (guard.phrases ?? plainPhrase(guard.id, took)) : ratePhrase(blamed);
	return { guard, when: read.outcome, took, saw, blamed, phrase };
}

function plainPhrase(id: string, took: Effect): { reason: string; detail: string } {
	return took === "deny"
		? { reason: `refused by guard '${id}'`, detail: "not allowed" }
		: { reason: `held for review by guard '${id}'`, detail: "held for review" };
}

function factOf({ guard, when, took, saw, phrase }: Settled): GuardFact {
	const fact: GuardFact = { guard: guard.id, when, took, saw };
	if (phrase !== null) fact.detail = phrase.detail;
	if (guard.shadow === true) fact.shadow = true;
	return fact;
}

function reasonOf(settled: Settled): string {
	return settled.guard.reason ?? settled.phrase?.reason ?? plainPhrase(settled.guard.id, settled.took).reason;
}

function denied(
	residual: Residual,
	index: number,
	settled: Settled,
	facts: GuardFact[],
	counters: Counters,
	now: number,
): Verdict {
	const { guard, when, blamed } = settled;
	const code: ReasonCode = when === null ? "guard_indeterminate" : blamed === null ? "guard_denied" : "rate_exceeded";
	const limit = blamed === null ? null : limitOf(blamed);
	return {
		verdict: "deny",
		matched_guard: guard.id,
		reason_code: code,
		reason: reasonOf(settled),
		facts,
		approvable: false,
		retry_at: blamed === null ? null : retryAfterAll(residual.guards.slice(index), counters, now),
		limit: limit === null ? null : { guard: guard.id, ...limit },
		review: null,
	};
}

/** When none of these guards would deny any more; null if waiting does not bring that about, or nobody can tell. */
function retryAfterAll(guards: ResidualGuard[], counters: Counters, now: number): number | null {
	let latest = now;
	for (const guard of guards) {
		if (guard.shadow === true) continue;
		const { when, took } = settle(guard, counters);
		if (took !== "deny") continue;
		const wanted = guard.otherwise === "deny";
		if (when === null || isDecided(guard.when) || (guard.effect === "deny" && guard.otherwise === "deny")) return null;
		const time = retryTime(guard.when, wanted, counters, now);
		if (time === null) return null;
		latest = Math.max(latest, time);
	}
	return latest;
}

function held(reviews: Settled[], facts: GuardFact[]): Verdict {
	const first = reviews[0] as Settled;
	const terms = reviews.map(({ guard }) => guard.review ?? STRICTEST_TERMS);
	return {
		verdict: "review",
		matched_guard: first.guard.id,
		reason_code: first.when === null ? "guard_indeterminate" : "guard_review",
		reason: reasonOf(first),
		facts,
		approvable: true,
		retry_at: null,
		limit: null,
		review: {
			guards: reviews.map(({ guard }) => guard.id),
			approvals: Math.max(...terms.map((term) => term.approvals)),
			expires_ms: Math.min(...terms.map((term) => term.expires_ms)),
			self_approval: terms.every((term) => term.self_approval),
			...(terms.some((term) => term.others_only) ? { others_only: true } : {}),
		},
	};
}

/** For a guard that asks for review and brings no terms; the compiler gives each its terms. */
const STRICTEST_TERMS: ReviewTermsTaken = { approvals: 1, expires_ms: 86_400_000, self_approval: false };
