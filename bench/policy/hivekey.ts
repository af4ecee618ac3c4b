/**
 * Our engine in the loop: scope, guards and counters to a verdict and the guard that it is owed to. As for the ideal, every
 * field has been read before; facts and sentences for the log are not made, see ladder.ts for what they cost.
 */
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import { type Deciding, newDeciding } from "../../src/policy/deciding.ts";
import type { Counters, Facts, Verdict } from "../../src/policy/decision.ts";
import type { LoadedAction, LoadedRole } from "../../src/policy/load-role.ts";
import { fill } from "../../src/policy/slots.ts";
import { ALLOW, type Answer, answerOf, DENY, NOT_IN_SCOPE, REVIEW } from "./answer.ts";
import type { ReadCall } from "./calls.ts";
import type { Contestant } from "./contestant.ts";

export const FACTS: Facts = {
	now: Date.UTC(2026, 10, 22, 10),
	agent: { name: "helpdesk-bot", labels: { team: "support" } },
	request: { ip: "203.0.113.7" },
	digest: () => "",
};

/** One call with its role, as far as it can be prepared. */
interface Asked {
	action: string;
	role: LoadedRole;
	deciding: Deciding;
}

/** Call `i` goes to role `i` of so many, and round again. */
export function hivekey(roles: LoadedRole[], calls: ReadCall[]): Contestant {
	const asked = calls.map((call, index): Asked => {
		const role = roles[index % roles.length] as LoadedRole;
		return { action: call.action, role, deciding: readDeciding(role, call) };
	});
	return {
		name: "hivekey",
		calls: calls.length,
		answers: () => asked.map(({ role, action, deciding }) => judge(role, action, deciding)),
		pass() {
			let sum = 0;
			for (let i = 0; i < asked.length; i++) {
				const { role, action, deciding } = asked[i] as Asked;
				sum += judge(role, action, deciding);
			}
			return sum;
		},
	};
}

/** What the whole engine answers, facts, sentences and all: the answers that are wanted of every side. */
export function wantedAnswers(roles: LoadedRole[], calls: ReadCall[]): Answer[] {
	return calls.map((call, index) => {
		const role = roles[index % roles.length] as LoadedRole;
		const { verdict, matched_guard } = wholeVerdict(role, call);
		if (matched_guard === null) return verdict === "deny" ? NOT_IN_SCOPE : ALLOW;
		const guards = (role.actions.get(call.action) as LoadedAction).guards.map(({ compiled }) => compiled.id);
		const effect = verdict === "allow" ? ALLOW : verdict === "review" ? REVIEW : DENY;
		return answerOf(effect, guards.indexOf(matched_guard));
	});
}

/** From call to verdict by the public functions. */
export function wholeVerdict(role: LoadedRole, { action, input, count }: ReadCall): Verdict {
	const decision = decide(role, { action, input }, FACTS);
	return decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, countersOf(count), FACTS.now);
}

/** @param count - the calls of every window, with the one that is decided */
export function countersOf(count: number): Counters {
	const later = () => FACTS.now + 1_000;
	return { count: () => count - 1, whenAtMost: later, sum: () => String(count - 1), whenSumAtMost: later };
}

/** A call with every field of its guards read, and every counter. */
export function readDeciding(role: LoadedRole, call: ReadCall): Deciding {
	const action = role.actions.get(call.action);
	return readFields(role, call, action?.counters.map(() => call.count) ?? []);
}

/** A call with every field of its guards read. */
export function readFields(role: LoadedRole, { action, input }: ReadCall, counts: readonly number[]): Deciding {
	const readers = role.actions.get(action)?.readers ?? [];
	const deciding = newDeciding({ action, input }, FACTS, readers.length, counts);
	for (const [slot, { read }] of readers.entries()) fill(deciding, slot, read);
	return deciding;
}

/** The gateway's decision with the ledger's counters at hand, without what they write down. */
export function judge(role: LoadedRole, name: string, deciding: Deciding): Answer {
	const action = role.actions.get(name);
	return action === undefined ? NOT_IN_SCOPE : action.judge(deciding);
}
