/**
 * The input as guard and upstream both see it: checked against the action's schema, every address in its one spelling, and such
 * that the request that carries it out can be made.
 * Texts are forwarded as they are; Unicode is not normalised, for no upstream was asked how it compares.
 */
import type { OutputUnit } from "@cfworker/json-schema";
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import type { ProblemItem } from "../contract/problem.ts";
import { unsendable } from "./connector/build-request.ts";
import { badAddresses, canonicalAddresses } from "./email-places.ts";
import { type InputValidator, inputValidator } from "./input-validator.ts";
import { schemaProblems } from "./schema-problems.ts";

export type CanonicalInput = { ok: true; input: JsonObject } | { ok: false; problems: ProblemItem[] };

/**
 * Checks a call's input and brings it into its canonical form.
 * @param input - from the strict parser
 * @returns a new value where an address changed, else the same; or all problems, each with a path such as `to[1]`
 */
export function canonicalInput(definition: ActionDefinition, input: Json): CanonicalInput {
	if (typeof input !== "object" || input === null || Array.isArray(input))
		return { ok: false, problems: [{ path: "", code: "type", message: "the input is a JSON object" }] };
	const validator = inputValidator(definition);
	if (!validator.fits(input)) return { ok: false, problems: problemsOf(validator, input) };
	const problems = limitProblems(definition, input);
	if (problems.length > 0) return { ok: false, problems };
	const canonical = canonicalAddresses(input, validator.places) as JsonObject;
	// Refused here, not where it is sent: nothing is counted, held or begun for what can never go out.
	const problem = definition.http === undefined ? null : unsendable(definition.http, canonical);
	return problem === null ? { ok: true, input: canonical } : { ok: false, problems: [problem] };
}

/** All that is wrong; never nothing. */
function problemsOf(validator: InputValidator, input: JsonObject): ProblemItem[] {
	const addresses = new Set<string>();
	badAddresses(input, validator.places, "#", addresses);
	const problems = schemaProblems(allErrors(validator, input), addresses);
	return problems.length > 0 ? problems : [DOES_NOT_FIT];
}

/** Above this many values only the first thing that is wrong is said: a huge wrong input must not cost much more than a right one. */
const THOROUGH_VALUES = 2_000;

function allErrors({ first, thorough }: InputValidator, input: JsonObject): OutputUnit[] {
	return (valuesIn(input, THOROUGH_VALUES) > 0 ? thorough : first).validate(input).errors;
}

/** What is left of `budget` after counting every value in this one; 0 where it does not reach. */
function valuesIn(value: Json, budget: number): number {
	if (budget <= 0 || typeof value !== "object" || value === null) return Math.max(0, budget - 1);
	let left = budget - 1;
	for (const member of Object.values(value)) {
		if (left <= 0) return 0;
		left = valuesIn(member, left);
	}
	return left;
}

const DOES_NOT_FIT: ProblemItem = { path: "", code: "schema", message: "the input does not fit the action's schema" };

function limitProblems(definition: ActionDefinition, input: JsonObject): ProblemItem[] {
	const problems: ProblemItem[] = [];
	for (const { fields, max_values, message } of definition.limits ?? []) {
		let values = 0;
		let last = fields[0] ?? "";
		for (const field of fields) {
			const value = Object.hasOwn(input, field) ? input[field] : undefined;
			if (value === undefined) continue;
			values += Array.isArray(value) ? value.length : 1;
			if (values <= max_values) continue;
			last = field;
			break;
		}
		if (values > max_values) problems.push({ path: last, code: "too_many_values", message });
	}
	return problems;
}
