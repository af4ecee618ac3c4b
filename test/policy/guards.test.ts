/** How guards are decided: lists, three values, what is said and what is kept off the log. */
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/contract/json.ts";
import { decide } from "../../src/policy/decide.ts";
import type { Counters } from "../../src/policy/decision.ts";
import { tryCall } from "../../src/policy/try-call.ts";
import { allActions, countersOf, facts, guardsOf, mail, uncheckedVerdictOf, verdictOf } from "./support.ts";

const guard = (when: string, rest = "") =>
	guardsOf(`  - { id: g, action: mail.send, when: ${when}${rest === "" ? "" : `, ${rest}`} }\n`);

describe("lists: no value hides behind another", () => {
	const two = ["a@acme.com", "e@gmail.com"];
	const forms: [string, string][] = [
		["{ field: to.domain, in: [acme.com] }", "effect: allow"],
		["{ not: { field: to.domain, in: [acme.com] } }", "effect: deny"],
		["{ field: to.domain, in: [gmail.com] }", "effect: deny"],
		["{ not: { field: to.domain, in: [gmail.com] } }", "effect: allow"],
		["{ field: to.domain, not_in: [acme.com] }", "effect: deny"],
		["{ field: to.domain, not_in: [gmail.com] }", "effect: allow"],
		["{ not: { not: { field: to.domain, in: [acme.com] } } }", "effect: allow"],
		["{ all: [{ any: [{ field: to.domain, in: [gmail.com] }] }] }", "effect: deny"],
	];
	for (const [when, effect] of forms) {
		const role = guard(when, effect);
		test.each([
			["to", mail(two)],
			["to, turned round", mail([...two].reverse())],
			["cc", mail("a@acme.com", { cc: "e@gmail.com" })],
			["bcc", mail("a@acme.com", { bcc: ["b@acme.com", "e@gmail.com"] })],
			["reply_to", mail("a@acme.com", { reply_to: "e@gmail.com" })],
		])(`${when} ${effect}: deny, hidden in %s`, (_name, input) => {
			expect(verdictOf(role, "mail.send", input).verdict).toBe("deny");
		});
		test(`${when} ${effect}: allow without the stranger`, () => {
			expect(verdictOf(role, "mail.send", mail(["a@acme.com", "b@acme.com"])).verdict).toBe("allow");
		});
	}

	test("match overrides", () => {
		const any = guard("{ field: to.domain, in: [acme.com], match: any }");
		expect(verdictOf(any, "mail.send", mail(two)).verdict).toBe("allow");
		const all = guard("{ field: to.domain, in: [gmail.com], match: all }", "effect: deny");
		expect(verdictOf(all, "mail.send", mail(two)).verdict).toBe("allow");
	});

	test.each([
		["{ field: cc.domain, in: [acme.com] }", "effect: allow", "deny"],
		["{ field: cc.domain, in: [acme.com], allow_empty: true }", "effect: allow", "allow"],
		["{ field: cc.domain, in: [gmail.com] }", "effect: deny", "allow"],
		["{ not: { field: cc.domain, in: [gmail.com] } }", "effect: allow", "allow"],
		["{ not: { field: cc.domain, in: [acme.com] } }", "effect: deny", "deny"],
		["{ field: cc.count, eq: 0 }", "effect: allow", "allow"],
		["{ field: cc, exists: false }", "effect: allow", "allow"],
	])("an absent and an empty list: %s %s: %s", (when, effect, wanted) => {
		const role = guard(when, effect);
		expect(verdictOf(role, "mail.send", mail("a@acme.com")).verdict).toBe(wanted);
		expect(verdictOf(role, "mail.send", mail("a@acme.com", { cc: [] })).verdict).toBe(wanted);
	});
});

describe("what the role does not grant", () => {
	test("is denied whether it exists or not, with the same words", () => {
		const role = guardsOf(
			"  []\n",
			allActions.filter(({ name }) => name !== "shop.list"),
		);
		expect(verdictOf(role, "shop.list", {})).toEqual({
			verdict: "deny",
			matched_guard: null,
			reason_code: "not_in_scope",
			reason: "action 'shop.list' is not in the role's scope",
			facts: [],
			approvable: false,
			retry_at: null,
			limit: null,
			review: null,
		});
		const long = `mail.${"x".repeat(200)}`;
		expect(verdictOf(role, long, {}).reason).toBe(`action '${long.slice(0, 128)}…' is not in the role's scope`);
		const short = `mail.${"x".repeat(123)}`;
		expect(verdictOf(role, short, {}).reason).toBe(`action '${short}' is not in the role's scope`);
	});
});

test("an input that does not fit is denied before any guard, with the first mistake and how many more there are", () => {
	const role = guardsOf("  - { id: g, action: mail.send, effect: deny }\n");
	expect(verdictOf(role, "mail.send", { to: "a@acme.com", subject: 7, body: "x" })).toMatchObject({
		verdict: "deny",
		matched_guard: null,
		reason_code: "invalid_input",
		reason: expect.stringMatching(/^subject: [^(]+$/),
		facts: [],
	});
	expect(verdictOf(role, "mail.send", { to: "a@acme.com", subject: 7, body: 7, cc: 7 }).reason).toMatch(/ \(and 2 more\)$/);
	expect(verdictOf(role, "mail.send", []).reason).toMatch(/^input: /);
});

describe("indeterminate takes the stricter of effect and otherwise", () => {
	const pay = (when: string, rest: string) => guardsOf(`  - { id: g, action: shop.order.pay, when: ${when}, ${rest} }\n`);
	test.each([
		["effect: review, otherwise: allow", "review"],
		["effect: allow, otherwise: review", "review"],
		["effect: allow, otherwise: deny", "deny"],
		["effect: deny, otherwise: allow", "deny"],
		["effect: deny, otherwise: review", "deny"],
		["effect: review, otherwise: deny", "deny"],
	])("%s: %s", (rest, wanted) => {
		for (const when of [
			"{ field: amount, gt: 1000 }",
			"{ not: { field: amount, gt: 1000 } }",
			"{ field: amount, in: [1, 2] }",
			"{ field: amount, ne: 7 }",
		]) {
			const role = pay(when, rest);
			for (const input of [{}, { amount: "5000" }, { amount: "" }]) {
				expect(verdictOf(role, "shop.order.pay", input)).toMatchObject({
					verdict: wanted,
					reason_code: "guard_indeterminate",
					facts: [{ when: null }],
				});
			}
		}
	});

	test.each([[null], [[]], [{}], [Number.NaN], [Number.POSITIVE_INFINITY], [true], [[["5"]]], [[null]]])(
		"amount %j holds the call",
		(amount) => {
			const role = pay("{ field: amount, gt: 1000 }", "effect: review, otherwise: allow");
			expect(uncheckedVerdictOf(role, "shop.order.pay", { amount: amount as never }).verdict).toBe("review");
		},
	);

	test("what a caller puts on an object is never taken for a derived field", () => {
		const role = guard("{ field: to.domain, in: [acme.com] }");
		for (const to of [{ domain: "acme.com" }, [{ domain: "acme.com" }], { domain: "acme.com", local: "a" }]) {
			expect(verdictOf(role, "mail.send", mail(to as never)).verdict).toBe("deny");
			expect(uncheckedVerdictOf(role, "mail.send", { to: to as never })).toMatchObject({
				verdict: "deny",
				reason_code: "guard_indeterminate",
			});
		}
		const count = guard("{ field: to.count, lte: 1 }");
		expect(uncheckedVerdictOf(count, "mail.send", { to: { count: 1 }, cc: ["a@b.cc", "b@b.cc"] }).verdict).toBe("deny");
	});

	test("a property that the schema declares is the property, even under a derived field's name", () => {
		const role = pay("{ field: order.domain, eq: x }", "effect: allow");
		expect(verdictOf(role, "shop.order.pay", { order: { domain: "x" } }).verdict).toBe("allow");
		expect(verdictOf(role, "shop.order.pay", { order: { domain: "y" } }).verdict).toBe("deny");
	});

	test("only own properties are read", () => {
		const role = pay("{ field: order.total, gt: 1 }", "effect: deny");
		const inherited = Object.create({ order: { total: 0 } });
		expect(uncheckedVerdictOf(role, "shop.order.pay", inherited)).toMatchObject({
			verdict: "deny",
			reason_code: "guard_indeterminate",
		});
	});
});

describe("Kleene's tables", () => {
	/** One atom for each truth value: the amount is 1, the currency is missing. */
	const atoms: [string, boolean | null][] = [
		["{ field: amount, eq: 1 }", true],
		["{ field: amount, eq: 2 }", false],
		["{ field: currency, eq: EUR }", null],
	];
	const whenOf = (condition: string) => {
		const role = guardsOf(`  - { id: g, action: shop.order.pay, effect: allow, when: ${condition} }\n`);
		return verdictOf(role, "shop.order.pay", { amount: 1 }).facts[0]?.when;
	};
	const and = (a: boolean | null, b: boolean | null) =>
		a === false || b === false ? false : a === null || b === null ? null : true;
	const or = (a: boolean | null, b: boolean | null) =>
		a === true || b === true ? true : a === null || b === null ? null : false;
	test("with a counter among the parts, wherever it stands and whatever it comes to", () => {
		const parts: [string, boolean | null | "counter"][] = [...atoms, ["{ field: rate.per_day, lte: 2 }", "counter"]];
		const rows = (length: number): (typeof parts)[] =>
			length === 0 ? [[]] : rows(length - 1).flatMap((row) => parts.map((part) => [...row, part]));
		for (const row of [1, 2, 3].flatMap(rows))
			for (const [word, fold] of [
				["all", and],
				["any", or],
			] as const) {
				const when = `{ ${word}: [${row.map(([text]) => text).join(", ")}] }`;
				for (const [turned, is] of [
					[when, (outcome: boolean | null) => outcome],
					[`{ not: ${when} }`, (outcome: boolean | null) => (outcome === null ? null : !outcome)],
				] as const) {
					const role = guardsOf(`  - { id: g, action: shop.order.pay, effect: allow, when: ${turned} }\n`);
					for (const count of [0, 5]) {
						const outcomes = row.map(([, outcome]) => (outcome === "counter" ? count < 2 : outcome));
						const came = verdictOf(role, "shop.order.pay", { amount: 1 }, {}, countersOf(count)).facts[0]?.when;
						expect([turned, count, came]).toEqual([turned, count, is(outcomes.reduce(fold))]);
					}
				}
			}
	});
	for (const [left, a] of atoms) {
		test(`not ${a}`, () => expect(whenOf(`{ not: ${left} }`)).toBe(a === null ? null : !a));
		for (const [right, b] of atoms) {
			test(`${a} and ${b}`, () => expect(whenOf(`{ all: [${left}, ${right}] }`)).toBe(and(a, b)));
			test(`${a} or ${b}`, () => expect(whenOf(`{ any: [${left}, ${right}] }`)).toBe(or(a, b)));
		}
	}
});

describe("what is said", () => {
	test("the tour's two phrases", () => {
		const verdict = verdictOf(guard("{ field: to.domain, in: [acme.com] }"), "mail.send", mail("eve@gmail.com"));
		expect(verdict).toEqual({
			verdict: "deny",
			matched_guard: "g",
			reason_code: "guard_denied",
			reason: "recipient domain 'gmail.com' not in allowlist",
			facts: [
				{ guard: "g", when: false, took: "deny", saw: { "to.domain": "gmail.com" }, detail: "domain gmail.com not allowed" },
			],
			approvable: false,
			retry_at: null,
			limit: null,
			review: null,
		});
	});

	test("an allowed call's guards are still listed, and shadow guards with their mark", () => {
		const role = guardsOf(
			"  - { id: s, action: mail.send, mode: shadow, effect: deny }\n  - { id: g, action: mail.send, when: { field: to.domain, in: [acme.com] } }\n",
		);
		expect(verdictOf(role, "mail.send", mail("a@acme.com"))).toMatchObject({
			verdict: "allow",
			matched_guard: "g",
			reason_code: null,
			reason: null,
			approvable: false,
			retry_at: null,
			limit: null,
			review: null,
			facts: [
				{ guard: "s", when: true, took: "deny", saw: {}, detail: "not allowed", shadow: true },
				{ guard: "g", when: true, took: "allow", saw: { "to.domain": "acme.com" } },
			],
		});
	});

	test("guards after the one that denied are not told, those after one that held are", () => {
		const role = (first: string) =>
			guardsOf(
				`  - { id: a, action: mail.send, effect: ${first} }\n  - { id: s, action: mail.send, effect: review, mode: shadow }\n  - { id: b, action: mail.send, effect: deny, when: { field: to, exists: false } }\n`,
			);
		const told = (first: string) => verdictOf(role(first), "mail.send", mail("a@acme.com")).facts.map((fact) => fact.guard);
		expect(told("deny")).toEqual(["a"]);
		expect(told("review")).toEqual(["a", "s", "b"]);
	});

	test("a call as text and as bytes comes to the same, and what is no JSON to a denial", () => {
		const role = guardsOf("  - { id: g, action: mail.send, when: { field: to.domain, in: [acme.com] } }\n");
		const tried = (text: string, action = "mail.send") => {
			const verdicts = [text, new TextEncoder().encode(text)].map((input) => tryCall(role, action, input, facts, countersOf(0)));
			expect(verdicts[0]).toEqual(verdicts[1]);
			return [verdicts[0]?.verdict, verdicts[0]?.reason_code];
		};
		expect(tried(JSON.stringify(mail("a@ACME.com")))).toEqual(["allow", null]);
		expect(tried(JSON.stringify(mail("a@gmail.com")))).toEqual(["deny", "guard_denied"]);
		expect(tried(JSON.stringify(mail("a b@acme.com")))).toEqual(["deny", "invalid_input"]);
		expect(tried('{"to":"a@gmail.com","to":"a@acme.com","subject":"Hi","body":"x"}')).toEqual(["deny", "invalid_input"]);
		expect(tried("{", "mail.nothing")).toEqual(["deny", "not_in_scope"]);
		const bytes = new Uint8Array([0x22, 0xff, 0x22]);
		expect(tryCall(role, "mail.send", bytes, facts, countersOf(0))).toMatchObject({
			reason_code: "invalid_input",
			reason: expect.stringContaining("UTF-8"),
		});
	});

	test("reviews become one with the strictest terms; the first is matched", () => {
		const role = guardsOf(
			"  - { id: a, action: mail.send, effect: review, review: { approvals: 1, expires: 1h, self_approval: true } }\n  - { id: b, action: mail.send, effect: review, review: { approvals: 3, expires: 2h } }\n",
		);
		expect(verdictOf(role, "mail.send", mail("a@acme.com"))).toMatchObject({
			verdict: "review",
			matched_guard: "a",
			approvable: true,
			reason: "held for review by guard 'a'",
			review: { guards: ["a", "b"], approvals: 3, expires_ms: 3_600_000, self_approval: false },
		});
	});
	test("one that only others may approve makes them all so", () => {
		const terms = (rest: string) =>
			verdictOf(
				guardsOf(
					`  - { id: a, action: mail.send, effect: review, review: { ${rest} } }\n  - { id: b, action: mail.send, effect: review }\n`,
				),
				"mail.send",
				mail("a@acme.com"),
			).review;
		expect(terms("self_approval: false")).toMatchObject({ self_approval: false, others_only: true });
		expect(terms("approvals: 1")).not.toHaveProperty("others_only");
	});

	test("an agent's owner may approve where every guard lets him", () => {
		const self = "effect: review, review: { self_approval: true }";
		const role = guardsOf(`  - { id: a, action: mail.send, ${self} }\n  - { id: b, action: mail.send, ${self} }\n`);
		expect(verdictOf(role, "mail.send", mail("a@acme.com")).review).toMatchObject({ self_approval: true });
	});

	test("a value that is kept off the log is quoted nowhere, nor what is derived from it", () => {
		const secret = "TOP-SECRET";
		const conditions = [
			`{ field: body, ne: ${secret} }`,
			`{ field: body, not_in: [${secret}, other] }`,
			`{ not: { field: body, eq: ${secret} } }`,
			"{ field: body, eq: wanted }",
			"{ field: body.length, lte: 3 }",
			"{ field: body.domain, in: [acme.com] }",
		];
		for (const when of conditions) {
			const verdict = verdictOf(guard(when), "mail.send", { to: "a@acme.com", subject: "Hi", body: secret });
			expect(verdict.verdict).toBe("deny");
			expect(JSON.stringify(verdict)).not.toContain(secret);
		}
		const verdict = verdictOf(guard("{ field: body, eq: wanted }"), "mail.send", {
			to: "a@acme.com",
			subject: "Hi",
			body: secret,
		});
		expect(verdict.facts[0]?.saw).toEqual({ body: { type: "string", length: 10, digest: "digest-10" } });
		expect(verdict.reason).toBe("body (string, length 10, digest digest-10) is not the value that is allowed");
	});

	test.each([
		["{ field: FIELD, contains: abc, ci: true }", "effect: deny", ["x", "ABC"], "'ABC'"],
		["{ field: FIELD, not_contains: abc, ci: true }", "effect: allow", ["x", "ABC", "d"], "'ABC'"],
		["{ field: FIELD, contains: abc }", "effect: allow", ["x"], "'abc'"],
		["{ field: FIELD, contains_all: [abc, d], ci: true }", "effect: deny", ["ABC", "D"], "'abc'"],
	])("what a list has, or lacks, is told where it may stand on the log, and nowhere else: %s %s", (when, rest, values, told) => {
		const verdict = (field: string) => {
			const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when.replace("FIELD", field)}, ${rest} }\n`);
			return uncheckedVerdictOf(role, "shop.parcel.send", { [field]: values });
		};
		const { verdict: denied, reason } = verdict("tags");
		expect([denied, reason]).toEqual(["deny", expect.stringContaining(told)]);
		expect(JSON.stringify(verdict("wishes"))).not.toMatch(/abc/i);
	});

	test("long values are cut on the log and carry a digest", () => {
		const role = guardsOf("  - { id: g, action: shop.order.pay, when: { field: currency, eq: EUR } }\n");
		const verdict = verdictOf(role, "shop.order.pay", { currency: `${"x".repeat(1_023)}😀${"y".repeat(3_000)}` });
		expect(verdict.facts[0]?.saw).toEqual({
			currency: { type: "string", length: 4_025, digest: "digest-4025", start: "x".repeat(1_023) },
		});
		expect((verdict.reason ?? "").length).toBeLessThan(400);
	});

	const saw = (field: string, input: JsonObject) =>
		uncheckedVerdictOf(
			guardsOf(`  - { id: g, action: shop.order.pay, when: { field: ${field}, exists: true } }\n`),
			"shop.order.pay",
			input,
		).facts[0]?.saw[field];

	test("a text of 1,024 units is told whole, half a pair never, and of lists 64 values", () => {
		const told = (text: string) => {
			const seen = saw("currency", { currency: text });
			return typeof seen === "string" ? seen.length : (seen as { start: string }).start.length;
		};
		expect(saw("currency", { currency: "x".repeat(1_024) })).toBe("x".repeat(1_024));
		expect(saw("currency", { currency: "x".repeat(1_025) })).toEqual({
			type: "string",
			length: 1_025,
			digest: "digest-1025",
			start: "x".repeat(1_024),
		});
		const start = "x".repeat(1_022);
		const ends = ["x\u{10000}", "x\u{10ffff}", "\u{10000}x", "x\ud7ffx", "x\ue000x"];
		expect(ends.map((end) => told(`${start}${end}`))).toEqual([1_023, 1_023, 1_024, 1_024, 1_024]);

		const list = (length: number) => Array.from({ length }, (_, n) => `t${n}`);
		expect(saw("tags", { tags: list(1) })).toBe("t0");
		expect(saw("tags", { tags: [] })).toEqual([]);
		expect(saw("tags", { tags: list(64) })).toEqual(list(64));
		expect(saw("tags", { tags: list(66) })).toEqual([...list(64), { more: 2 }]);
	});

	test("what is no text is told as it is, or cut as its JSON", () => {
		expect([{ total: 7 }, null, 7, true].map((order) => saw("order", { order }))).toEqual([{ total: 7 }, null, 7, true]);
		const long = { total: "x".repeat(1_012) };
		expect(saw("order", { order: long })).toEqual(long);
		expect(saw("order", { order: { total: `${long.total}x` } })).toEqual({
			type: "object",
			length: 1_025,
			digest: "digest-1025",
			start: `{"total":"${long.total}x"`,
		});
		expect(
			["ab", 7, true, null, { a: 1 }, [["a"]]].map((note) => {
				const seen = saw("note", { note });
				return Array.isArray(seen) ? seen : [(seen as JsonObject)["type"], (seen as JsonObject)["length"]];
			}),
		).toEqual([
			["string", 2],
			["number", 1],
			["boolean", 4],
			["null", 4],
			["object", 7],
			["array", 5],
		]);
		expect(saw("note", {})).toBe(null);
	});

	test("what stands within a logged field is logged, and what stands beside or around it is not", () => {
		const saw = (field: string, input: JsonObject) =>
			uncheckedVerdictOf(
				guardsOf(`  - { id: g, action: shop.parcel.send, when: { field: '${field}', exists: true } }\n`),
				"shop.parcel.send",
				input,
			).facts[0]?.saw[field];
		const address = { city: "Vienna", lines: ["a", "b"] };
		expect(saw("address.city", { address })).toBe("Vienna");
		expect(saw("parts[].tags[0]", { parts: [{ tags: ["a"] }] })).toBe("a");
		for (const field of ["address", "address.lines", "extra.city", "sender", "sender.domain"])
			expect(JSON.stringify([field, saw(field, { address, extra: { city: "Vienna" }, sender: "Vienna@Vienna.at" })])).not.toMatch(
				/Vienna|"a"/i,
			);
	});

	test.each([
		["{ during: { days: mon-fri } }", ["time.weekday", "time.hour", "time.minute"]],
		["{ field: time.date, eq: 2026-11-22 }", ["time.date"]],
		["{ field: agent.name, eq: helpdesk-bot }", ["agent.name"]],
		["{ field: tags, in: { field: wishes } }", ["tags", "wishes"]],
		["{ not: { all: [{ field: weight, lte: 1 }, { any: [{ field: service, eq: a }] }] } }", ["weight", "service"]],
		["{ field: parts, every: { field: size, lte: { field: price } } }", ["parts[].size", "parts[].price"]],
		["{ field: parts, some: { field: name, eq: { field: input.service } } }", ["parts[].name", "input.service"]],
		["{ field: parts, some: { field: pieces, none: { field: kind, eq: a } } }", ["parts[].pieces[].kind"]],
		["{ field: parts, some: { during: { from: '09:00', to: '10:00' } } }", ["time.weekday", "time.hour", "time.minute"]],
		["{ field: rate.per_day, by: tags, lte: 3 }", ["tags"]],
		["{ field: rate.per_day, by: role, lte: 3 }", []],
		["{ field: sum.weight.per_day, by: tags, lte: 3 }", ["weight", "tags"]],
		["{ field: 'sum.parts[].size.per_day', lte: 3 }", ["parts[].size"]],
		["{ field: 'parts[].pieces.count', lte: 3 }", ["parts[].pieces.count"]],
		["{ field: 'sum.extra.a[0].b.per_day', lte: 3 }", ["extra.a[0].b"]],
	])("the log tells each field that is looked at: %s", (when, fields) => {
		const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when} }\n`);
		const { facts: told } = uncheckedVerdictOf(role, "shop.parcel.send", {
			weight: 1,
			service: "a",
			tags: ["a"],
			wishes: ["a"],
			parts: [{ name: "n", size: 1, pieces: [{ kind: "k" }] }],
			inserts: [{ name: "m", pieces: [{ kind: "l" }, {}] }],
		});
		const saw = told[0]?.saw as JsonObject;
		expect(Object.keys(saw).filter((name) => !/^(rate|sum)[.]/.test(name))).toEqual(fields);
		if ("parts[].name" in saw) expect(saw["parts[].name"]).toEqual(["n", { type: "string", length: 1, digest: "digest-1" }]);
		if ("parts[].pieces.count" in saw)
			expect(saw["parts[].pieces.count"]).toEqual([1, { type: "number", length: 1, digest: "digest-1" }]);
		if ("parts[].pieces[].kind" in saw)
			expect(saw["parts[].pieces[].kind"]).toEqual(["k", { type: "string", length: 1, digest: "digest-1" }, null]);
	});

	test("a value of 256 units is said whole, a longer one is cut", () => {
		const role = guardsOf("  - { id: g, action: shop.order.pay, when: { field: currency, eq: EUR } }\n");
		const reason = (currency: string) => verdictOf(role, "shop.order.pay", { currency }).reason;
		expect(reason("x".repeat(256))).toBe(`currency '${"x".repeat(256)}' is not 'EUR'`);
		expect(reason("x".repeat(257))).toBe(`currency '${"x".repeat(256)}…' is not 'EUR'`);
	});

	test("facts of the agent and the request", () => {
		const role = guardsOf(
			"  - { id: g, action: mail.send, when: { all: [{ field: agent.name, eq: helpdesk-bot }, { field: request.country, in: [AT] }] } }\n",
		);
		expect(verdictOf(role, "mail.send", mail("a@acme.com"), { request: { country: "AT" } }).verdict).toBe("allow");
		expect(verdictOf(role, "mail.send", mail("a@acme.com"), { request: { country: "DE" } })).toMatchObject({
			verdict: "deny",
			reason: "request.country 'DE' not in allowlist",
		});
		expect(verdictOf(role, "mail.send", mail("a@acme.com"), { request: {} })).toMatchObject({
			verdict: "deny",
			reason_code: "guard_indeterminate",
		});
		const label = guardsOf("  - { id: g, action: mail.send, when: { field: agent.labels.tostring, eq: x } }\n");
		expect(verdictOf(label, "mail.send", mail("a@acme.com"), { agent: { ...facts.agent, labels: {} } }).reason_code).toBe(
			"guard_indeterminate",
		);
	});
});

describe("what the naive reading of the language found", () => {
	const parcel = (when: string, rest = "effect: allow") =>
		guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when}, ${rest} }\n`);
	const whenOf = (when: string, input: JsonObject, rest?: string) =>
		uncheckedVerdictOf(parcel(when, rest), "shop.parcel.send", input).facts[0]?.when;

	test("a fresh recipient does not hide one that is over its limit, whichever way the guard is written", () => {
		const counts: Counters = {
			...countersOf(0),
			count: (_actions, _seconds, series) => (series?.key.includes("known@b.cc") === true ? 9 : 0),
		};
		for (const rest of [
			"when: { field: rate.per_day, by: to, gt: 5 }, effect: deny",
			"when: { field: rate.per_day, by: to, lte: 5 }",
			"when: { not: { field: rate.per_day, by: to, gt: 5 } }",
			"when: { not: { field: rate.per_day, by: to, lte: 5 } }, effect: deny",
		]) {
			const role = guardsOf(`  - { id: g, action: mail.send, ${rest} }\n`);
			expect(verdictOf(role, "mail.send", mail(["known@b.cc"]), {}, counts).verdict).toBe("deny");
			expect(verdictOf(role, "mail.send", mail(["known@b.cc", "fresh@b.cc"]), {}, counts).verdict).toBe("deny");
			expect(verdictOf(role, "mail.send", mail(["fresh@b.cc"]), {}, counts).verdict).toBe("allow");
		}
	});

	test("a local part is counted in one case, as an address is", () => {
		const role = guardsOf("  - { id: g, action: mail.send, when: { field: rate.per_day, by: to.local, lte: 5 } }\n");
		const keys = (to: string) => decide(role, { action: "mail.send", input: mail(to) }, facts).uses?.map(({ key }) => key);
		expect(keys("Eve@b.cc")).toEqual(keys("eve@b.cc"));
	});

	test("a default is for what is missing, not for a list that is empty", () => {
		const when = "{ field: tags, in: [a], default: a }";
		expect(whenOf(when, {})).toBe(true);
		expect(whenOf(when, { tags: [] })).toBe(null);
		expect(whenOf("{ field: 'parts[].price', lte: 5, default: 0 }", { parts: [] })).toBe(null);
		expect(whenOf("{ field: 'parts[].price', lte: 5, default: 0 }", { parts: [{}] })).toBe(true);
	});

	test("an empty list compared with a field is an empty list", () => {
		const when = "{ field: tags, eq: { field: service } }";
		expect(whenOf(when, { service: "a" }, "effect: deny")).toBe(false);
		expect(whenOf(when, { service: "a" })).toBe(null);
		expect(whenOf("{ field: tags, eq: { field: service }, allow_empty: true }", { service: "a" })).toBe(true);
		expect(whenOf(when, { tags: ["a"] }, "effect: deny")).toBe(null);
	});

	test("a default is for what is missing among several, and for nothing beside it", () => {
		const when = "{ field: 'parts[].size', lte: 3, default: 0 }";
		expect(whenOf(when, { parts: [{ size: 9 }, {}] })).toBe(false);
		expect(whenOf(when, { parts: [{}, { size: 2 }] })).toBe(true);
		expect(whenOf("{ field: 'parts[].size', lte: 3, default: 9 }", { parts: [{}, { size: 2 }] })).toBe(false);
	});

	test("facts and parts of the time are texts, looked through for their parts", () => {
		expect(whenOf("{ field: agent.name, contains: desk }", {})).toBe(true);
		expect(whenOf("{ field: agent.name, contains: helpdesk-bot, match: all }", {})).toBe(true);
		expect(whenOf("{ field: agent.name, not_contains: desk }", {})).toBe(false);
		expect(whenOf("{ field: request.ip, contains_all: ['203.', '.7'] }", {})).toBe(true);
	});

	test("a value that is kept off the log stays off it beside one of a covered field that is not", () => {
		const actions = allActions.map((action) => (action.name === "shop.parcel.send" ? { ...action, logged: ["copies"] } : action));
		const role = guardsOf("  - { id: g, action: shop.parcel.send, when: { field: receivers, in: [a@b.cc] } }\n", actions);
		const verdict = uncheckedVerdictOf(role, "shop.parcel.send", { receivers: ["secret@b.cc"], copies: ["a@b.cc", "c@b.cc"] });
		expect(verdict.verdict).toBe("deny");
		expect(JSON.stringify(verdict)).not.toContain("secret");
		expect(JSON.stringify(verdict.facts[0]?.saw)).toContain("c@b.cc");
	});

	test("a null is a null, where the schema has one, and nothing else is", () => {
		const inputs: JsonObject[] = [{ maybe: null }, { maybe: "a" }, {}];
		const of = (when: string) => inputs.map((input) => whenOf(when, input));
		expect(of("{ field: maybe, eq: null }")).toEqual([true, null, null]);
		expect(of("{ field: maybe, in: [null, a] }")).toEqual([true, true, null]);
		expect(of("{ field: maybe, ne: a }")).toEqual([null, false, null]);
		expect(of("{ field: maybe, in: [null, A], ci: true }")).toEqual([true, true, null]);
		for (const a of [{ b: null }, [null], [[null]], "null", 0, false])
			expect([a, whenOf("{ field: extra.a, eq: null, match: all }", { extra: { a } })]).toEqual([
				a,
				JSON.stringify(a) === "[null]" ? true : null,
			]);
		// A text that there is no work left to fold is no null.
		expect(whenOf("{ field: maybe, in: [null, x], ci: true }", { maybe: "Σ".repeat(70_000) })).toBe(null);
	});

	test("a null is no list of one", () => {
		expect(whenOf("{ field: tags.count, lte: 5 }", { tags: null })).toBe(null);
	});

	test("in an element what is no list counts one, and a null cannot be counted", () => {
		const of = (tags: JsonObject[string]) => whenOf("{ field: 'parts[].tags.count', eq: 1 }", { parts: [{ tags }] });
		expect([of(["a"]), of(["a", "b"]), of([]), of("a"), of(null)]).toEqual([true, false, false, true, null]);
		expect(whenOf("{ field: 'parts[].tags.count', eq: 1 }", { parts: [{ tags: ["a"] }, { tags: ["b"] }] })).toBe(true);
		expect(whenOf("{ field: 'parts[].tags.count', eq: 1 }", { parts: [{ tags: ["a"] }, {}] })).toBe(null);
		const first = (parts: JsonObject[string]) => whenOf("{ field: 'parts[0].tags.count', eq: 1 }", { parts });
		expect([first([{ tags: ["a"] }]), first({ tags: ["a"] }), first([])]).toEqual([true, true, false]);
		expect(whenOf("{ field: 'parts[1].tags.count', eq: 1 }", { parts: { tags: ["a"] } })).toBe(false);
	});

	test("what a list covers is counted in each of its elements too", () => {
		const when = "{ field: 'parts[].tags.count', lte: 1 }";
		expect(whenOf(when, { parts: [{ tags: ["a"] }] })).toBe(true);
		expect(whenOf(when, { parts: [{ tags: ["a"] }], inserts: [{ tags: ["a", "b"] }] })).toBe(false);
	});

	test("a value is named by the field that it came in, among all that are covered", () => {
		const role = guard("{ field: to.domain, in: [acme.com] }");
		const reason = (more: JsonObject) => verdictOf(role, "mail.send", mail(["a@acme.com", "b@acme.com"], more)).reason;
		expect(reason({ cc: ["c@acme.com"], bcc: ["e@gmail.com"] })).toBe("bcc recipient domain 'gmail.com' not in allowlist");
		expect(reason({ cc: ["e@gmail.com"], bcc: ["c@acme.com"] })).toBe("cc recipient domain 'gmail.com' not in allowlist");
	});

	test("a default is for a fact that nobody vouches for, and for a list deep within that is missing", () => {
		const country = guard("{ field: request.country, in: [AT], default: AT }");
		const from = (request: JsonObject) => verdictOf(country, "mail.send", mail("a@acme.com"), { request }).verdict;
		expect([from({}), from({ country: "AT" }), from({ country: "DE" })]).toEqual(["allow", "allow", "deny"]);
		const lines = "{ field: address.lines, eq: a, default: a }";
		for (const input of [{ address: {} }, {}, { address: { lines: ["a"] } }] as JsonObject[])
			expect([input, whenOf(lines, input)]).toEqual([input, true]);
		expect(whenOf(lines, { address: { lines: [] } })).toBe(null);
		const each = "{ field: 'extra.list[].a', eq: a, default: a }";
		for (const input of [{ extra: {} }, {}, { extra: { list: [{}] } }] as JsonObject[])
			expect([input, whenOf(each, input)]).toEqual([input, true]);
		expect(whenOf(each, { extra: { list: [] } })).toBe(null);
	});

	test("what cannot be counted is not none", () => {
		for (const effect of ["effect: allow", "effect: deny"]) {
			const of = (condition: string, input: JsonObject) => whenOf(condition, input, effect);
			for (const address of ["text", null, ["a"], { lines: null }])
				expect([address, of("{ field: address.lines.count, gt: 5 }", { address })]).toEqual([address, null]);
			expect(of("{ field: tags.count, gt: 5 }", { tags: null })).toBe(null);
			expect(of("{ field: receivers.count, eq: 1 }", { receivers: "a@b.cc" })).toBe(true);
			expect(of("{ field: receivers.count, eq: 3 }", { receivers: "a@b.cc", copies: ["a@b.cc", "b@b.cc"] })).toBe(true);
			expect(of("{ field: 'parts[].tags.count', eq: 1 }", { parts: { tags: ["a"] } })).toBe(true);
			expect(of("{ field: 'tags[]', eq: ab }", { tags: "ab" })).toBe(true);
			expect(of("{ field: 'parts[].name', eq: ab }", { parts: { name: "ab" } })).toBe(true);
		}
	});

	test("where no schema says that there is a list, a missing one cannot be told from one that is not", () => {
		for (const effect of ["effect: allow", "effect: deny"]) {
			const of = (quantifier: string, input: JsonObject) => whenOf(`{ field: extra.list, ${quantifier} }`, input, effect);
			for (const quantifier of ["some", "every", "none"])
				for (const input of [{}, { extra: {} }, { extra: "text" }] as JsonObject[])
					for (const inner of ["{ field: a, eq: 1 }", "{ field: a, exists: false }"])
						expect([quantifier, input, inner, of(`${quantifier}: ${inner}`, input)]).toEqual([quantifier, input, inner, null]);
			expect(of("some: { field: a, eq: 1 }", { extra: { list: [{ a: 2 }, { a: 1 }] } })).toBe(true);
			const parts = (quantifier: string) => whenOf(`{ field: parts, ${quantifier}: { field: name, eq: a } }`, {}, effect);
			expect([parts("some"), parts("none"), parts("every")]).toEqual([false, true, null]);
		}
	});

	test("a place in a list stands for all of what the field covers", () => {
		const when = "{ field: 'receivers[0].domain', in: [acme.com] }";
		expect(whenOf(when, { receivers: ["a@acme.com", "e@gmail.com"] })).toBe(true);
		expect(whenOf(when, { receivers: ["a@acme.com"], copies: ["a@acme.com", "e@gmail.com"] })).toBe(false);
		expect(whenOf("{ field: 'receivers[1].domain', in: [acme.com] }", { receivers: ["e@gmail.com", "a@acme.com"] })).toBe(true);
		expect(whenOf("{ field: 'parts[0].name', eq: a }", { parts: [{ name: "a" }], inserts: [{ name: "a" }, { name: "b" }] })).toBe(
			false,
		);
	});

	test("in an element a field of a derived one's name is the field", () => {
		const of = (condition: string, element: JsonObject[string]) =>
			whenOf(`{ field: extra.list, some: ${condition} }`, { extra: { list: [element] } }, "effect: deny");
		expect(of("{ field: domain, eq: x }", { domain: "x" })).toBe(true);
		expect(of("{ field: count, eq: 2 }", { count: 2 })).toBe(true);
		expect(of("{ field: domain, exists: true }", "a@acme.com")).toBe(null);
	});

	test("a part without its pieces hides none of another's", () => {
		const pieces = (condition: string, rest?: string) =>
			whenOf(`{ field: 'parts[].pieces', ${condition} }`, { parts: [{ name: "a" }, { pieces: [{ kind: "x" }] }] }, rest);
		expect(pieces("some: { field: kind, eq: x }")).toBe(true);
		expect(pieces("none: { field: kind, eq: x }")).toBe(false);
		expect(pieces("every: { field: kind, eq: y }")).toBe(false);
		expect(pieces("every: { field: kind, eq: x }")).toBe(null);
		expect(pieces("some: { field: kind, eq: y }", "effect: deny")).toBe(null);
	});

	test("a part without its pieces is no piece that lacks everything", () => {
		const input = { parts: [{ name: "a" }] };
		expect(whenOf("{ field: 'parts[].pieces', every: { field: kind, exists: false } }", input)).toBe(null);
		expect(whenOf("{ field: 'parts[].pieces', some: { field: count, lte: 5, default: 0 } }", input, "effect: deny")).toBe(null);
	});

	test("what a covered list keeps off the log is quoted for no element", () => {
		for (const when of [
			"{ field: parts, every: { field: name, eq: letter } }",
			"{ field: parts, every: { field: tags, in: [x] } }",
			"{ field: parts, every: { field: pieces, none: { field: kind, starts_with: SEC } } }",
		]) {
			const inserts = [{ name: "SECRET", tags: ["SECRET"], pieces: [{ kind: "SECRET" }] }];
			const verdict = uncheckedVerdictOf(parcel(when), "shop.parcel.send", {
				parts: [{ name: "letter", tags: ["x"], pieces: [] }],
				inserts,
			});
			expect(verdict.verdict).toBe("deny");
			expect(JSON.stringify(verdict)).not.toContain("SECRET");
		}
	});

	test("what both lists let be logged is quoted for an element of either", () => {
		const actions = allActions.map((action) =>
			action.name === "shop.parcel.send" ? { ...action, logged: ["parts.name", "inserts.name"] } : action,
		);
		const when = "{ field: parts, every: { field: name, eq: letter } }";
		const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when} }\n`, actions);
		const reason = (input: JsonObject) => uncheckedVerdictOf(role, "shop.parcel.send", input).reason;
		expect(reason({ parts: [{ name: "stamp" }] })).toContain("'stamp'");
		expect(reason({ parts: [{ name: "letter" }], inserts: [{ name: "stamp" }] })).toContain("'stamp'");
	});

	test("a list in an element is logged by its whole way, not by its own name", () => {
		const when = "{ field: parts, every: { field: pieces, every: { field: kind, eq: letter } } }";
		const reason = (logged: string[]) => {
			const actions = allActions.map((action) => (action.name === "shop.parcel.send" ? { ...action, logged } : action));
			const role = guardsOf(`  - { id: g, action: shop.parcel.send, when: ${when} }\n`, actions);
			return uncheckedVerdictOf(role, "shop.parcel.send", { parts: [{ pieces: [{ kind: "stamp" }] }] }).reason;
		};
		expect(reason(["parts.pieces.kind", "inserts.pieces.kind"])).toContain("'stamp'");
		expect(reason(["pieces.kind", "pieces", "kind"])).not.toContain("stamp");
	});

	test("a default is not for what is hidden behind a list, a text or a null where an object should be", () => {
		const when = "{ field: extra.who.name, ne: root, default: nobody }";
		expect(whenOf(when, { extra: { who: { name: "me" } } })).toBe(true);
		expect(whenOf(when, { extra: { who: {} } })).toBe(true);
		for (const who of [[{ name: "root" }], [], "root", null, 7]) {
			expect(whenOf(when, { extra: { who } })).toBe(null);
			expect(whenOf("{ field: extra.who.name, exists: false }", { extra: { who } })).toBe(null);
			expect(whenOf("{ field: 'extra.who.names[]', eq: root }", { extra: { who } }, "effect: deny")).toBe(null);
		}
	});

	test.each<[field: string, tests: string[], lists: JsonObject[string][]]>([
		[
			"tags",
			["eq: a", "ne: a", "in: [a, c]", "starts_with: a", "matches: ^a", "glob: 'a*'"],
			[["a"], ["b"], ["a", "b"], ["b", "a"], ["", "a"], ["b", ""], [7, "a"], ["a", null], ["A"]],
		],
		["weights", ["lte: 3", "gt: 3", "between: [1, 3]", "in: [3, 4]"], [[3], [4], [3, 4], [4, 3], ["3", 4], [3, "3"], [3, null]]],
		[
			"receivers.domain",
			["in: [acme.com]", "not_in: [acme.com]", "in: ['*.acme.com']", "not_in: ['*.acme.com']", "in: [acme.com, '*.acme.com']"],
			[
				["a@acme.com"],
				["a@x.acme.com"],
				["a@b.cc"],
				["a@acme.com", "a@x.acme.com"],
				["a@b.cc", "a@acme.com"],
				["a", "a@acme.com"],
				["a@b.cc", "a"],
			],
		],
		[
			"receivers",
			["eq: a@acme.com", "in: [a@acme.com, b@b.cc]"],
			[["a@acme.com"], ["A@acme.com"], ["c@b.cc"], ["c@b.cc", "a@acme.com"]],
		],
	])("twenty times the same values of %s come to what they come to once", (field, tests, lists) => {
		const name = field.replace(/\..*/, "");
		for (const one of tests)
			for (const rest of ["effect: allow", "effect: deny", "effect: review, otherwise: allow"]) {
				const role = parcel(`{ field: ${field}, ${one} }`, rest);
				const came = (list: JsonObject[string]) => {
					const { facts: seen, reason } = uncheckedVerdictOf(role, "shop.parcel.send", { [name]: list });
					return [list, seen[0]?.when, reason];
				};
				for (const list of lists) {
					const [, ...once] = came(list);
					const [, ...often] = came(new Array(20).fill(list).flat());
					expect([one, list, ...often]).toEqual([one, list, ...once]);
				}
			}
	});

	test("lists are compared pair by pair up to 100,000 pairs; one on the other side of `in` is one operand", () => {
		const many = (count: number) => Array.from({ length: count }, () => "a");
		const when = (operator: string, tags: number, wishes: number) =>
			whenOf(`{ field: tags, ${operator}: { field: wishes } }`, { tags: many(tags), wishes: many(wishes) });
		expect([when("eq", 400, 250), when("eq", 401, 250), when("eq", 250, 401)]).toEqual([true, null, null]);
		expect([when("in", 400, 400), when("starts_with", 400, 400), when("contains_any", 400, 400)]).toEqual([true, true, true]);
	});

	test("a list of addresses contains no text that is none", () => {
		const when = "{ field: receivers, contains: { field: sender } }";
		expect(whenOf(when, { receivers: ["a@b.cc"], sender: "a@b.cc" })).toBe(true);
		expect(whenOf(when, { receivers: ["a@b.cc"], sender: "b@b.cc" })).toBe(false);
		expect(whenOf(when, { receivers: ["a@b.cc"], sender: "a@b" })).toBe(null);
	});

	test("a value is among a list's, and a text among a text's parts, where a schema leaves open which of the two is there", () => {
		const of = (operator: string, a: JsonObject[string]) => whenOf(`{ field: extra.a, ${operator} }`, { extra: { a } });
		expect([[7], [8], [7, 8], ["7"], "7", 7].map((a) => of("contains: 7", a))).toEqual([true, false, true, null, null, null]);
		expect([[7], [8], "7", "a"].map((a) => of("not_contains: 7", a))).toEqual([false, true, null, null]);
		expect([["ab"], ["a"], "ab", "b", [["a"]]].map((a) => of("contains: a", a))).toEqual([false, true, true, false, null]);
		expect([[7, "b"], [7], "7b", "b"].map((a) => of("contains_any: [7, a]", a))).toEqual([true, true, null, null]);
		expect([["a", "b"], ["a"], "ab", "b"].map((a) => of("contains_all: [a, b]", a))).toEqual([true, false, true, false]);
		expect([["a", "b"], ["c"], "ab", "c", []].map((a) => of("not_contains: a", a))).toEqual([false, true, false, true, null]);
	});

	test("schemes and hosts are compared whatever the case in which their author writes them", () => {
		const of = (test: string, url: string) => whenOf(`{ field: url${test} }`, { url });
		expect(of(".scheme, eq: HTTPS", "https://acme.com/")).toBe(true);
		expect(of(".host, eq: ACME.com", "https://Acme.COM/")).toBe(true);
		expect(of(".host, in: ['*.ACME.com']", "https://www.acme.com/")).toBe(true);
		expect(of(".host, in: ['*.ACME.com']", "https://acme.com/")).toBe(false);
		expect(of(".host, eq: '2001:db8::1'", "https://[2001:db8::1]/")).toBe(true);
		expect(of(".host, eq: 192.0.2.1", "https://192.0.2.1/")).toBe(true);
	});

	test("the domains of two addresses of a call are compared as domains are", () => {
		const of = (operator: string) => `{ field: receivers.domain, ${operator}: { field: sender.domain } }`;
		const same = { receivers: "a@acme.com", sender: "b@ACME.com" };
		const other = { receivers: "a@acme.com", sender: "b@gmail.com" };
		for (const [operator, outcome] of [
			["eq", true],
			["ne", false],
			["in", true],
			["not_in", false],
			["starts_with", true],
		] as const) {
			expect(whenOf(of(operator), same)).toBe(outcome);
			expect(whenOf(of(operator), other)).toBe(!outcome);
			expect(whenOf(of(operator), { receivers: "a@acme.com" })).toBe(null);
			expect(whenOf(of(operator), { receivers: "a@acme.com", sender: "b@*.com" })).toBe(null);
		}
	});

	test("what lies deep behind a value that has no fields cannot be read, and is not missing", () => {
		for (const a of ["text", 7, null, [], ["b"]]) {
			const input: JsonObject = { extra: { a } };
			expect([a, whenOf("{ field: extra.a.b.c, eq: x, default: x }", input)]).toEqual([a, null]);
			expect([a, whenOf("{ field: extra.a.b.c, exists: false }", input)]).toEqual([a, null]);
			expect([a, whenOf("{ field: extra.a.b.c.d, exists: true }", input, "effect: deny")]).toEqual([a, null]);
		}
		expect(whenOf("{ field: extra.a.b.c, exists: false }", { extra: { a: {} } })).toBe(true);
		expect(whenOf("{ field: extra.a.b.c, eq: x, default: x }", { extra: {} })).toBe(true);
	});

	test("what is derived from a text that a schema leaves open", () => {
		const when = "{ field: extra.a.domain, in: [acme.com] }";
		const of = (a: JsonObject[string]) => whenOf(when, { extra: { a } });
		expect([of("x@acme.com"), of("x@b.cc"), of({ domain: "acme.com" }), of(7)]).toEqual([true, false, null, null]);
	});

	test("a field deep within what a schema leaves open can be named", () => {
		expect(whenOf("{ field: extra.a.b.c, eq: x }", { extra: { a: { b: { c: "x" } } } })).toBe(true);
		expect(
			whenOf("{ field: extra.list, every: { field: deep.name, eq: x } }", { extra: { list: [{ deep: { name: "x" } }] } }),
		).toBe(true);
	});
});
