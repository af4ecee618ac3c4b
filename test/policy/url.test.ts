/** What is a URL to a guard, what is read out of it, and how the fields `.host`, `.scheme`, `.path` and `.domain` compare. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EMAIL_PATTERN, readEmailAddress } from "../../src/policy/email-address.ts";
import { ipv6Text, readIpAddress } from "../../src/policy/ip-address.ts";
import { readHost, readUrl, URL_MAX } from "../../src/policy/url.ts";
import { mistakeTable, table, wordsOf } from "./condition-tables.ts";

describe("a URL:", () => {
	test.each([
		["https://acme.com", "https", "acme.com", "/"],
		["HTTPS://Api.ACME.com/", "https", "api.acme.com", "/"],
		["http://acme.com:8080/a/B?q=1#f", "http", "acme.com", "/a/B"],
		["http://acme.com:1/", "http", "acme.com", "/"],
		["http://acme.com:65535/", "http", "acme.com", "/"],
		["ws://acme.com/socket", "ws", "acme.com", "/socket"],
		["wss://acme.com/socket/", "wss", "acme.com", "/socket/"],
		["ftp://acme.com/pub/x.tar.gz", "ftp", "acme.com", "/pub/x.tar.gz"],
		["https://xn--bcher-kva.example/", "https", "xn--bcher-kva.example", "/"],
		["https://10.0.0.1/", "https", "10.0.0.1", "/"],
		["https://[2001:db8::1]:443/x", "https", "2001:db8::1", "/x"],
		["https://[::1]/", "https", "::1", "/"],
		["https://[::]/", "https", "::", "/"],
		["https://acme.com/a@b:c", "https", "acme.com", "/a@b:c"],
		["https://acme.com/?u=http://evil.com@x/../", "https", "acme.com", "/"],
		["https://acme.com/#@evil.com", "https", "acme.com", "/"],
		["https://acme.com/a%20b%5B0%5D", "https", "acme.com", "/a%20b%5B0%5D"],
		["https://acme.com/.well-known/a..b/...", "https", "acme.com", "/.well-known/a..b/..."],
	])("%s", (text, scheme, host, path) => {
		expect(readUrl(text)).toEqual({ scheme, host, path });
	});
});

describe("a path that servers take for different ones is not read, and the host still is:", () => {
	test.each([
		"/a/../b",
		"/..",
		"/.",
		"/a/./b",
		"/%2e%2e/admin",
		"/%2E/admin",
		"/.%2e/",
		"/%61dmin",
		"/a%2Fb",
		"/a%2fb",
		"/a%5Cb",
		"/a%00",
		"/a%0A",
		"/a%252e",
		"/a%3Bx",
		"/a%3Fx",
		"/a%23x",
		"/a%c3%a4",
		"/a%C3%A4",
		"/a%C0%AF",
		"/a%5b",
		"//",
		"//admin",
		"/a//admin",
		"/admin;x",
		"/o'neil",
		"/a;/../admin",
		"/a/..;/admin",
	])("%s", (path) => {
		expect(readUrl(`https://acme.com${path}`)).toEqual({ scheme: "https", host: "acme.com", path: null });
	});
});

describe("no URL:", () => {
	test.each([
		"",
		"acme.com",
		"//acme.com/",
		"/path",
		"http:",
		"http:/acme.com",
		"http:acme.com",
		"http:///acme.com",
		"http:////acme.com",
		"http://",
		"http:///",
		"http://?x",
		"javascript://acme.com/%0aalert(1)",
		"file://acme.com/etc/passwd",
		"data:text/html,x",
		"mailto:a@acme.com",
		"gopher://acme.com/",
		"jar:http://acme.com/",
		"http+x://acme.com/",
		"https://good.com@evil.com/",
		"https://good.com:80@evil.com/",
		"https://@evil.com/",
		"https://a:b@evil.com",
		"https://good.com%40evil.com/",
		"https://good.com%2f@evil.com/",
		"https://good.com\\@evil.com/",
		"https:\\\\acme.com\\",
		"https:/\\acme.com/",
		"https://acme.com\\.evil.com/",
		"https://acme.com/a\\..\\b",
		"https://good.com#@evil.com/",
		"https://good.com?@evil.com/",
		"https://good.com?x",
		"https://good.com#x",
		"https://good.com/#a#b",
		"https://acme.com /",
		" https://acme.com/",
		"https://acme.com/ ",
		"https://acme.com/\n",
		"\u0000https://acme.com/",
		"https://ac\tme.com/",
		"https://ac\nme.com/",
		"ht\ntps://acme.com/",
		"https://acme.com/a\tb",
		"https://acme.com/a b",
		"https://acme.com/\u0000",
		"https://acme.com/ä",
		"https://acme.com/%",
		"https://acme.com/%2",
		"https://acme.com/%zz",
		"https://acme.com/<x>",
		"https://acme.com/|",
		"https://acme.com./",
		"https://.acme.com/",
		"https://acme..com/",
		"https://-acme.com/",
		"https://acme-.com/",
		"https://ac_me.com/",
		"https://*.acme.com/",
		"https://localhost/",
		"https://com/",
		"https://аcme.com/",
		"https://acme。com/",
		"https://ａcme.com/",
		"https://acme.com\u00ad/",
		"https://ac%6de.com/",
		"https://%61cme.com/",
		`https://${"a".repeat(64)}.com/`,
		`https://${`${"a".repeat(60)}.`.repeat(5)}com/`,
		"https://acme.com:/",
		"https://acme.com:0/",
		"https://acme.com:080/",
		"https://acme.com:65536/",
		"https://acme.com:99999/",
		"https://acme.com:80a/",
		"https://acme.com:80:80/",
		"https://acme.com:+80/",
		"https://acme.com:-1/",
		"https://127.1/",
		"https://2130706433/",
		"https://0x7f000001/",
		"https://0x7f.0.0.1/",
		"https://127.0.0.0x1/",
		"https://acme.0x1/",
		"https://acme.0x/",
		"https://acme.1/",
		"https://0177.0.0.1/",
		"https://127.0.0.01/",
		"https://127.0.0.1./",
		"https://127.0.0.256/",
		"https://1.2.3.4.5/",
		"https://①.②.③.④/",
		"https://[::ffff:10.0.0.1]/",
		"https://[::ffff:a00:1]/",
		"https://[::10.0.0.1]/",
		"https://[2001:DB8::1]/",
		"https://[2001:0db8::1]/",
		"https://[2001:db8:0:0:0:0:0:1]/",
		"https://[2001:db8::0:1]/",
		"https://[fe80::1%25eth0]/",
		"https://[fe80::1%eth0]/",
		"https://[v1.x]/",
		"https://[::1/",
		"https://::1/",
		"https://[::1]x/",
		"https://[::1].acme.com/",
		"https://[acme.com]/",
	])("%j", (text) => {
		expect(readUrl(text)).toBe(null);
	});

	test("one that is too long", () => {
		const start = "https://acme.com/";
		expect(readUrl(start + "a".repeat(URL_MAX - start.length))?.host).toBe("acme.com");
		expect(readUrl(start + "a".repeat(URL_MAX - start.length + 1))).toBe(null);
	});
});

test("no text is both an e-mail address and a URL", () => {
	const pieces = fc.constantFrom(
		"http",
		"https",
		":",
		"//",
		"/",
		"@",
		"acme.com",
		"a",
		".",
		"?",
		"#",
		"10.0.0.1",
		"[::1]",
		":80",
	);
	const pattern = new RegExp(EMAIL_PATTERN, "u");
	fc.assert(
		fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
			const text = parts.join("");
			if (readUrl(text) === null) return;
			expect(readEmailAddress(text)).toBe(null);
			expect(pattern.test(text)).toBe(false);
		}),
		{ numRuns: 5_000 },
	);
});

test("an IPv6 address has one text, which the platform's URLs give it too", () => {
	const group = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat({ max: 0xffff }));
	fc.assert(
		fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
			const text = ipv6Text(groups);
			expect(new URL(`http://[${groups.map((one) => one.toString(16)).join(":")}]/`).hostname).toBe(`[${text}]`);
			const isMapped = groups.slice(0, 5).every((one) => one === 0) && groups[5] === 0xffff;
			if (isMapped) return;
			expect(readIpAddress(text)).toEqual(groups);
			expect(readUrl(`http://[${text}]/`)?.host).toBe(text);
			expect(readHost(text)).toBe(text);
			expect(readHost(`[${text}]`)).toBe(text);
		}),
	);
});

table("fields of URLs", [
	["{ field: currency.host, in: [acme.com] }", { currency: "https://ACME.com:8443/x" }, true],
	["{ field: currency.host, in: [ACME.com] }", { currency: "https://acme.com" }, true],
	["{ field: currency.host, in: [acme.com] }", { currency: "https://api.acme.com/" }, false],
	["{ field: currency.host, in: ['*.acme.com'] }", { currency: "https://api.acme.com/" }, true],
	["{ field: currency.host, in: ['*.acme.com'] }", { currency: "https://acme.com/" }, false],
	["{ field: currency.host, in: ['*.acme.com'] }", { currency: "https://evilacme.com/" }, false],
	["{ field: currency.host, not_in: [169.254.169.254] }", { currency: "http://169.254.169.254/latest" }, false],
	["{ field: currency.host, not_in: [169.254.169.254] }", { currency: "http://2852039166/latest" }, null],
	["{ field: currency.host, not_in: [10.0.0.1] }", { currency: "http://[::ffff:a00:1]/" }, null],
	["{ field: currency.host, eq: '::1' }", { currency: "http://[::1]/" }, true],
	["{ field: currency.host, eq: '[::1]' }", { currency: "http://[::1]/" }, true],
	["{ field: currency.host, not_cidr: 10.0.0.0/8 }", { currency: "http://10.1.2.3/" }, false],
	["{ field: currency.host, not_cidr: 10.0.0.0/8 }", { currency: "http://acme.com/" }, null],
	["{ field: currency.host, ends_with: .ACME.com }", { currency: "https://api.acme.com/" }, true],
	["{ field: currency.host, glob: 'API*' }", { currency: "https://api.acme.com/" }, true],
	["{ field: currency.host, eq: acme.com }", { currency: "https://acme.com@evil.com/" }, null],
	["{ field: currency.host, eq: acme.com }", { currency: "a@acme.com" }, null],
	["{ field: currency.host, eq: acme.com }", { currency: "acme.com" }, null],
	["{ field: currency.host, eq: acme.com }", { currency: "" }, null],
	["{ field: currency.host, eq: acme.com }", { currency: 7 }, null],
	["{ field: currency.host, eq: acme.com }", { currency: { host: "acme.com" } }, null],
	["{ field: currency.host, eq: acme.com }", {}, null],
	["{ field: currency.host, eq: acme.com, default: Acme.com }", {}, true],
	["{ field: currency.scheme, eq: HTTPS }", { currency: "https://acme.com/" }, true],
	["{ field: currency.scheme, in: [https, wss] }", { currency: "http://acme.com/" }, false],
	["{ field: currency.scheme, not_in: [javascript] }", { currency: "javascript:alert(1)" }, null],
	["{ field: currency.path, starts_with: /v1/ }", { currency: "https://acme.com/v1/users" }, true],
	["{ field: currency.path, starts_with: /v1/ }", { currency: "https://acme.com/v2/users" }, false],
	["{ field: currency.path, starts_with: /v1/ }", { currency: "https://acme.com/v1/../admin" }, null],
	["{ field: currency.path, eq: / }", { currency: "https://acme.com" }, true],
	["{ field: currency.path, starts_with: /V1/ }", { currency: "https://acme.com/v1/users" }, false],
	["{ field: currency.domain, in: [acme.com] }", { currency: "https://acme.com/" }, true],
	["{ field: currency.domain, in: [acme.com] }", { currency: "a@acme.com" }, true],
	["{ field: currency.domain, in: [acme.com] }", { currency: "https://10.0.0.1/" }, null],
	["{ field: currency.domain, in: [acme.com] }", { currency: "a@acme.com://evil.com" }, null],
	["{ field: currency.domain, in: [acme.com] }", { currency: "https://a@acme.com" }, null],
	["{ field: tags.host, in: [acme.com] }", { tags: ["https://acme.com/", "https://evil.com/"] }, false, true],
	["{ field: tags.host, in: [acme.com] }", { tags: ["https://acme.com/", "evil"] }, null, true],
	["{ field: tags.host, contains: '*.acme.com' }", { tags: ["https://x.acme.com/", "https://evil.com/"] }, true],
	["{ field: tags.host, contains: '*.acme.com' }", { tags: ["https://acme.com/", "https://x.acme.com.evil.com/"] }, false],
	["{ field: currency.scheme, matches: '^HTTPS$' }", { currency: "https://acme.com/" }, true],
	["{ field: tags.host, contains: acme.com }", { tags: ["https://acme.com/", "https://evil.com/"] }, true],
]);

mistakeTable("URLs", [
	["{ field: currency.host, in: [localhost] }", "not_a_host", ".in[0]"],
	["{ field: currency.host, in: ['https://acme.com'] }", "not_a_host", ".in[0]"],
	["{ field: currency.host, eq: 'acme.com:80' }", "not_a_host", ".eq"],
	["{ field: currency.host, eq: 127.1 }", "operand_type", ".eq"],
	["{ field: currency.host, eq: '127.1' }", "not_a_host", ".eq"],
	["{ field: currency.host, eq: '2001:DB8::1' }", "not_a_host", ".eq"],
	["{ field: currency.host, eq: '::ffff:10.0.0.1' }", "not_a_host", ".eq"],
	["{ field: currency.host, eq: '[::1' }", "not_a_host", ".eq"],
	["{ field: currency.host, eq: '[::1]x' }", "not_a_host", ".eq"],
	["{ field: currency.host, eq: '[10.0.0.1]' }", "not_a_host", ".eq"],
	["{ field: currency.host, eq: '*.10.0.0.1' }", "not_a_domain", ".eq"],
	["{ field: currency.scheme, eq: 'https://' }", "not_a_scheme", ".eq"],
	["{ field: currency.domain, in: [10.0.0.1] }", "not_a_domain", ".in[0]"],
	["{ field: order.total.host, eq: acme.com }", "unknown_field", ".field"],
]);

test("URLs in words", () => {
	expect(wordsOf("{ field: currency.host, in: [acme.com] }", { currency: "https://evil.com/" })).toEqual([
		"currency host 'evil.com' not in allowlist",
		"host evil.com not allowed",
	]);
	expect(wordsOf("{ field: currency.host, in: [acme.com] }", { currency: "https://acme.com@evil.com/" })).toEqual([
		"currency host cannot be read",
		"host cannot be read",
	]);
});
