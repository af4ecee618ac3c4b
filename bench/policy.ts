/** The pure engine by itself, in this process: how long a call takes from bytes to decision, beside JSON.parse of the same body. */

import type { JsonObject } from "../src/contract/json.ts";
import { mailActions } from "../src/contract/mail-actions.ts";
import { canonicalInput } from "../src/policy/canonical-input.ts";
import { compileRole } from "../src/policy/compile-role.ts";
import { decide } from "../src/policy/decide.ts";
import type { Facts } from "../src/policy/decision.ts";
import { type LoadedRole, loadRole } from "../src/policy/load-role.ts";
import { parseRoleValue } from "../src/policy/parse-role.ts";
import { parseStrictJson } from "../src/policy/strict-json.ts";
import { ROLE } from "./hivekey/role.ts";
import { BODIES } from "./side.ts";
import { median } from "./statistics.ts";

/** Nanoseconds an operation, by name. */
export type PolicyTimes = Record<
	"JSON.parse" | "parseStrictJson" | "canonicalInput" | "decide, allowed" | "decide, refused",
	number
>;

const SAMPLES = 11;
const SAMPLE_MS = 25;

export function timePolicy(): PolicyTimes {
	const role = loadTourRole();
	const definition = mailActions.find((action) => action.name === "mail.send");
	if (!definition) throw new Error("there is no mail.send");
	const bytes = new TextEncoder().encode(BODIES.allowed);
	const parsed = parseStrictJson(bytes);
	if (!parsed.ok) throw new Error(parsed.problem.message);
	const facts: Facts = {
		now: Date.now(),
		agent: { name: "agent-1", labels: {} },
		request: { ip: "127.0.0.1" },
		digest: () => "",
	};
	const deciding = (body: string) => {
		const checked = canonicalInput(definition, JSON.parse(body) as JsonObject);
		if (!checked.ok) throw new Error("the body does not fit");
		const call = { action: "mail.send", input: checked.input };
		return () => decide(role, call, facts);
	};
	return nanoseconds({
		"JSON.parse": () => JSON.parse(BODIES.allowed),
		parseStrictJson: () => parseStrictJson(bytes),
		canonicalInput: () => canonicalInput(definition, parsed.value),
		"decide, allowed": deciding(BODIES.allowed),
		"decide, refused": deciding(BODIES.refused),
	});
}

function loadTourRole(): LoadedRole {
	const parsed = parseRoleValue(ROLE);
	if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
	const compiled = compileRole(parsed.document, 1, mailActions);
	if (!compiled.ok) throw new Error(compiled.problems[0]?.message);
	return loadRole(compiled.compiled);
}

/** What the loops come to, so that no operation is optimised away. */
let last: unknown;

/** Median of several samples of each operation, taken in turn. */
function nanoseconds<K extends string>(operations: Record<K, () => unknown>): Record<K, number> {
	const entries = Object.entries(operations) as [K, () => unknown][];
	const calibrated = entries.map(([name, run]) => ({ name, run, times: timesFor(run), samples: [] as number[] }));
	for (let sample = 0; sample < SAMPLES; sample++) {
		for (const { run, times, samples } of calibrated) samples.push((loop(run, times) * 1e6) / times);
	}
	return Object.fromEntries(calibrated.map(({ name, samples }) => [name, median(samples)])) as Record<K, number>;
}

/** How often an operation runs within a sample; warms it up, too. */
function timesFor(run: () => unknown): number {
	for (let times = 1_000; ; times *= 2) {
		const ms = loop(run, times);
		if (ms >= SAMPLE_MS) return Math.ceil((times * SAMPLE_MS) / ms);
	}
}

function loop(run: () => unknown, times: number): number {
	const startedAt = performance.now();
	for (let n = 0; n < times; n++) last = run();
	return last === undefined ? Number.NaN : performance.now() - startedAt;
}
