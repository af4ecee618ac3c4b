/**
 * Cedar as an oracle: where its operators and ours both give a definite answer, they agree. Where they are meant to differ:
 * - `glob`: `?` is any character in ours and itself in Cedar; `\*` is an asterisk in Cedar and a backslash before a run in ours.
 *   The tests generate neither.
 * - `cidr`: an IPv4-mapped IPv6 address is the IPv4 address in ours, and an IPv6 address in Cedar. What either refuses to read is
 *   indeterminate in ours and an error in Cedar, and Cedar takes a range with bits beyond its prefix.
 * - sets: equality is the same, but an empty text is indeterminate in ours.
 */
import { createRequire } from "node:module";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { readIpAddress, readIpRange } from "../../src/policy/ip-address.ts";
import type { Operator, Target } from "../../src/policy/operators/operator.ts";
import { OPERATORS } from "../../src/policy/operators/registry.ts";

type Answer =
	| { type: "success"; response: { decision: "allow" | "deny"; diagnostics: { errors: unknown[] } } }
	| { type: "failure" };
const cedar: { isAuthorized(call: object): Answer } = createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs");

const SOMETHING = { type: "Thing", id: "it" };

/** What an expression of Cedar's comes to; null where it is an error. */
function inCedar(expression: string, context: object): boolean | null {
	const answer = cedar.isAuthorized({
		principal: SOMETHING,
		action: { type: "Action", id: "do" },
		resource: SOMETHING,
		context,
		policies: { staticPolicies: { p: `permit(principal, action, resource) when { ${expression} };` } },
		entities: [],
	});
	if (answer.type === "failure" || answer.response.diagnostics.errors.length > 0) return null;
	return answer.response.decision === "allow";
}

const target = (list: boolean): Target => ({ reads: "plain", types: null, counter: false, list });

/** What an operator of ours comes to on one value, or on a list as a whole; null where it is indeterminate, or refuses the operand. */
function inOurs(name: string, value: Json, operand: Json): boolean | null {
	const operator = OPERATORS.get(name) as Operator;
	const read = operator.readOperand(operand, target(Array.isArray(value)));
	if (!read.ok) return null;
	const { check, whole } = operator.load(read.operand, "plain", false);
	return Array.isArray(value) && whole !== undefined ? whole(value) : check(value);
}

/** A text of Cedar's, in its escapes. */
function literal(text: string): string {
	return `"${[...text].map((one) => (/[A-Za-z0-9 *.:/]/.test(one) ? one : `\\u{${one.codePointAt(0)?.toString(16)}}`)).join("")}"`;
}

beforeAll(() => {
	expect(inCedar("context.a == 1", { a: 1 })).toBe(true);
	expect(inCedar("context.a == 1", { a: 2 })).toBe(false);
	expect(inCedar("context.a.b == 1", { a: 2 })).toBe(null);
});

/** Runs both, and counts how often both were definite and held, and how often they did not. */
class Tally {
	held = 0;
	failed = 0;

	compare(what: unknown, ours: boolean | null, theirs: boolean | null): void {
		if (ours === null || theirs === null) return;
		expect([what, ours]).toEqual([what, theirs]);
		if (ours) this.held++;
		else this.failed++;
	}
}

const RUNS = { numRuns: 1_500, seed: 20_261_122 };

test("glob is Cedar's like", () => {
	const text = (letters: string[], maxLength: number) => fc.string({ unit: fc.constantFrom(...letters), maxLength });
	const tally = new Tally();
	fc.assert(
		fc.property(text(["a", "b", "*", "*", "😀"], 5), text(["a", "a", "b", "😀", "\n"], 5), (pattern, given) => {
			tally.compare(
				[pattern, given],
				inOurs("glob", given, pattern),
				inCedar(`context.v like ${literal(pattern)}`, { v: given }),
			);
		}),
		RUNS,
	);
	expect(tally.held).toBeGreaterThan(100);
	expect(tally.failed).toBeGreaterThan(100);
});

describe("cidr is Cedar's isInRange", () => {
	const octet = fc.oneof(fc.constantFrom(0, 10, 127, 255), fc.nat({ max: 255 }));
	const ipv4 = fc.array(octet, { minLength: 4, maxLength: 4 }).map((octets) => octets.join("."));
	const group = fc.oneof(
		{ weight: 2, arbitrary: fc.constant(0) },
		fc.constantFrom(0xffff, 0x2001, 0xdb8),
		fc.nat({ max: 0xffff }),
	);
	const ipv6 = fc.oneof(
		fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => groups.map((one) => one.toString(16)).join(":")),
		fc.ipV6(),
		fc.constantFrom("::", "::1", "2001:db8::1", "fe80::"),
	);
	const odd = fc.constantFrom(
		"127.1",
		"010.0.0.1",
		"1.2.3.4.5",
		"::1%eth0",
		"1::2::3",
		"",
		"256.0.0.1",
		":::",
		"12345::",
		" 10.0.0.1",
	);
	const address = fc.oneof({ weight: 4, arbitrary: ipv4 }, { weight: 4, arbitrary: ipv6 }, odd);

	/** The address with the bits beyond the prefix cleared, so that both take it; the text itself if it is none. */
	function rangeOf(text: string, bits: number): string {
		const groups = readIpAddress(text);
		if (groups === null) return `${text}/${bits}`;
		const prefix = Math.min(bits, groups.length * 16);
		const cut = groups.map((one, index) => one & ((0xffff << (16 - Math.min(16, Math.max(0, prefix - index * 16)))) & 0xffff));
		const written =
			groups.length === 8 ? cut.map((one) => one.toString(16)).join(":") : cut.flatMap((one) => [one >> 8, one & 255]).join(".");
		return `${written}/${prefix}`;
	}

	const isMapped = (text: string) => text.includes(":") && readIpAddress(text)?.length === 2;
	const isMappedRange = (text: string) => text.includes(":") && readIpRange(text)?.groups.length === 2;

	test("on addresses of either kind, near the range and far from it", () => {
		const tally = new Tally();
		fc.assert(
			fc.property(address, fc.option(address, { freq: 2 }), fc.nat({ max: 128 }), (given, other, bits) => {
				const range = rangeOf(other ?? given, bits);
				const ours = inOurs("cidr", given, range);
				const theirs = inCedar(`ip(context.v).isInRange(ip(${literal(range)}))`, { v: given });
				if (isMapped(given) || isMappedRange(range)) return;
				tally.compare([given, range], ours, theirs);
				if (ours !== null) expect([given, range, inOurs("not_cidr", given, range)]).toEqual([given, range, !ours]);
			}),
			RUNS,
		);
		expect(tally.held).toBeGreaterThan(300);
		expect(tally.failed).toBeGreaterThan(300);
	});

	test("what one of them refuses as an address the other does not place in a range, but for what is listed", () => {
		const readsOtherwise: string[] = [];
		for (const text of [
			"127.1",
			"010.0.0.1",
			"1.2.3.4.5",
			"::1%eth0",
			"1::2::3",
			"",
			"256.0.0.1",
			":::",
			"::ffff:10.0.0.1",
			"10.0.0.1",
			"::1",
			"10.0.0.1/8",
		]) {
			const ours = readIpAddress(text) !== null;
			const theirs = inCedar("ip(context.v).isIpv4() || true", { v: text }) !== null;
			if (ours !== theirs) readsOtherwise.push(text);
		}
		expect(readsOtherwise).toEqual(["::ffff:10.0.0.1", "10.0.0.1/8"]);
	});

	test("an IPv4 address in IPv6's dress is what ours sees through and Cedar does not", () => {
		expect(inOurs("cidr", "::ffff:a00:1", "10.0.0.0/8")).toBe(true);
		expect(inCedar('ip(context.v).isInRange(ip("10.0.0.0/8"))', { v: "::ffff:a00:1" })).toBe(false);
	});

	test("a range with bits beyond its prefix is a mistake in ours, and taken in Cedar", () => {
		expect(inOurs("cidr", "10.0.0.1", "10.9.9.9/8")).toBe(null);
		expect(inCedar('ip(context.v).isInRange(ip("10.9.9.9/8"))', { v: "10.0.0.1" })).toBe(true);
	});
});

describe("lists are Cedar's sets", () => {
	const member = fc.constantFrom<Json>("a", "A", "ab", "é", "e\u0301", "1", 1, 2, 0, true, false);
	const members = fc.array(member, { minLength: 1, maxLength: 4 });

	function comparison(name: string, operandOf: (members: Json[]) => Json, expression: string) {
		test(`${name} is ${expression}`, () => {
			const tally = new Tally();
			fc.assert(
				fc.property(members, members, (value, given) => {
					const operand = operandOf(given);
					const theirs = inCedar(expression, { v: value, o: operand });
					tally.compare([value, operand], inOurs(name, value, operand), theirs);
				}),
				{ ...RUNS, numRuns: 700 },
			);
			expect(tally.held).toBeGreaterThan(25);
			expect(tally.failed).toBeGreaterThan(25);
		});
	}

	const first = (all: Json[]) => all[0] as Json;
	comparison("contains", first, "context.v.contains(context.o)");
	comparison("not_contains", first, "!context.v.contains(context.o)");
	comparison("contains_any", (all) => all, "context.v.containsAny(context.o)");
	comparison("contains_all", (all) => all, "context.v.containsAll(context.o)");

	test("in is contains, the other way round", () => {
		const tally = new Tally();
		fc.assert(
			fc.property(member, members, (value, operands) => {
				const theirs = inCedar("context.o.contains(context.v)", { v: value, o: operands });
				// A value of a type that none of the operands has is indeterminate in ours, and in no set in Cedar.
				tally.compare([value, operands], inOurs("in", value, operands), theirs);
				tally.compare([value, operands], inOurs("not_in", value, operands), theirs === null ? null : !theirs);
			}),
			{ ...RUNS, numRuns: 700 },
		);
		expect(tally.held).toBeGreaterThan(100);
		expect(tally.failed).toBeGreaterThan(100);
	});
});
