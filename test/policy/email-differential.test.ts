/** What our reader takes for an address, everybody else reads the same way: one mailbox, the same local part, the same domain. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEmailAddress } from "../../src/policy/email-address.ts";

const require = createRequire(import.meta.url);
const isemail: { validate(text: string, options: object): number } = require("isemail");
const parse5322: {
	parseAddressList(options: object): { type: string; local: string; domain: string }[] | null;
} = require("email-addresses");
const validator: { isEmail(text: string): boolean; normalizeEmail(text: string, options: object): string | false } =
	require("validator");
const { default: addressparser }: { default(text: string): { address?: string; group?: object }[] } =
	require("nodemailer/lib/addressparser");

/** Mailbox and domain as one library reads them; null if it refuses the text, or reads something else than one mailbox. */
type Reader = (text: string) => { local: string; domain: string } | null;

const READERS: Record<string, Reader> = {
	/** Its diagnosis must be faultless; it tells no parts, so they are those around the last `@`. */
	isemail: (text) => (isemail.validate(text, { errorLevel: true, minDomainAtoms: 2 }) === 0 ? parts(text) : null),
	"email-addresses": (text) => {
		const list = parse5322.parseAddressList({ input: text, strict: true, rejectTLD: true });
		const [mailbox] = list ?? [];
		if (list?.length !== 1 || mailbox?.type !== "mailbox") return null;
		return { local: mailbox.local, domain: mailbox.domain.toLowerCase() };
	},
	validator: (text) => {
		const options = { all_lowercase: false, gmail_remove_dots: false, gmail_convert_googlemaildotcom: false };
		const normal = validator.isEmail(text) && validator.normalizeEmail(text, { ...options, ...KEEP_SUBADDRESSES });
		return normal === false ? null : parts(normal);
	},
	nodemailer: (text) => {
		const list = addressparser(text);
		const address = list.length === 1 ? list[0]?.address : undefined;
		return address === undefined ? null : parts(address);
	},
};

const KEEP_SUBADDRESSES = {
	gmail_remove_subaddress: false,
	outlookdotcom_remove_subaddress: false,
	yahoo_remove_subaddress: false,
	icloud_remove_subaddress: false,
	yandex_convert_yandexru: false,
	gmail_lowercase: false,
	outlookdotcom_lowercase: false,
	yahoo_lowercase: false,
	icloud_lowercase: false,
	yandex_lowercase: false,
};

function parts(text: string): { local: string; domain: string } {
	const at = text.lastIndexOf("@");
	return { local: text.slice(0, at), domain: text.slice(at + 1).toLowerCase() };
}

/**
 * How the libraries read what we take: none another way, and each that refuses one must be excused.
 * @returns whether we took it
 */
function agree(text: string): boolean {
	const ours = readEmailAddress(text);
	if (ours === null) return false;
	for (const [name, read] of Object.entries(READERS)) {
		const theirs = read(text);
		if (theirs === null) expect([name, text, isExcused(name, ours)]).toEqual([name, text, true]);
		else expect([name, text, theirs]).toEqual([name, text, { local: ours.local, domain: ours.domain }]);
	}
	return true;
}

/** A library may refuse what is stricter than the standard; it then reads nothing else into it either. */
function isExcused(library: string, { domain }: { domain: string }): boolean {
	const last = domain.slice(domain.lastIndexOf(".") + 1);
	// This one asks for a last label of two letters or more, or in ACE form.
	return library === "validator" && !/^(?:[a-z]{2,}|xn[a-z0-9-]{2,})$/.test(last);
}

/** The cases of Dominic Sayers's is_email, which email-addresses ships; control characters stand there as U+2400 and on. */
function isEmailCases(): { id: string; address: string }[] {
	const xml = readFileSync(require.resolve("email-addresses/test/tests.xml"), "utf8");
	const entities: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
	const decode = (text: string) =>
		text
			.replace(/&#x([0-9a-f]+);|&#([0-9]+);|&([a-z]+);/gi, (_, hex, decimal, name) =>
				hex
					? String.fromCodePoint(Number.parseInt(hex, 16))
					: decimal
						? String.fromCodePoint(Number(decimal))
						: (entities[name] ?? ""),
			)
			.replace(/[\u2400-\u24ff]/g, (character) => String.fromCharCode(character.charCodeAt(0) - 0x2400));
	return [...xml.matchAll(/<test id="(\d+)">\s*<address>([\s\S]*?)<\/address>/g)].map(([, id, address]) => ({
		id: id as string,
		address: decode(address as string),
	}));
}

describe("the cases of is_email", () => {
	const cases = isEmailCases();

	test("are all there", () => {
		expect(cases.length).toBe(163);
	});

	test("those that we take are read alike by all", () => {
		const taken = cases.filter(({ address }) => agree(address)).map(({ address }) => address);
		expect(taken).toEqual([
			"test@iana.org",
			"test@nominet.org.uk",
			"test@about.museum",
			"a@iana.org",
			"test@e.com",
			"test@iana.a",
			"test.test@iana.org",
			"123@iana.org",
			"test@123.com",
			"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklm@iana.org",
			"test@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.com",
			"test@mason-dixon.com",
			"test@c--n.com",
			"test@iana.co-uk",
			"a@a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v",
			"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghiklm@abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghikl.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi",
			"test@xn--hxajbheg2az3al.xn--jxalpdlp",
			"xn--test@iana.org",
			"test@test.com",
			"test@nic.no",
		]);
	});

	test("what is_email finds at fault is none of them", () => {
		for (const { address } of cases) {
			const fault = isemail.validate(address, { errorLevel: true, minDomainAtoms: 2 });
			if (fault !== 0) expect([address, readEmailAddress(address)]).toEqual([address, null]);
		}
	});
});

describe("near the grammar's edges", () => {
	const atom = fc.string({
		unit: fc.constantFrom(..."aZ09#$&'*+-/=?^_`{|}~".split("")),
		minLength: 1,
		maxLength: 12,
	});
	const label = fc.string({ unit: fc.constantFrom("a", "Z", "0", "9", "-", "x"), minLength: 1, maxLength: 8 });
	const local = fc.oneof(
		fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join(".")),
		fc.constantFrom(64, 63, 65).map((length) => "a".repeat(length)),
	);
	const domain = fc.oneof(
		fc
			.tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom("com", "Org", "x1", "0x1f", "1", "c", "xn--p1ai"))
			.map(([labels, last]) => [...labels, last].join(".")),
		fc.constantFrom(63, 62, 64).map((length) => `${"b".repeat(length)}.com`),
		fc.integer({ min: 180, max: 192 }).map((length) => `${"b".repeat(60)}.${"b".repeat(60)}.${"b".repeat(length - 122 - 4)}.com`),
	);

	test("what is put together from atoms and labels is read alike, whenever it is taken", () => {
		let taken = 0;
		fc.assert(
			fc.property(local, domain, (one, other) => {
				if (agree(`${one}@${other}`)) taken++;
			}),
			{ numRuns: 5_000, seed: 20_261_122 },
		);
		expect(taken).toBeGreaterThan(2_000);
	});

	test("an address with one character more or another one is read alike, whenever it is taken", () => {
		const odd = fc.constantFrom(..." \t\r\n\u0000\u007f\"(),.:;<>@[\\]%!=?*'-_+/aA0\u00ad\u200b\u202eа＠。éſK😀".split(""));
		const base = fc.constantFrom("jordan@acme.com", "a.b+c@x-y.acme.com", "o'neil@xn--bcher-kva.example", "a@b.co");
		let taken = 0;
		fc.assert(
			fc.property(
				base,
				fc.array(fc.tuple(fc.nat({ max: 30 }), odd, fc.boolean()), { minLength: 1, maxLength: 3 }),
				(start, edits) => {
					let text = start;
					for (const [at, what, replace] of edits) text = text.slice(0, at) + what + text.slice(at + (replace ? 1 : 0));
					if (agree(text)) taken++;
				},
			),
			{ numRuns: 6_000, seed: 20_261_122 },
		);
		expect(taken).toBeGreaterThan(300);
	});
});

/** Texts out of which at least two of the libraries read different mailboxes, or one reads a mailbox that a glance does not show. */
const SPLITTING = [
	"=?utf-8?q?e=40evil.com=3e?=@acme.com",
	"=?iso-8859-1?q?e=40evil.com=2c?=jordan@acme.com",
	"=?x?q?e@evil.com=3e=00?=jordan@acme.com",
	'"e@evil.com"@acme.com',
	'"e@evil.com> "@acme.com',
	'"jordan@acme.com"@evil.com',
	'"a\\"@acme.com"@evil.com',
	"jordan(@acme.com)@evil.com",
	"jordan@evil.com(@acme.com)",
	"(e@evil.com)jordan@acme.com",
	"jordan@(comment)acme.com",
	"jordan@acme.com(comment",
	"e@evil.com@acme.com",
	"jordan@acme.com@evil.com",
	"@evil.com:jordan@acme.com",
	"<@evil.com:jordan@acme.com>",
	"jordan@acme.com <e@evil.com>",
	"jordan@acme.com<e@evil.com>",
	"<e@evil.com>jordan@acme.com",
	"jordan@acme.com, e@evil.com",
	"jordan@acme.com;e@evil.com",
	"jordan@acme.com\te@evil.com",
	"jordan@acme.com\r\nBcc: e@evil.com",
	"group: e@evil.com, jordan@acme.com;",
	"group:e@evil.com;jordan@acme.com",
	"jordan@acme.com.",
	"jordan@.acme.com",
	"jordan@acme..com",
	"jordan.@acme.com",
	".jordan@acme.com",
	"jordan@acme.com\u0000@evil.com",
	"jordan\u0000@evil.com@acme.com",
	"jordan@acme。com",
	"jordan＠acme.com",
	"jordan@аcme.com",
	"jordan@acme.com\u200b",
	"jord\u00adan@acme.com",
	"jordan@[127.0.0.1]",
	"jordan@[IPv6:::1]",
	"jordan@127.0.0.1",
	"jordan@0x7f.0.0.0x1",
	"jordan@acme.com%evil.com@",
	"jordan%evil.com@",
	" jordan @ acme . com ",
	`${"a".repeat(65)}@acme.com`,
	`jordan@${"a".repeat(64)}.com`,
	`${"a".repeat(64)}@${`${"b".repeat(62)}.`.repeat(3)}com`,
];

test.each(SPLITTING.map((text) => [text]))("%j is no address", (text) => {
	expect(readEmailAddress(text)).toBe(null);
});

test("the limits are the standard's: 64 before the @, 254 over all, 63 a label", () => {
	const whole = (length: number) => `${"a".repeat(64)}@${`${"b".repeat(61)}.`.repeat(3)}${"c".repeat(length - 65 - 186)}`;
	for (const text of [`${"a".repeat(64)}@acme.com`, `a@${"b".repeat(63)}.com`, whole(254)]) expect(agree(text)).toBe(true);
	for (const text of [`${"a".repeat(65)}@acme.com`, `a@${"b".repeat(64)}.com`, whole(255)])
		expect(readEmailAddress(text)).toBe(null);
});
