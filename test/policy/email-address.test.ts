import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDomain } from "../../src/policy/domain-name.ts";
import { EMAIL_PATTERN, readEmailAddress } from "../../src/policy/email-address.ts";

const pattern = new RegExp(EMAIL_PATTERN, "u");
const long = (length: number) => "a".repeat(length);

/** Spellings that some mailer delivers and some parser reads another domain out of, or that are just no address. */
const refused = [
	"",
	" ",
	"@",
	"a",
	"a@",
	"@acme.com",
	"acme.com",
	"a@b",
	"a@localhost",
	" a@acme.com",
	"a@acme.com ",
	"a@acme.com\n",
	"\na@acme.com",
	"a@acme.com\r\nBcc: e@gmail.com",
	"a\t@acme.com",
	"a @acme.com",
	"a@ acme.com",
	"a@acme.com\u0000",
	"a\u0000@acme.com",
	"e@gmail.com\u0000@acme.com",
	"Jordan <a@acme.com>",
	"<a@acme.com>",
	"a@acme.com <e@gmail.com>",
	'"a@acme.com" <e@gmail.com>',
	"<e@gmail.com>a@acme.com",
	"a@acme.com,e@gmail.com",
	"a@acme.com;e@gmail.com",
	"a@acme.com e@gmail.com",
	"e@gmail.com@acme.com",
	"e@gmail.com%acme.com",
	'"a"@acme.com',
	'"e@gmail.com"@acme.com',
	'"a b"@acme.com',
	"a\\@gmail.com@acme.com",
	'""@acme.com',
	'a."b"@acme.com',
	"(x)a@acme.com",
	"a(x)@acme.com",
	"a@acme.com(x)",
	"a@(x)acme.com",
	"a@gmail.com(@acme.com)",
	"a@acme(x).com",
	"@gmail.com:a@acme.com",
	"<@gmail.com,@x.com:a@acme.com>",
	"gmail.com!a@acme.com.",
	"gmail.com!eve@acme.com",
	"eve%gmail.com@acme.com",
	"SRS0=aaa=bb=gmail.com=eve@acme.com",
	"srs0+aaa=bb=gmail.com=eve@acme.com",
	"Srs0-aaa=bb=gmail.com=eve@acme.com",
	"SRS1=zzz=other.org==aaa=bb=gmail.com=eve@acme.com",
	"IMCEASMTP-eve+40gmail+2Ecom@acme.com",
	"imceaex-_O=OTHER_OU=X_CN=EVE@acme.com",
	"IMCEA-eve@acme.com",
	"/G=Eve/S=Smith/O=Other/C=US/@acme.com",
	"/eve@acme.com",
	"=?acme.com",
	"a=?acme.com",
	"a@[127.0.0.1]",
	"a@[IPv6:::1]",
	"a@127.0.0.1",
	"a@[acme.com]",
	"a@2130706433",
	"a@acme.1",
	"a@1.2.3.4a",
	"a@acme.0x",
	"a@127.0.0.0x1",
	"a@0X7f.0XfF",
	"=?utf-8?q?e=40gmail.com?=@acme.com?",
	"=?utf-8?q?e=40gmail.com=3e?=@acme.com",
	"=?x?b?ZUBnbWFpbC5jb20+?=a@acme.com",
	"a=?@acme.com",
	"=?x?q?e@gmail.com=3e=00?=foo@acme.com",
	"mailto:a@acme.com@",
	".a@acme.com",
	"a.@acme.com",
	"a..b@acme.com",
	".@acme.com",
	"a@.acme.com",
	"a@acme.com.",
	"a@acme..com",
	"a@-acme.com",
	"a@acme-.com",
	"a@acme.-com",
	"a@acme.com-",
	"a@acme_x.com",
	"а@acme.com",
	"a@аcme.com",
	"a@acme。com",
	"a@acme.com\u200b",
	"a\u00ad@acme.com",
	"a@ac\u00e9me.com",
	"a＠acme.com",
	"ａ@acme.com",
	"a@ⓐcme.com",
	"\u202ea@acme.com",
	"a@acme.com\u2028",
	`${long(65)}@acme.com`,
	`a@${long(64)}.com`,
	`a@${`${long(60)}.`.repeat(5)}com`,
	`${long(64)}@${`${long(60)}.`.repeat(3)}commmmm`,
	"a@acme.com?subject=x",
	"a@acme.com/x",
	"a@acme.com:25",
	"a@acme.com#x",
	"a@acme,com",
	"a,b@acme.com",
	"a:b@acme.com",
	"a;b@acme.com",
	"a[b@acme.com",
	"a<b@acme.com",
	'a"b@acme.com',
	"a\\b@acme.com",
];

describe("no address:", () => {
	test.each(refused.map((text) => [text]))("%j", (text) => {
		expect(readEmailAddress(text)).toBe(null);
		expect(pattern.test(text)).toBe(false);
	});

	test("there are at least 45 of them", () => {
		expect(new Set(refused).size).toBeGreaterThanOrEqual(45);
	});
});

describe("an address:", () => {
	test.each([
		["jordan@acme.com", "jordan", "acme.com"],
		["Jordan.Smith+x@ACME.com", "Jordan.Smith+x", "acme.com"],
		["a@xn--bcher-kva.example", "a", "xn--bcher-kva.example"],
		["#$&'*+-/?=^_`{|}~@a.b", "#$&'*+-/?=^_`{|}~", "a.b"],
		["1@1.a1", "1", "1.a1"],
		[`${long(64)}@acme.com`, long(64), "acme.com"],
		["a@1.2.3.a4", "a", "1.2.3.a4"],
	])("%s", (text, local, domain) => {
		expect(readEmailAddress(text)).toEqual({ local, domain, address: `${local}@${domain}` });
		expect(pattern.test(text)).toBe(true);
	});
});

test("at the limits: 254 characters, a domain of 253, a label of 63, and the first and last of letters and digits", () => {
	const label = "x".repeat(63);
	const address = `${long(64)}@${label}.${label}.${"y".repeat(58)}.zz`;
	expect(address.length).toBe(254);
	expect(readEmailAddress(address)?.local).toBe(long(64));
	expect(readEmailAddress(`${address}z`)).toBe(null);
	const domain = `${label}.${label}.${label}.${"y".repeat(61)}`;
	expect(domain.length).toBe(253);
	expect(readDomain(domain)).toBe(domain);
	expect(readDomain(`${domain}y`)).toBe(null);
	expect(readDomain(`${label}x.zz`)).toBe(null);
	expect(readDomain("azAZ09.zZ09")).toBe("azaz09.zz09");
	expect(["z.z", "z.", ".z", "z", ""].map(readDomain)).toEqual(["z.z", null, null, null, null]);
});

test("the pattern for schema validators and the reader take the same texts", () => {
	const pieces = fc.constantFrom(
		"a",
		"B",
		"9",
		".",
		"@",
		"-",
		"_",
		"+",
		"com",
		"acme",
		"0x",
		"srs0",
		"SRS1",
		"IMCEA",
		"/",
		"=",
		"?",
		'"',
		" ",
		"(",
		"é",
		"\n",
		"a".repeat(30),
	);
	fc.assert(
		fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
			const text = parts.join("");
			expect(pattern.test(text)).toBe(readEmailAddress(text) !== null);
		}),
		{ numRuns: 5_000 },
	);
});
