/** Taking secrets out of an answer while it comes: whatever pieces it comes in, what is left is what the whole text would leave. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scrubber } from "../../src/connectors/http/scrub.ts";
import { scrubbedStream } from "../../src/connectors/http/scrub-stream.ts";

const SECRETS = ["s3cret", "ab", "aaaa", "tok/en+1"];

/** A stream of bytes in these pieces, as a fetch gives one. */
function bytesIn(pieces: string[]): ReadableStream<Uint8Array> {
	const left = pieces.filter((piece) => piece !== "").map((piece) => new TextEncoder().encode(piece));
	return new ReadableStream({
		type: "bytes",
		pull(controller) {
			const piece = left.shift();
			if (piece !== undefined) controller.enqueue(piece);
			else {
				controller.close();
				controller.byobRequest?.respond(0);
			}
		},
	});
}

async function scrubbed(pieces: string[], secrets = SECRETS): Promise<string> {
	let ends = 0;
	const text = await new Response(scrubbedStream(bytesIn(pieces), secrets, () => ends++)).text();
	expect(ends).toBe(1);
	return text;
}

describe("a stream without its secrets", () => {
	test("is the whole text without them, in whatever pieces it comes", async () => {
		const word = fc.constantFrom(
			"s3cret",
			"s3",
			"cret",
			"a",
			"aa",
			"aaaa",
			"tok/en+1",
			"tok",
			"%2F",
			encodeURIComponent("tok/en+1"),
			btoa("s3cret"),
			"x",
			"é",
			"\n",
		);
		await fc.assert(
			fc.asyncProperty(fc.array(word, { maxLength: 12 }), fc.array(fc.nat(40), { maxLength: 8 }), async (words, cuts) => {
				const text = words.join("");
				const places = [...new Set(cuts.filter((cut) => cut < text.length))].sort((a, b) => a - b);
				const pieces = [...places, text.length].map((end, index) => text.slice(places[index - 1] ?? 0, end));
				const left = await scrubbed(pieces);
				for (const secret of ["s3cret", "aaaa", "tok/en+1"]) expect(left).not.toContain(secret);
				if (!/a{5,}/.test(text)) expect(left).toBe(scrubber(SECRETS)(text));
			}),
			{ numRuns: 300 },
		);
	});

	test("holds nothing back that could not become a secret", async () => {
		const stream = scrubbedStream(bytesIn(["data: 1\n\n", "data: s3c", "ret\n\n"]), SECRETS, () => {}).getReader();
		const pieces: string[] = [];
		for (let read = await stream.read(); !read.done; read = await stream.read())
			pieces.push(new TextDecoder().decode(read.value));
		expect(pieces).toEqual(["data: 1\n\n", "data: ", "[secret]\n\n"]);
	});

	test("that says nothing but the secret costs no more than one pass", async () => {
		const flood = "s3cret".repeat(200_000);
		expect((await scrubbed([flood])).length).toBe("[secret]".length * 200_000);
	});
});
