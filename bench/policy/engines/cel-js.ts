/** @marcbachmann/cel-js: parsed and checked once. */
import { Environment } from "@marcbachmann/cel-js";
import { CEL_EXPRESSION } from "./cel-expression.ts";
import { type EngineMaker, passNumber } from "./engine.ts";

type Variables = Record<string, unknown>;

export const celJs: EngineMaker = (calls) => {
	const environment = new Environment()
		.registerVariable("action", "string")
		.registerVariable("domains", "list<string>")
		.registerVariable("count", "int");
	const evaluate = environment.parse(CEL_EXPRESSION);
	const asked = calls.map(({ action, domains, count }): Variables => ({ action, domains, count: BigInt(count) }));
	const decide = (variables: Variables) => passNumber(evaluate(variables) === true);
	return {
		name: "@marcbachmann/cel-js",
		calls: calls.length,
		answers: () => asked.map(decide),
		pass() {
			let sum = 0;
			for (let i = 0; i < asked.length; i++) sum += decide(asked[i] as Variables);
			return sum;
		},
	};
};
