/** Generated calls, right and wrong, with what is known besides and what went before. */
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/contract/json.ts";
import type { Facts } from "../../src/policy/decision.ts";
import type { LawAction } from "./laws-fields.ts";
import type { PastCall } from "./naive.ts";
import { facts } from "./support.ts";

const WRONG = fc.constantFrom<Json>(null, 7, true, [], {}, [["a"]], "", { domain: "acme.com", count: 1, length: 1 }, ["a", null]);
/** Mostly as it should be. */
const mostly = (value: fc.Arbitrary<Json>) => fc.oneof({ arbitrary: value, weight: 12 }, WRONG);

const text = fc.constantFrom<Json>("a", "b", "ab", "B", "Ba", "aB", "ΑΣ", "Σa", "İ", "c", "");
const number = fc.constantFrom<Json>(0, 1, 2, 2.5, 3, 0.1, 0.2, -1, 12, "1");
const address = fc.constantFrom<Json>("bob@acme.com", "Bob@acme.com", "eve@rival.com", "x@eu.rival.com", "i@b.cc");
const url = fc.constantFrom<Json>(
	"https://acme.com/a/b",
	"http://EU.rival.com",
	"ftp://10.0.0.1:21/a",
	"https://[2001:db8::1]/",
	"https://acme.com@evil.com/",
	"javascript:alert(1)",
	"bob@acme.com",
	"",
);
const instant = fc.constantFrom<Json>(
	"2026-01-01",
	"2026-01-01T00:00:00.5Z",
	"2026-06-01T10:00:00.500000001Z",
	"2026-02-30",
	"soon",
	"",
);
const ip = fc.constantFrom<Json>("10.1.2.3", "::ffff:10.0.0.1", "2001:db8:1::5", "11.0.0.1", "010.0.0.1", "");
/** Mostly short; some are longer than what the engine tests in its shortest loops. */
const listOf = (value: fc.Arbitrary<Json>, maxLength = 3): fc.Arbitrary<Json> => {
	const long = fc
		.tuple(mostly(value), mostly(value), fc.nat({ max: 40 }), fc.nat({ max: 40 }))
		.map(([most, other, length, at]): Json => Array.from({ length }, (_, i) => (i === at ? other : most)));
	return fc.oneof({ arbitrary: fc.array(mostly(value), { maxLength }), weight: 15 }, long);
};
const some = (entries: Record<string, fc.Arbitrary<Json>>) =>
	fc.record(entries, { requiredKeys: [] }) as fc.Arbitrary<JsonObject>;

const piece = some({ kind: mostly(text), count: mostly(number) });
const part = some({
	name: mostly(text),
	size: mostly(number),
	price: mostly(number),
	owner: mostly(address),
	tags: listOf(text, 2),
	pieces: listOf(piece, 2),
});
const parcel = some({
	weight: mostly(number),
	limit: mostly(number),
	weights: listOf(number),
	service: mostly(text),
	wanted: mostly(text),
	maybe: mostly(text),
	tags: fc.oneof({ arbitrary: listOf(text), weight: 6 }, text),
	wishes: listOf(text),
	sender: mostly(address),
	receivers: mostly(fc.oneof(address, listOf(address))),
	copies: listOf(address, 2),
	url: mostly(url),
	callbacks: listOf(url, 2),
	send_at: mostly(instant),
	arrive_by: mostly(instant),
	origin: mostly(ip),
	address: mostly(some({ city: mostly(text), domain: mostly(text), lines: listOf(text, 2) })),
	parts: mostly(listOf(part, 2)),
	inserts: listOf(part, 1),
	extra: mostly(some({ x: mostly(text), xs: mostly(listOf(text, 2)), n: mostly(number), things: mostly(listOf(part, 2)) })),
	time: mostly(text),
});
const mail = some({
	to: mostly(fc.oneof(address, listOf(address))),
	cc: fc.oneof(address, listOf(address, 2)),
	bcc: fc.oneof(address, listOf(address, 2)),
	reply_to: fc.oneof(address, listOf(address, 1)),
	subject: mostly(text),
	body: mostly(text),
});

export const INPUTS: Record<LawAction, fc.Arbitrary<JsonObject>> = { "mail.send": mail, "shop.parcel.send": parcel };

/** Among them the hour that is left out, the one that comes twice, and the day that Samoa never had. */
const MOMENTS = [
	"2026-03-29T00:59:59Z",
	"2026-03-29T01:00:00Z",
	"2026-10-25T00:30:00Z",
	"2026-10-25T01:30:00Z",
	"2011-12-30T09:59:59Z",
	"2011-12-30T10:00:00Z",
	"2026-11-22T10:00:00Z",
	"2026-11-23T03:29:59Z",
	"2026-11-23T22:00:00.999Z",
].map((moment) => Date.parse(moment));

export const ZONES = ["UTC", "Europe/Vienna", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"];

export const known: fc.Arbitrary<Facts> = fc
	.record({
		now: fc.constantFrom(...MOMENTS),
		ip: fc.constantFrom("10.1.2.3", "::ffff:10.0.0.1", "192.0.2.1", undefined),
		country: fc.constantFrom("a", "AT", undefined),
		team: fc.constantFrom("a", "b", undefined),
	})
	.map(({ now, ip: address, country, team }) => ({
		...facts,
		now,
		agent: { name: "ab", labels: (team === undefined ? {} : { team }) as Record<string, string> },
		request: { ...(address === undefined ? {} : { ip: address }), ...(country === undefined ? {} : { country }) },
	}));

export function pastOf(action: LawAction): fc.Arbitrary<PastCall[]> {
	return fc.array(
		fc.record({
			action: fc.constantFrom(action, action, action, "shop.list"),
			input: INPUTS[action],
			secondsAgo: fc.constantFrom(0, 30, 60, 3_000, 80_000, 100_000),
			byOther: fc.boolean(),
		}),
		{ maxLength: 3 },
	);
}
