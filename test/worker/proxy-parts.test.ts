/** The parts of the transparent proxy that need no gateway: where the token stands, what of an answer comes along, what is never retried. */
import { describe, expect, test } from "vitest";
import { PROBLEM_CODES, PROBLEM_STATUS } from "../../src/contract/codes.ts";
import { streamOn } from "../../src/gateway/pass-stream.ts";
import { proxiedToken } from "../../src/http/proxy/agent-token.ts";
import { proxyErrorAnswer } from "../../src/http/proxy/error-answer.ts";
import { proxyProblem } from "../../src/http/proxy/problem.ts";
import { passedHeaders } from "../../src/http/proxy/upstream-answer.ts";

const TOKEN = "hk_agt_3pQabc";
const OTHER = "hk_agt_zzzzzz";

describe("the token is found", () => {
	test.each([
		["as Bearer", { authorization: `Bearer ${TOKEN}` }],
		["in any case of the scheme", { authorization: `bEARER  ${TOKEN}` }],
		["as token", { authorization: `token ${TOKEN}` }],
		["as the password of Basic", { authorization: `Basic ${btoa(`api:${TOKEN}`)}` }],
		["as the user of Basic without a password", { authorization: `Basic ${btoa(`${TOKEN}:`)}` }],
		["in the API's own header", { "x-api-key": TOKEN }],
		["in the API's own header beside a key of the SDK's", { authorization: "Bearer sk-placeholder", "private-token": TOKEN }],
		["twice the same", { authorization: `Bearer ${TOKEN}`, "x-api-key": TOKEN }],
	])("%s", (_, headers) => {
		expect(proxiedToken(new Headers(headers as Record<string, string>))).toBe(TOKEN);
	});

	test.each([
		["there is none", {}],
		["two different ones are there", { authorization: `Bearer ${TOKEN}`, "x-api-key": OTHER }],
		["it is part of another value", { cookie: `token=${TOKEN}` }],
		["Basic is no base64", { authorization: "Basic %%%" }],
		["Basic has no colon", { authorization: `Basic ${btoa(TOKEN)}` }],
		["the scheme is another", { authorization: `Digest ${TOKEN}` }],
		["two stand in one field", { authorization: `Bearer ${TOKEN} ${OTHER}` }],
	])("nowhere where %s", (_, headers) => {
		expect(proxiedToken(new Headers(headers as Record<string, string>))).toBeNull();
	});

	test("as it came, where it is of another kind: that is for the ledger to refuse", () => {
		expect(proxiedToken(new Headers({ authorization: "Bearer hk_live_abc" }))).toBe("hk_live_abc");
	});
});

describe("of an upstream's answer", () => {
	const frame = {
		upstream: "https://api.github.com",
		base: "https://gateway.example/v1/proxy/github",
		address: "https://gateway.example/v1/proxy/github/repos/o/r/issues?page=1&state=all",
	};
	const passed = (headers: Record<string, string>, named: string[] = []) => passedHeaders(new Headers(headers), named, frame);

	test("what SDKs read comes along; cookies, redirects, and what tells of the credential do not", () => {
		expect(
			passed({
				"content-type": "application/json",
				etag: '"1"',
				"x-ratelimit-remaining": "0",
				"retry-after": "3",
				"set-cookie": "session=1",
				location: "https://evil.example/",
				"x-oauth-scopes": "repo",
				"openai-organization": "org-1",
				"content-encoding": "gzip",
				"x-internal": "1",
			}),
		).toEqual({ "content-type": "application/json", etag: '"1"', "x-ratelimit-remaining": "0", "retry-after": "3" });
	});

	test("the connector names further fields, and cannot name a cookie", () => {
		expect(passed({ "x-internal": "1", "set-cookie": "a=b" }, ["x-internal", "set-cookie"])).toEqual({ "x-internal": "1" });
	});

	test("a flood of fields is cut", () => {
		const flood = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`x-ratelimit-${index}`, "1"]));
		expect(Object.keys(passed(flood)).length).toBe(64);
		expect(passed({ etag: "x".repeat(9_000) })).toEqual({});
	});

	test.each([
		[
			"a page of the same address leads through the gateway",
			'<https://api.github.com/repos/o/r/issues?page=2>; rel="next"',
			'<https://gateway.example/v1/proxy/github/repos/o/r/issues?page=2>; rel="next"',
		],
		[
			"a page under the upstream's own name for it is asked for at the address that was asked",
			'<https://api.github.com/repositories/1/issues?page=2>; rel="next", <https://api.github.com/repositories/1/issues?page=9>; rel="last"',
			'<https://gateway.example/v1/proxy/github/repos/o/r/issues?page=2>; rel="next", <https://gateway.example/v1/proxy/github/repos/o/r/issues?page=9>; rel="last"',
		],
		[
			"another link of the upstream's leads through the gateway too",
			'<https://api.github.com/repos/o/r>; rel="describedby"',
			'<https://gateway.example/v1/proxy/github/repos/o/r>; rel="describedby"',
		],
		[
			"a relative page is the upstream's",
			'</repos/o/r/issues?page=2>; rel="next"',
			'<https://gateway.example/v1/proxy/github/repos/o/r/issues?page=2>; rel="next"',
		],
	])("%s", (_, link, wanted) => {
		expect(passed({ link })).toEqual({ link: wanted });
	});

	test.each([
		'<https://evil.example/repos?page=2>; rel="next"',
		'<https://api.github.com@evil.example/repos?page=2>; rel="next"',
		'<//evil.example/repos?page=2>; rel="next"',
		'<javascript:alert(1)>; rel="next"',
		'<https://api.github.com.evil.example/x>; rel="alternate"',
		"no link at all",
	])("a link that leads elsewhere is left out: %s", (link) => {
		expect(passed({ link })).toEqual({});
	});
});

describe("a refusal", () => {
	const details = {
		message: "denied by policy: no",
		code: "guard_denied",
		request_id: "req_1",
		act_id: "act_1",
		verdict: "deny" as const,
	};

	test.each(["generic", "github", "openai", "stripe"] as const)(
		"in the style %s has an error object, and says not to come again",
		(style) => {
			const answer = proxyErrorAnswer(style, 403, details) as {
				status: number;
				body: { error: object };
				headers: Record<string, string>;
			};
			expect(answer.body.error).toMatchObject({
				message: "denied by policy: no",
				code: "guard_denied",
				act_id: "act_1",
				param: null,
			});
			expect(answer.headers).toMatchObject({
				"x-should-retry": "false",
				"stripe-should-retry": "false",
				"x-hivekey-act-id": "act_1",
				"x-hivekey-verdict": "deny",
			});
		},
	);

	test.each(PROBLEM_CODES)(
		"of the server itself, %s, is an error that no SDK takes for a success, or for worth a retry unless it is",
		async (code) => {
			const response = proxyProblem(code, "why", "req_1");
			expect(((await response.json()) as { error: object }).error).toMatchObject({ code, request_id: "req_1" });
			const isRetried = ![400, 401, 403, 422].includes(response.status);
			expect(isRetried).toBe([409, 429, 503].includes(PROBLEM_STATUS[code]));
			expect(response.headers.get("x-should-retry")).toBe(isRetried ? null : "false");
		},
	);

	test("that may come again says when", () => {
		const answer = proxyErrorAnswer("openai", 503, details) as { headers: Record<string, string> };
		expect(answer.headers["retry-after"]).toBe("1");
		expect(answer.headers).not.toHaveProperty("x-should-retry");
	});
});

describe("an answer on its way", () => {
	const LIMITS = { idleMs: 5_000, totalMs: 10_000 };
	const bytes = (text: string) => new TextEncoder().encode(text);

	function source(
		pieces: string[],
		end: "close" | "error" | "silence",
	): { reader: ReadableStreamDefaultReader<Uint8Array>; wasCancelled: () => boolean } {
		let cancelled = false;
		const left = [...pieces];
		const stream = new ReadableStream<Uint8Array>(
			{
				pull(controller) {
					const piece = left.shift();
					if (piece !== undefined) controller.enqueue(bytes(piece));
					else if (end === "close") controller.close();
					else if (end === "error") controller.error(new Error("reset"));
					else return new Promise(() => {});
				},
				cancel() {
					cancelled = true;
				},
			},
			{ highWaterMark: 0 },
		);
		return { reader: stream.getReader(), wasCancelled: () => cancelled };
	}

	test("is whole, in order, with its beginning first, and closed", async () => {
		const { body, ended } = streamOn(source(["c", "d"], "close").reader, [bytes("a"), bytes("b")], LIMITS);
		expect(await new Response(body).text()).toBe("abcd");
		expect(await ended).toEqual({ why: null, bytes: 4 });
	});

	test("that the upstream breaks off is broken off here, and says so", async () => {
		const { body, ended } = streamOn(source(["c"], "error").reader, [], LIMITS);
		await expect(new Response(body).text()).rejects.toThrow("the answer broke off");
		expect(await ended).toEqual({ why: "the upstream broke off", bytes: 1 });
	});

	test("that falls silent is given up, and so is its source", async () => {
		const { reader, wasCancelled } = source(["c"], "silence");
		const { body, ended } = streamOn(reader, [], { idleMs: 30, totalMs: 10_000 });
		await expect(new Response(body).text()).rejects.toThrow("the answer broke off");
		expect(await ended).toEqual({ why: "the upstream fell silent", bytes: 1 });
		expect(wasCancelled()).toBe(true);
	});

	test("takes no longer than any may, whatever drips", async () => {
		const { reader } = source(
			Array.from({ length: 1_000 }, () => "x"),
			"silence",
		);
		const { body, ended } = streamOn(reader, [], { idleMs: 10_000, totalMs: 60 });
		await expect(new Response(body).text()).rejects.toThrow("the answer broke off");
		expect((await ended).why).toBe("the answer took longer than any may");
	});

	test("that nobody wants any more lets go of the upstream", async () => {
		const { reader, wasCancelled } = source(["c", "d", "e"], "silence");
		const { body, ended } = streamOn(reader, [], LIMITS);
		const mine = body.getReader();
		await mine.read();
		await mine.cancel();
		expect(await ended).toEqual({ why: "the agent went away before the answer's end", bytes: 1 });
		expect(wasCancelled()).toBe(true);
	});

	test("is asked for piece by piece: what nobody reads is not fetched", async () => {
		let pulled = 0;
		const endless = new ReadableStream<Uint8Array>(
			{ pull: (controller) => controller.enqueue(bytes(`${++pulled}`)) },
			{ highWaterMark: 0 },
		);
		const { body } = streamOn(endless.getReader(), [], LIMITS);
		const mine = body.getReader();
		for (let piece = 0; piece < 3; piece++) await mine.read();
		expect(pulled).toBe(3);
		await mine.cancel();
	});
});
