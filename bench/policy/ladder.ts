/** The steps of one call of the tour, each by itself: what parse, scope, guards, counters and log cost. */
import type { ActionDefinition } from "../../src/contract/action-definition.ts";
import type { JsonObject } from "../../src/contract/json.ts";
import { canonicalInput } from "../../src/policy/canonical-input.ts";
import { conclude } from "../../src/policy/conclude.ts";
import { decide } from "../../src/policy/decide.ts";
import type { LoadedRole } from "../../src/policy/load-role.ts";
import { parseStrictJson } from "../../src/policy/strict-json.ts";
import type { ReadCall } from "./calls.ts";
import type { Contestant } from "./contestant.ts";
import { countersOf, FACTS, judge, readDeciding, readFields, wholeVerdict } from "./hivekey.ts";

/** In the order of a call. Each takes what the one before gave; `whole` is all of them. */
export const STEPS = {
	platform: "JSON.parse of the body, for scale",
	parse: "strict JSON, the input schema, canonical values",
	scope: "is the action granted",
	read: "the fields that guards look at, out of the input",
	guards: "the guards, counters not known",
	counters: "scope, guards and counters to a verdict",
	log: "the verdict with facts and sentences, all else again",
	whole: "from bytes to the verdict with all that is logged",
} as const;
export type Step = keyof typeof STEPS;

/** The steps over those calls that the role grants. */
export function ladder(role: LoadedRole, calls: ReadCall[]): Record<Step, Contestant> {
	const granted = calls.filter(({ action }) => role.actions.has(action));
	const bodies = granted.map((call) => ({ call, text: JSON.stringify(call.input) }));
	const encoder = new TextEncoder();
	const bytes = bodies.map(({ call, text }) => ({ call, bytes: encoder.encode(text) }));
	const unknown = role.actions.get("mail.send")?.unknownCounts ?? [];
	const read = granted.map((call) => ({ call, deciding: readDeciding(role, call), open: readFields(role, call, unknown) }));
	const definition = role.actions.get("mail.send")?.definition as ActionDefinition;
	return {
		platform: over("platform", bodies, ({ text }) => Object.keys(JSON.parse(text)).length),
		parse: over("parse", bytes, (body) => Object.keys(parsed(definition, body.bytes)).length),
		scope: over("scope", granted, ({ action }) => (role.actions.has(action) ? 1 : 0)),
		read: over("read", granted, (call) => readDeciding(role, call).readings.length),
		guards: over("guards", read, ({ call, open }) => judge(role, call.action, open)),
		counters: over("counters", read, ({ call, deciding }) => judge(role, call.action, deciding)),
		log: over("log", granted, (call) => wholeVerdict(role, call).facts.length),
		whole: over("whole", bytes, ({ call, bytes }) => {
			const decision = decide(role, { action: call.action, input: parsed(definition, bytes) }, FACTS);
			const verdict =
				decision.kind === "verdict" ? decision.verdict : conclude(decision.residual, countersOf(call.count), FACTS.now);
			return verdict.facts.length;
		}),
	};
}

function parsed(definition: ActionDefinition, bytes: Uint8Array): JsonObject {
	const json = parseStrictJson(bytes);
	if (!json.ok) throw new Error(json.problem.message);
	const checked = canonicalInput(definition, json.value);
	if (!checked.ok) throw new Error("the body does not fit");
	return checked.input;
}

/** A loop of its own for each step would be the same text eight times; the call through it costs each step about 3 ns. */
function over<T>(name: string, items: T[], step: (item: T) => number): Contestant {
	return {
		name,
		calls: items.length,
		answers: () => items.map(step),
		pass() {
			let sum = 0;
			for (let i = 0; i < items.length; i++) sum += step(items[i] as T);
			return sum;
		},
	};
}
