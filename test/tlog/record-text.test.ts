/** What becomes of a record that would be too long: it always fits, leaves out no guard, and can be proved by who has the values. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type GuardFact, RECORD_MAX_BYTES, type UnsequencedRecord } from "../../src/contract/audit-record.ts";
import { recordText, sequencedText } from "../../src/contract/record-text.ts";
import { textDigest } from "../../src/tlog/text-digest.ts";

const base: UnsequencedRecord = {
	event_id: "evt_0Vc5pqulEPtviQnrokZvT0",
	time: "2026-11-26T15:00:00.000Z",
	kind: "action",
	workspace: "ws_0Vc5pqulEPtviQnrokZvT0",
	agent: "a".repeat(63),
	token_id: "tok_0Vc5pqulEPtviQnrokZvT0",
	act_id: "act_0Vc5pqulEPtviQnrokZvT0",
	action: "a".repeat(257),
	state: "denied",
	verdict: "deny",
	matched_guard: "g".repeat(63),
	reason_code: "guard_indeterminate",
	role: { name: "r".repeat(63), rev: 999_999, hash: "0".repeat(64) },
	input_digest: `hmac-sha256:${"0".repeat(64)}`,
	idempotency_key: "k".repeat(255),
	request_id: "req_0Vc5pqulEPtviQnrokZvT0",
	source_ip: "2001:db8:1111:2222:3333:4444:5555:6666",
};

const HEAD = sequencedText("{", Number.MAX_SAFE_INTEGER, "f".repeat(64)).length;
const bytesOf = (text: string) => new TextEncoder().encode(text).length + HEAD;
const made = (more: Partial<UnsequencedRecord>) => {
	const text = recordText({ ...base, ...more }, textDigest);
	return { text, record: JSON.parse(text) as UnsequencedRecord };
};

test("a record that fits stays as it is", () => {
	const fields = { to: "jordan@acme.com", note: "x".repeat(10_000) };
	expect(made({ fields }).record.fields).toEqual(fields);
});

test("a value that is too long gives its type, length, digest and beginning; the others stay", () => {
	const note = "é".repeat(9_000);
	const { record } = made({ fields: { to: "jordan@acme.com", note } });
	expect(record.fields).toEqual({
		to: "jordan@acme.com",
		note: { type: "string", length: 9_000, digest: textDigest(note), start: "é".repeat(256) },
	});
	const list = Array.from({ length: 400 }, (_, i) => `recipient-number-${i}@acme.com`);
	expect(made({ fields: { list } }).record.fields).toEqual({ list });
	const lists = { to: list, cc: list };
	expect(made({ fields: lists }).record.fields).toMatchObject({
		to: { type: "array", length: JSON.stringify(list).length, digest: textDigest(JSON.stringify(list)) },
	});
});

test("of 64 guards that saw much, none is left out, nor which way it went", () => {
	const facts = Array.from(
		{ length: 64 },
		(_, i): GuardFact => ({
			guard: `guard-${i}`.padEnd(63, "x"),
			when: i % 3 === 0 ? null : i % 3 === 1,
			took: i === 63 ? "deny" : "allow",
			saw: {
				"to.domain": Array.from({ length: 50 }, (_, k) => `${"d".repeat(200)}${k}.example`),
				subject: "\u0001".repeat(1_000),
			},
			detail: "\u0001".repeat(300),
		}),
	);
	const { text, record } = made({ facts, reason: "\u0001".repeat(2_000), fields: { body: "\u0001".repeat(9_000) } });
	expect(bytesOf(text)).toBeLessThanOrEqual(RECORD_MAX_BYTES);
	const way = ({ guard, when, took }: GuardFact) => ({ guard, when, took });
	expect(record.facts?.map(way)).toEqual(facts.map(way));
});

test("whatever it holds, it fits", () => {
	const text = fc.oneof(
		fc.string({ unit: "binary", maxLength: 300 }),
		fc
			.tuple(fc.constantFrom("x", "é", "\u0001", "€", "😀", "\ud800", '"'), fc.nat({ max: 6_000 }))
			.map(([one, times]) => one.repeat(times)),
	);
	const value = fc.oneof(text, fc.array(text, { maxLength: 60 }), fc.integer(), fc.constant(null));
	const values = fc.dictionary(fc.stringMatching(/^[a-z.]{1,60}$/), value, { maxKeys: 40 });
	const fact = fc.record({
		guard: fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/),
		when: fc.constantFrom(true, false, null),
		took: fc.constantFrom("allow" as const, "deny" as const, "review" as const),
		saw: values,
		detail: text,
	});
	fc.assert(
		fc.property(fc.array(fact, { maxLength: 64 }), values, text, (facts, fields, reason) => {
			const { text: written, record } = made({ facts, fields, reason });
			expect(bytesOf(written)).toBeLessThanOrEqual(RECORD_MAX_BYTES);
			expect(record.facts?.map(({ guard, took }) => [guard, took])).toEqual(facts.map(({ guard, took }) => [guard, took]));
			expect(Object.keys(record.fields ?? {}).length > 0).toBe(Object.keys(fields).length > 0);
		}),
		{ numRuns: 150 },
	);
});
