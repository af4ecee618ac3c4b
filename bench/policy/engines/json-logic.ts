/** json-logic: one rule, applied to the call as it is. */
import jsonLogic from "json-logic-js";
import type { ReadCall } from "../calls.ts";
import { TOUR_CAP, TOUR_DOMAINS } from "../roles.ts";
import { type EngineMaker, passNumber } from "./engine.ts";

const RULE = {
	and: [
		{ "==": [{ var: "action" }, "mail.send"] },
		{ all: [{ var: "domains" }, { in: [{ var: "" }, TOUR_DOMAINS] }] },
		{ "<=": [{ var: "count" }, TOUR_CAP] },
	],
};

export const jsonLogicRules: EngineMaker = (calls) => {
	const decide = (call: ReadCall) => passNumber(jsonLogic.apply(RULE, call) === true);
	return {
		name: "json-logic",
		calls: calls.length,
		answers: () => calls.map(decide),
		pass() {
			let sum = 0;
			for (let i = 0; i < calls.length; i++) sum += decide(calls[i] as ReadCall);
			return sum;
		},
	};
};
