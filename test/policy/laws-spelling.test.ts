/** How a call is spelled changes no verdict: the order of keys, how numbers are written, escapes, fields that nobody reads. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { Verdict } from "../../src/policy/decision.ts";
import type { LoadedRole } from "../../src/policy/load-role.ts";
import { runRoleTest } from "../../src/policy/run-role-test.ts";
import { tryCall } from "../../src/policy/try-call.ts";
import { countersFrom, engineOf } from "./laws-engine.ts";
import { callOf, roleOf } from "./laws-roles.ts";
import type { PastCall } from "./naive.ts";
import { rounds } from "./rounds.ts";
import { facts as plainFacts } from "./support.ts";

const CALLS_A_ROLE = 6;
const RUNS = { numRuns: rounds(150) };

/** A body all the way: as text, through the strict parser, the schema and the canonical form. */
function verdictOf(
	role: LoadedRole,
	action: string,
	body: string,
	known: { facts: typeof plainFacts; past: PastCall[] },
): Verdict {
	return tryCall(role, action, body, known.facts, countersFrom(role, known.past, known.facts));
}

/** The keys of every object in another order. */
function shuffled(value: Json): Json {
	if (Array.isArray(value)) return value.map(shuffled);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.reverse()
			.map(([key, member]) => [key, shuffled(member)]),
	);
}

/** The same JSON with every number in another spelling, and every letter of texts and keys as an escape. */
function respelled(value: Json, numbers: (value: number) => string, texts: (text: string) => string): string {
	if (typeof value === "number") return numbers(value);
	if (typeof value === "string") return texts(value);
	if (Array.isArray(value)) return `[${value.map((one) => respelled(one, numbers, texts)).join(" , ")}]`;
	if (typeof value !== "object" || value === null) return JSON.stringify(value);
	const members = Object.entries(value).map(([key, member]) => `${texts(key)}:\n${respelled(member, numbers, texts)}`);
	return `{${members.join(",\t")}}`;
}

const NUMBERS: ((value: number) => string)[] = [
	(value) => (Number.isInteger(value) ? `${value}.0` : `${value}0`),
	(value) => `${value}e0`,
	(value) => `${value}E+00`,
	(value) => (Number.isInteger(value) && value !== 0 ? `${value}0e-1` : `${value}e-0`),
];
const escaped = (text: string) =>
	`"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`;

describe.each(["mail.send", "shop.parcel.send"] as const)("%s", (action) => {
	const calls = fc.array(callOf(action), { minLength: CALLS_A_ROLE, maxLength: CALLS_A_ROLE });

	test("the order of keys changes nothing", () => {
		fc.assert(
			fc.property(roleOf(action), calls, (role, all) => {
				const engine = engineOf(role);
				for (const { input, ...known } of all) {
					const other = JSON.stringify(shuffled(input));
					const [before, after] = [
						verdictOf(engine, action, JSON.stringify(input), known),
						verdictOf(engine, action, other, known),
					];
					expect(after.verdict).toBe(before.verdict);
					expect(after.matched_guard).toBe(before.matched_guard);
					if (before.reason_code !== "invalid_input") expect(after.facts).toEqual(before.facts);
				}
			}),
			RUNS,
		);
	});

	test("how numbers and letters are written changes nothing: 1, 1.0, 1e0, 10e-1, \\u0061", () => {
		fc.assert(
			fc.property(
				roleOf(action),
				calls,
				fc.constantFrom(...NUMBERS),
				fc.constantFrom(escaped, JSON.stringify),
				(role, all, numbers, texts) => {
					const engine = engineOf(role);
					for (const { input, ...known } of all) {
						const before = verdictOf(engine, action, JSON.stringify(input), known);
						expect(verdictOf(engine, action, respelled(input, numbers, texts as (text: string) => string), known)).toEqual(
							before,
						);
					}
				},
			),
			RUNS,
		);
	});

	test("a field that the action does not have never helps, at whatever depth it stands", () => {
		const key = fc.constantFrom("x", "domain", "TO", "to ", "input.to", "to.domain", "toString", "тo", "__to__", "limit2");
		fc.assert(
			fc.property(roleOf(action), calls, key, fc.jsonValue({ maxDepth: 1 }), (role, all, name, value) => {
				const engine = engineOf(role);
				for (const { input, ...known } of all) {
					const before = verdictOf(engine, action, JSON.stringify(input), known);
					const more = verdictOf(engine, action, JSON.stringify({ ...input, [name]: value }), known);
					expect(more).toMatchObject({ verdict: "deny", reason_code: "invalid_input" });
					if (action !== "shop.parcel.send") continue;
					// Where the schema leaves an object open, what no guard reads is not looked at.
					const { extra } = input;
					if (typeof extra !== "object" || extra === null || Array.isArray(extra)) continue;
					const open = JSON.stringify({ ...input, extra: { ...extra, [`unread ${name}`]: value } });
					const { verdict, reason_code: code } = verdictOf(engine, action, open, known);
					if (code === "invalid_input") expect(verdict).toBe("deny");
					else expect(verdict).toBe(before.verdict);
				}
			}),
			RUNS,
		);
	});

	test("the runner of RoleTests comes to the verdict that deciding comes to", () => {
		fc.assert(
			fc.property(roleOf(action), calls, (role, all) => {
				const engine = engineOf(role);
				const cases = all.map(({ input }, index) => ({
					name: `case ${index}`,
					action,
					input,
					expect: { verdict: "allow" as const },
				}));
				const suite = {
					apiVersion: "policy.hivekey.ai/v1" as const,
					kind: "RoleTest" as const,
					metadata: { name: "r" },
					role: "r",
					cases,
				};
				for (const [index, { verdict, came }] of runRoleTest(engine, suite, plainFacts).entries()) {
					const { input } = all[index] as { input: JsonObject };
					const direct = verdictOf(engine, action, JSON.stringify(input), { facts: plainFacts, past: [] });
					expect({ ...verdict, retry_at: null }).toEqual({ ...direct, retry_at: null });
					expect([came.verdict, came.guard, came.reason_code]).toEqual([
						direct.verdict,
						direct.matched_guard,
						direct.reason_code,
					]);
				}
			}),
			RUNS,
		);
	});
});

describe("addresses", () => {
	const role = engineOf({
		timezone: "UTC",
		let: {},
		guards: [
			{ id: "known", action: "mail.send", when: { field: "to.domain", in: ["acme.com"] }, effect: "allow", otherwise: "deny" },
			{ id: "barred", action: "mail.send", when: { field: "to", eq: "eve@acme.com" }, effect: "deny", otherwise: "allow" },
		],
	});
	const letters = [..."eveacmecom"];
	/** Letters that look like others, or become others where text is normalised. */
	const alike: Record<string, string[]> = {
		e: ["е", "é", "e\u0301", "\uff45", "ℯ"],
		v: ["ν", "\uff56", "ⅴ"],
		a: ["а", "á", "a\u030a", "\uff41", "ª"],
		c: ["с", "ç", "\uff43", "ⅽ"],
		m: ["м", "\uff4d", "ⅿ"],
		o: ["о", "ο", "\uff4f", "º"],
	};

	test("in another form of Unicode are never laxer: no form but the plain one is an address", () => {
		const change = fc.record({
			at: fc.nat({ max: letters.length - 1 }),
			which: fc.nat(),
			form: fc.constantFrom("NFC", "NFD", "NFKC", "NFKD", ""),
		});
		fc.assert(
			fc.property(change, fc.constantFrom("to", "cc", "bcc", "reply_to"), ({ at, which, form }, field) => {
				const own = [...letters];
				const twins = alike[own[at] as string] ?? [];
				own[at] = twins[which % twins.length] as string;
				const text = `${own.slice(0, 3).join("")}@${own.slice(3, 7).join("")}.${own.slice(7).join("")}`;
				const address = form === "" ? text : text.normalize(form);
				const body = JSON.stringify({ to: "bob@acme.com", [field]: address, subject: "Hi", body: "x" });
				expect(verdictOf(role, "mail.send", body, { facts: plainFacts, past: [] }).verdict).toBe("deny");
			}),
			{ numRuns: rounds(2_000) },
		);
	});
});
