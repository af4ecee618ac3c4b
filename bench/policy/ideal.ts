/** The ideal: decisions written by hand. Whose turn it is stands beside the call, as the role does on our side. */
import type { ReadCall } from "./calls.ts";
import type { Contestant } from "./contestant.ts";
import type { IdealDecision } from "./forms.ts";

interface Asked {
	decide: IdealDecision;
	call: ReadCall;
}

/** Call `i` goes to closure `i` of so many, and round again. */
export function ideal(decisions: IdealDecision[], calls: ReadCall[]): Contestant {
	const asked = calls.map((call, index): Asked => ({ decide: decisions[index % decisions.length] as IdealDecision, call }));
	return {
		name: "ideal",
		calls: calls.length,
		answers: () => asked.map(({ decide, call }) => decide(call.action, call.domains, call.count)),
		pass() {
			let sum = 0;
			for (let i = 0; i < asked.length; i++) {
				const { decide, call } = asked[i] as Asked;
				sum += decide(call.action, call.domains, call.count);
			}
			return sum;
		},
	};
}
