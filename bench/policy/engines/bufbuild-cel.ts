/** @bufbuild/cel: parsed and planned once. */
import { type CelInput, celEnv, parse, plan } from "@bufbuild/cel";
import { CEL_EXPRESSION } from "./cel-expression.ts";
import { type EngineMaker, passNumber } from "./engine.ts";

type Variables = Record<string, CelInput>;

export const bufbuildCel: EngineMaker = (calls) => {
	const evaluate = plan(celEnv(), parse(CEL_EXPRESSION));
	const asked = calls.map(({ action, domains, count }): Variables => ({ action, domains, count: BigInt(count) }));
	const decide = (variables: Variables) => passNumber(evaluate(variables) === true);
	return {
		name: "@bufbuild/cel",
		calls: calls.length,
		answers: () => asked.map(decide),
		pass() {
			let sum = 0;
			for (let i = 0; i < asked.length; i++) sum += decide(asked[i] as Variables);
			return sum;
		},
	};
};
