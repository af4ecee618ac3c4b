/** Server-Sent Events, read: the same events however the text is cut into pieces. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EventStreamParser, type ServerSentEvent } from "../../sdk/typescript/src/event-stream.ts";

function read(...pieces: string[]): ServerSentEvent[] {
	const parser = new EventStreamParser();
	return pieces.flatMap((piece) => parser.push(piece));
}

const named = (event: string, data: string, id = "") => ({ event, data, id });

describe("an event", () => {
	test.each([
		["data: a\n\n", [named("message", "a")]],
		["data:a\n\n", [named("message", "a")]],
		["data:  a\n\n", [named("message", " a")]],
		["data: a\ndata\ndata: b\n\n", [named("message", "a\n\nb")]],
		["data\n\n", [named("message", "")]],
		["id: 7\nevent: record\ndata: {}\n\n", [named("record", "{}", "7")]],
		["event: x\n\ndata: a\n\n", [named("message", "a")]],
		[": a comment\n:\ndata: a\n\n", [named("message", "a")]],
		["retry: 10\nunknown: x\nnothing\ndata: a\n\n", [named("message", "a")]],
		["id: 1\ndata: a\n\ndata: b\n\n", [named("message", "a", "1"), named("message", "b", "1")]],
		["id: 1\n\ndata: b\n\n", [named("message", "b", "1")]],
		["id: 1\ndata: a\n\nid\ndata: b\n\n", [named("message", "a", "1"), named("message", "b", "")]],
		["id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", [named("message", "a", "1"), named("message", "b", "1")]],
		["data: a\u2028b\u0085c\n\n", [named("message", "a\u2028b\u0085c")]],
		["\n\n\n", []],
	])("%j", (text, events) => {
		expect(read(text)).toEqual(events);
		expect(read(text.replaceAll("\n", "\r\n"))).toEqual(events);
		expect(read(text.replaceAll("\n", "\r"))).toEqual(events);
		expect(read(...text)).toEqual(events);
		expect(read(...text.replaceAll("\n", "\r\n"))).toEqual(events);
	});

	test("is none before its empty line, and its id does not count before either", () => {
		const parser = new EventStreamParser();
		expect(parser.push("id: 1\ndata: a\n\nid: 2\ndata: b\n")).toEqual([named("message", "a", "1")]);
		expect(parser.lastEventId).toBe("1");
		expect(parser.push("\n")).toEqual([named("message", "b", "2")]);
		expect(parser.lastEventId).toBe("2");
	});

	test("may be huge and come in crumbs, but not without end", () => {
		const parser = new EventStreamParser();
		expect(parser.push("data: ")).toEqual([]);
		for (let i = 0; i < 100_000; i++) parser.push("0123456789");
		expect(parser.push("\n\n")[0]?.data.length).toBe(1_000_000);
		const flood = "x".repeat(1_048_576);
		expect(() => {
			for (let i = 0; i < 17; i++) parser.push(flood);
		}).toThrow(RangeError);
		const lines = new EventStreamParser();
		expect(() => {
			for (let i = 0; i < 17; i++) lines.push(`data: ${flood}\n`);
		}).toThrow(RangeError);
	});
});

test("the events do not depend on where the text is cut", () => {
	const part = fc.constantFrom("data", "id", "event", ":", ": ", " ", "\n", "\r", "\r\n", "\n\n", "x", "7", "{}", "🐝");
	const text = fc.array(part, { maxLength: 60 }).map((parts) => parts.join(""));
	fc.assert(
		fc.property(text, fc.array(fc.nat(200), { maxLength: 8 }), (whole, cuts) => {
			const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
			const pieces = places.slice(1).map((end, i) => whole.slice(places[i], end));
			expect(read(...pieces)).toEqual(read(whole));
		}),
	);
});
