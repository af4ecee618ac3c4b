/** What may be in the body of an action: one strict JSON object, in UTF-8, of at most a megabyte. All else is refused, and on the log. */
import { beforeAll, describe, expect, test } from "vitest";
import { mailRole } from "../support/roles.ts";
import { type Answered, applySchema, newWorkspace, send, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem, PRIVATE_TEXT } from "../support/worker/problems.ts";

let workspace: TestWorkspace;
let agent: TestAgent;

beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
});

const JSON_TYPE = { "content-type": "application/json" };
const run = (raw: BodyInit, headers: Record<string, string> = JSON_TYPE) =>
	send("POST", "/v1/actions/mail.send", { token: agent.token, raw, headers });
const good = (more = "") => `{"to":"jordan@acme.com","subject":"Hi","body":"${PRIVATE_TEXT}"${more}}`;

/** The problem carries the act, and the act is on the log as denied for its input, without the input. */
async function expectLogged(answered: Answered): Promise<void> {
	const id = answered.json.id;
	expect(id).toMatch(/^act_[0-9A-Za-z]{22}$/);
	const records = await workspace.log((all) => all.some((record) => record.act_id === id));
	const own = records.filter((record) => record.act_id === id);
	expect(own).toMatchObject([
		{ state: "denied", verdict: "deny", reason_code: "invalid_input", action: "mail.send", agent: "helpdesk-bot" },
	]);
	expect(JSON.stringify(own)).not.toContain(PRIVATE_TEXT);
}

describe("a content type other than JSON in UTF-8", () => {
	test.each([
		["text/plain"],
		["application/x-www-form-urlencoded"],
		["multipart/form-data; boundary=x"],
		["application/yaml"],
		["application/merge-patch+json"],
		["application/problem+json"],
		["text/json"],
		["application/jsonx"],
		["application/json, text/plain"],
		["application/json; charset=utf-16"],
		["application/json; charset=iso-8859-1"],
		["application/json; charset=utf-8; charset=utf-16"],
		["application/json; version=2"],
	])("%s is refused with 415", async (type) => {
		const answered = await run(good(), { "content-type": type });
		expectProblem(answered, 415, "unsupported_media_type");
		await expectLogged(answered);
	});

	test("none at all is refused with 415", async () => {
		expectProblem(await run(new TextEncoder().encode(good()), {}), 415, "unsupported_media_type");
	});

	test.each(["gzip", "br", "deflate", "gzip, identity", "x"])("and Content-Encoding: %s is refused with 415", async (coding) => {
		expectProblem(await run(good(), { ...JSON_TYPE, "content-encoding": coding }), 415, "unsupported_media_type");
	});

	test.each(["application/json", "Application/JSON", "application/json;charset=utf-8", 'application/json; charset="UTF-8"'])(
		"is not: %s",
		async (type) => {
			expect((await run(good(), { "content-type": type })).status).toBe(200);
		},
	);
});

describe("a body's size", () => {
	const LIMIT = 1_048_576;
	const sized = (bytes: number) => {
		const frame = good();
		return frame.replace(PRIVATE_TEXT, PRIVATE_TEXT + "x".repeat(bytes - frame.length));
	};

	test("of exactly the limit is read, one byte more is 413", async () => {
		// The action's own limit on the text is met first: the body as such was read.
		expectProblem(await run(sized(LIMIT)), 422, "invalid_request");
		const over = await run(sized(LIMIT + 1));
		expectProblem(over, 413, "too_large");
		await expectLogged(over);
	});

	test("is counted while it streams in, where nothing announced it", async () => {
		let sent = 0;
		const endless = new ReadableStream({
			pull(controller) {
				sent += 65_536;
				if (sent > 50 * LIMIT) controller.close();
				else controller.enqueue(new Uint8Array(65_536).fill(0x20));
			},
		});
		expectProblem(await run(endless), 413, "too_large");
		expect(sent).toBeLessThan(10 * LIMIT);
	});

	test("of a million characters in one field is what the action allows", async () => {
		expect((await run(JSON.stringify({ to: "jordan@acme.com", subject: "Hi", body: "x".repeat(1_000_000) }))).status).toBe(200);
	});
});

describe("a body that is not strict JSON", () => {
	const bytes = (...parts: (string | number[])[]) =>
		new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

	test.each<[string, BodyInit]>([
		["nothing", ""],
		["half an object", '{"to":"jordan@acme.com"'],
		["two objects", good() + good()],
		["a trailing comma", '{"to":"jordan@acme.com",}'],
		["a comment", `/* x */${good()}`],
		["single quotes", "{'to':'jordan@acme.com'}"],
		["a byte order mark", `\ufeff${good()}`],
		["a duplicate key", good(',"to":"mallory@gmail.com"')],
		["a duplicate key in another spelling", good(',"\\u0074o":"mallory@gmail.com"')],
		["a duplicate key deep inside", good(',"x":{"a":1,"a":2}')],
		["a lone surrogate", good(',"x":"\\ud800"')],
		["a lone low surrogate", good(',"x":"\\udc00\\ud800"')],
		["a number beyond all numbers", good(',"x":1e400')],
		["a number that is none", good(',"x":NaN')],
		["__proto__", good(',"__proto__":{"to":"mallory@gmail.com"}')],
		["constructor", good(',"constructor":{"prototype":{"to":"x"}}')],
		["an integer that no double holds", good(',"x":9007199254740993')],
		["a raw control character", good(',"x":"a\u0001b"')],
		["a raw line break in a text", good(',"x":"a\nb"')],
		["bytes that are not UTF-8", bytes('{"to":"a', [0xff], '@acme.com","subject":"x","body":"y"}')],
		["an overlong encoding", bytes('{"to":"a', [0xc0, 0xae], '@acme.com","subject":"x","body":"y"}')],
		["a surrogate as bytes", bytes('{"to":"a', [0xed, 0xa0, 0x80], '@acme.com","subject":"x","body":"y"}')],
		["a cut character", bytes('{"subject":"', [0xe2, 0x82], '"}')],
		["10,000 brackets", "[".repeat(10_000) + "]".repeat(10_000)],
		["10,000 braces", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
		["UTF-16", new Uint8Array(new Uint16Array([...good()].map((character) => character.charCodeAt(0))).buffer)],
	])("%s: 400", async (_what, body) => {
		const answered = await run(body);
		expectProblem(answered, 400, "malformed_body");
		expect(answered.json.errors.length).toBe(1);
		await expectLogged(answered);
	});
});

describe("JSON that is not the action's input", () => {
	test.each<[string, string]>([
		["a list", "[]"],
		["a text", '"mail"'],
		["null", "null"],
		["a number", "7"],
		["no recipient", '{"subject":"Hi","body":"x"}'],
		["an unknown field", good(',"from":"ceo@acme.com"')],
		["a field in another case", good(',"CC":"mallory@gmail.com"')],
		["a field with a blank", good(',"cc ":"mallory@gmail.com"')],
		["a number as recipient", '{"to":7,"subject":"Hi","body":"x"}'],
		["an object as recipient", '{"to":{"0":"jordan@acme.com"},"subject":"Hi","body":"x"}'],
		["a list in a list", '{"to":[["jordan@acme.com"]],"subject":"Hi","body":"x"}'],
		["null in a list", '{"to":["jordan@acme.com",null],"subject":"Hi","body":"x"}'],
		["an empty list", '{"to":[],"subject":"Hi","body":"x"}'],
		["an empty text", '{"to":"","subject":"Hi","body":"x"}'],
		["a subject with a line break", '{"to":"jordan@acme.com","subject":"Hi\\r\\nBcc: mallory@gmail.com","body":"x"}'],
	])("%s: 422, with the place", async (_what, body) => {
		const answered = await run(body);
		expectProblem(answered, 422, "invalid_request");
		for (const error of answered.json.errors) expect(Object.keys(error).slice(0, 3)).toEqual(["path", "code", "message"]);
		await expectLogged(answered);
	});

	test("is answered with every fault at once, each at its place", async () => {
		const answered = await run('{"to":["jordan@acme.com","x"],"cc":7,"subject":""}');
		expectProblem(answered, 422, "invalid_request");
		const paths = answered.json.errors.map((error: { path: string }) => error.path);
		expect(paths).toEqual(expect.arrayContaining(["to[1]", "cc", "subject", "body"]));
	});

	test("does not reach the prototypes of this Worker", async () => {
		await run(good(',"__proto__":{"polluted":true}'));
		expect(({} as Record<string, unknown>).polluted).toBeUndefined();
	});
});

describe("an Idempotency-Key", () => {
	test.each(["two words", "x".repeat(256), "é", "tab\there"])(
		"that is not 1 to 255 visible ASCII characters is refused: %s",
		async (key) => {
			const answered = await run(good(), { ...JSON_TYPE, "idempotency-key": key }).catch(() => null);
			// A header that the runtime itself does not send is refused earlier still.
			if (answered) expectProblem(answered, 400, "malformed_request");
		},
	);

	test("of 255 visible characters is taken", async () => {
		expect((await run(good(), { ...JSON_TYPE, "idempotency-key": `${"!~".repeat(127)}x` })).status).toBe(200);
	});
});
