/** The OpenAI SDK, unchanged, through the gateway: at once and as a stream, allowed and not, with its own retries. */
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiServer } from "../support/e2e/upstreams/api-server.ts";
import { OPENAI_SECRET, openAiConnector, startOpenAi } from "../support/e2e/upstreams/openai.ts";
import { type Proxied, startShared } from "../support/e2e/upstreams/proxied.ts";

let proxied: Proxied;
let upstream: ApiServer;

beforeAll(async () => {
	upstream = await startOpenAi();
	proxied = await startShared();
	await proxied.connect(openAiConnector(upstream.url), { name: "openai-key", value: OPENAI_SECRET });
}, 60_000);
beforeEach(() => upstream.forget());
afterAll(async () => {
	await upstream?.close();
});

const openai = (token: string) => new OpenAI({ apiKey: token, baseURL: proxied.base("openai") });
const messages = [{ role: "user" as const, content: "hi" }];

async function thrown(work: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
	const error = await Promise.resolve(work).then(
		() => null,
		(reason: unknown) => reason,
	);
	if (!(error instanceof OpenAI.APIError)) throw new Error(`an APIError was to be thrown, not ${String(error)}`);
	return error;
}

describe("an allowed call", () => {
	test("comes back as OpenAI answered it, and the log has it", async () => {
		const { name, token } = await proxied.agent("openai");
		const { data, response } = await openai(token).chat.completions.create({ model: "gpt-5", messages }).withResponse();
		expect(data.choices[0]?.message.content).toBe("Hello from the upstream");
		expect(response.headers.get("openai-processing-ms")).toBe("12");
		expect(response.headers.get("x-hivekey-verdict")).toBe("allow");
		expect(upstream.asked[0]?.headers.authorization).toBe(`Bearer ${OPENAI_SECRET}`);
		expect(upstream.asked[0]?.headers).not.toHaveProperty("x-stainless-lang");
		expect(JSON.parse(upstream.asked[0]?.body ?? "")).toEqual({ model: "gpt-5", messages });
		expect(await proxied.act(response.headers.get("x-hivekey-act-id") ?? "", "executed")).toMatchObject([
			{ state: "intent", agent: name, action: "openai.chat.create", fields: { model: "gpt-5" } },
			{ state: "executed", upstream_status: 200 },
		]);
	});

	test("streams: started before its first byte, closed after its last", async () => {
		const { token } = await proxied.agent("openai");
		const { data: stream, response } = await openai(token)
			.chat.completions.create({ model: "gpt-5", messages, stream: true })
			.withResponse();
		expect(response.headers.get("x-hivekey-state")).toBe("running");
		const words: string[] = [];
		for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? "");
		expect(words.join("")).toBe("Hello from the upstream");
		const records = await proxied.act(response.headers.get("x-hivekey-act-id") ?? "", "closed");
		expect(records.map(({ state }) => state)).toEqual(["intent", "started", "closed"]);
		expect(records[1]).toMatchObject({ upstream_status: 200, verdict: "allow" });
		expect(records[2]).toMatchObject({ upstream_status: 200, fields: { response_bytes: expect.any(Number) } });
	});

	test("hands on each piece of a stream as it comes", async () => {
		const { name, token } = await proxied.agent("openai");
		const stream = await openai(token).chat.completions.create({ model: "gpt-endless", messages, stream: true });
		let pieces = 0;
		for await (const _ of stream) if (++pieces === 5) break;
		// The SDK let go, so the gateway did, and the upstream with it.
		expect(await proxied.states(name, 1)).toEqual(["intent started aborted"]);
	});

	test("whose stream the upstream cuts off is cut off for the agent too", async () => {
		const { name, token } = await proxied.agent("openai");
		const stream = await openai(token).chat.completions.create({ model: "gpt-cut", messages, stream: true });
		const words: string[] = [];
		const reading = (async () => {
			for await (const chunk of stream) words.push(chunk.choices[0]?.delta.content ?? "");
		})();
		await expect(reading).rejects.toThrow();
		expect(words).toEqual(["Hello", " from", " the"]);
		expect(await proxied.states(name, 1)).toEqual(["intent started aborted"]);
	});

	test("pages by cursor, one act a page", async () => {
		const { name, token } = await proxied.agent("openai");
		const ids: string[] = [];
		for await (const job of openai(token).fineTuning.jobs.list({ limit: 2 })) ids.push(job.id);
		expect(ids).toEqual(["ftjob-1", "ftjob-2", "ftjob-3", "ftjob-4", "ftjob-5"]);
		expect(await proxied.states(name, 3)).toEqual(Array(3).fill("intent executed"));
	});
});

describe("a refusal is thrown, once, and nothing is sent", () => {
	const guards = {
		deny: "  - { id: models, action: openai.chat.create, when: { field: model, in: [gpt-5] } }\n",
		review: "  - { id: ask, action: openai.chat.create, when: { field: model, eq: gpt-5 }, otherwise: review }\n",
		limit: "  - { id: few, action: openai.chat.create, when: { field: rate.per_hour, lte: 0 } }\n",
	};

	test.each([
		["deny", "guard_denied", "deny", "denied"],
		["review", "guard_review", "review", "held"],
		["limit", "rate_exceeded", "deny", "denied"],
	] as const)("%s", async (kind, code, verdict, state) => {
		const { name, token } = await proxied.agent("openai", guards[kind]);
		const error = await thrown(openai(token).chat.completions.create({ model: "gpt-9", messages }));
		expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError);
		expect([error.status, error.code, error.type]).toEqual([403, code, "invalid_request_error"]);
		expect(error.headers?.get("x-hivekey-verdict")).toBe(verdict);
		expect(await proxied.states(name, 1)).toEqual([state]);
		expect(upstream.asked).toEqual([]);
	});

	test("of a stream", async () => {
		const { token } = await proxied.agent("openai", guards.deny);
		const error = await thrown(openai(token).chat.completions.create({ model: "gpt-9", messages, stream: true }));
		expect([error.status, error.code]).toEqual([403, "guard_denied"]);
	});

	test("of a token that is none", async () => {
		const error = await thrown(openai("sk-mine").chat.completions.create({ model: "gpt-5", messages }));
		expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
	});

	test("of an input that the action does not have", async () => {
		const { token } = await proxied.agent("openai");
		const error = await thrown(openai(token).chat.completions.create({ model: "gpt-5", messages, temperature: 1 }));
		expect(error).toBeInstanceOf(OpenAI.BadRequestError);
		expect(error.param).toBe("temperature");
	});
});

describe("what OpenAI refuses comes back as OpenAI said it", () => {
	test("404", async () => {
		const { name, token } = await proxied.agent("openai");
		const error = await thrown(openai(token).chat.completions.create({ model: "gpt-missing", messages }));
		expect([error.status, error.code, error.message]).toEqual([404, "model_not_found", "404 The model does not exist"]);
		expect(await proxied.states(name, 1)).toEqual(["intent failed"]);
	});

	test("500, which the SDK asks for again as it would of OpenAI", async () => {
		const { name, token } = await proxied.agent("openai");
		const error = await thrown(openai(token).chat.completions.create({ model: "gpt-broken", messages }));
		expect([error.status, error.type]).toEqual([500, "server_error"]);
		expect(await proxied.states(name, 3)).toEqual(Array(3).fill("intent failed"));
	});
});

test("an outcome that nobody knows is thrown once, and says so", async () => {
	const { name, token } = await proxied.agent("openai");
	const error = await thrown(openai(token).chat.completions.create({ model: "gpt-hangs", messages }));
	expect([error.status, error.code, error.type]).toEqual([422, "upstream_unknown", "api_error"]);
	expect(error.message).toContain("the call may have run");
	expect(upstream.asked.length).toBe(1);
	expect(await proxied.states(name, 1)).toEqual(["intent unknown"]);
});
