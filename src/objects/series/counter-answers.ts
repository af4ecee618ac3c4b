/**
 * What one object tells another of its counters: the answers to every question that concluding a residual may ask of them, so that
 * the other can conclude it with the same code. They are found by asking those questions, in the policy's own words.
 */
import { readCounters, retryTime } from "../../policy/conclude-counters.ts";
import type { Counters, CounterTest, Decision, Residual, ResidualCondition, SeriesName } from "../../policy/decision.ts";
import { type AskedReview, verdictAfterApproval } from "../../policy/satisfied-reviews.ts";

/** Answers by question. */
export type CounterAnswers = Record<string, number | string>;

/**
 * The answers that these counters give to the tests of a residual.
 * @param shared - whether to answer for the tests of series that a role shares, or for all others
 * @param now - the moment as of which the counters are read, in milliseconds since 1970
 */
export function answersTo(residual: Residual, counters: Counters, now: number, shared: boolean): CounterAnswers {
	const answers: CounterAnswers = {};
	const recorder = answering((question, ask) => {
		const answer = ask(counters);
		answers[question] = answer;
		return answer;
	});
	for (const test of residual.guards.flatMap((guard) => testsOf(guard.when))) {
		if ((test.series?.shared === true) !== shared) continue;
		readCounters({ counter: test }, recorder);
		for (const wanted of [true, false]) retryTime({ counter: test }, wanted, recorder, now);
	}
	return answers;
}

/** Counters that know these answers and nothing else: they throw where nobody has asked before. */
export function countersOf(answers: CounterAnswers): Counters {
	return answering((question) => {
		const answer = answers[question];
		if (answer === undefined) throw new Error("a counter was asked for that has not been read");
		return answer;
	});
}

/**
 * Whether a call can be authorised only with a place in a counter that its role shares.
 * @param approved - the reviews that people have approved, for a call that was held
 */
export function needsRole(decision: Decision, approved: AskedReview[] | null = null): boolean {
	if (decision.kind === "verdict" && verdictAfterApproval(decision.verdict, approved).verdict !== "allow") return false;
	return decision.uses?.some((use) => use.shared === true) === true;
}

function testsOf(condition: ResidualCondition): CounterTest[] {
	if (condition === null || typeof condition === "boolean") return [];
	if ("counter" in condition) return [condition.counter];
	if ("not" in condition) return testsOf(condition.not);
	return ("all" in condition ? condition.all : condition.any).flatMap(testsOf);
}

type Answering = (question: string, ask: (counters: Counters) => number | string) => number | string;

function answering(answer: Answering): Counters {
	const put = (name: string, series: SeriesName | undefined, ...terms: unknown[]) =>
		JSON.stringify([name, series?.shared === true, series?.key ?? null, ...terms]);
	return {
		count: (actions, seconds, series) =>
			answer(put("count", series, actions, seconds), (counters) => counters.count(actions, seconds, series)) as number,
		whenAtMost: (actions, seconds, keep, series) =>
			answer(put("whenAtMost", series, actions, seconds, keep), (counters) =>
				counters.whenAtMost(actions, seconds, keep, series),
			) as number,
		sum: (actions, seconds, series) =>
			answer(put("sum", series, actions, seconds), (counters) => counters.sum(actions, seconds, series)) as string,
		whenSumAtMost: (actions, seconds, keep, below, series) =>
			answer(put("whenSumAtMost", series, actions, seconds, keep, below), (counters) =>
				counters.whenSumAtMost(actions, seconds, keep, below, series),
			) as number,
	};
}
