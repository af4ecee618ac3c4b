/** Visible actions as tools of the frameworks, with the frameworks themselves, and the real gateway behind them. */
import { generateText, isStepCount } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AuthenticationError, HiveKey, HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { hivekeyTools as aiTools } from "../../sdk/typescript/src/tools/ai-sdk.ts";
import { hivekeyTools as langchainTools } from "../../sdk/typescript/src/tools/langchain.ts";
import { hivekeyResponseTools, hivekeyTools as openaiTools } from "../../sdk/typescript/src/tools/openai.ts";
import { toolNames } from "../../sdk/typescript/src/tools/tool-names.ts";
import { PAGE_GUARDS } from "../support/roles.ts";
import { ChatCompletions } from "./chat-completions.ts";
import { RealGateway } from "./real-gateway.ts";

const ALLOWED = { to: "jordan@acme.com", subject: "Hi", body: "x" };
const DENIED = { ...ALLOWED, to: "eve@gmail.com" };
const TOLD_DENIED = { error: "denied", reason: "recipient domain 'gmail.com' not in allowlist", guard: "approved-domains" };

const gateway = new RealGateway();
let hk: HiveKey;
beforeAll(async () => {
	await gateway.start();
	const { key } = await gateway.makeWorkspace();
	const admin = new HiveKeyAdmin(key, { baseUrl: gateway.url });
	const scope = { allow: ["mail.read", "mail.send"] };
	const role = { apiVersion: "policy.hivekey.ai/v1", kind: "Role", metadata: { name: "support-agent" }, scope, ...PAGE_GUARDS };
	await admin.roles.put("support-agent", role);
	await admin.mailboxes.create({ address: "helpdesk@acme.com" });
	const { token } = await admin.agents.create({ name: "helpdesk-bot", role: "support-agent" });
	hk = new HiveKey(token, { baseUrl: gateway.url });
}, 60_000);

describe("the Vercel AI SDK", () => {
	test("runs what the model calls, and tells it what was denied", async () => {
		const asked: unknown[] = [];
		const model = new MockLanguageModelV4({
			doGenerate: async ({ prompt, tools }) => {
				asked.push({ tools, last: prompt.at(-1) });
				const calls = asked.length === 1 ? [ALLOWED, DENIED] : [];
				const content = calls.map((input, at) => ({
					type: "tool-call" as const,
					toolCallId: `call-${at}`,
					toolName: "mail_send",
					input: JSON.stringify(input),
				}));
				return {
					content: content.length > 0 ? content : [{ type: "text" as const, text: "done" }],
					finishReason: { unified: content.length > 0 ? ("tool-calls" as const) : ("stop" as const), raw: undefined },
					usage: {
						inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
						outputTokens: { total: 1, text: 1, reasoning: 0 },
					},
					warnings: [],
				};
			},
		});
		const answer = await generateText({ model, tools: await aiTools(hk), stopWhen: isStepCount(3), prompt: "mail Jordan" });
		expect(answer.text).toBe("done");
		const results = answer.steps[0]?.toolResults.map(({ output }) => output);
		expect(results?.[0]).toMatchObject({ queued: true });
		expect(results?.[1]).toMatchObject(TOLD_DENIED);
		const [first] = asked as { tools: { name: string; inputSchema: { required: string[] } }[] }[];
		expect(first?.tools.map(({ name }) => name)).toEqual(["mail_read", "mail_send"]);
		expect(first?.tools[1]?.inputSchema.required).toContain("subject");
	});
});

describe("OpenAI", () => {
	const model = new ChatCompletions([ALLOWED, DENIED]);
	let client: OpenAI;
	beforeAll(async () => {
		client = new OpenAI({ apiKey: "none", baseURL: await model.start() });
	});
	beforeEach(() => {
		model.asked.length = 0;
	});
	afterAll(() => model.stop());

	test("Chat Completions run what the model calls by themselves", async () => {
		const tools = await openaiTools(hk, { only: ["mail.send"] });
		const messages = [{ role: "user" as const, content: "mail Jordan" }];
		expect(await client.chat.completions.runTools({ model: "m", messages, tools }).finalContent()).toBe("done");
		const [first, second] = model.asked;
		const told = second?.messages.filter(({ role }) => role === "tool") ?? [];
		expect(JSON.parse(told[0]?.content ?? "")).toMatchObject({ queued: true });
		expect(JSON.parse(told[1]?.content ?? "")).toMatchObject(TOLD_DENIED);
		expect(first?.tools.map((tool) => tool.function.name)).toEqual(["mail_send"]);
	});

	test("function calls of a response are answered, other items left alone", async () => {
		const hivekey = await hivekeyResponseTools(hk);
		const input = [{ role: "user" as const, content: "mail Jordan" }];
		await client.responses.create({ model: "m", input, tools: hivekey.tools });
		expect(model.asked[0]?.tools).toEqual(hivekey.tools);
		const call = { type: "function_call", name: "mail_send", arguments: JSON.stringify(ALLOWED), call_id: "c1" };
		const answers = await hivekey.answer([{ type: "message" }, call, { ...call, name: "other" } as never]);
		expect(answers.map(({ type, call_id }) => [type, call_id])).toEqual([["function_call_output", "c1"]]);
		expect(JSON.parse(answers[0]?.output ?? "")).toMatchObject({ queued: true });
	});
});

describe("LangChain", () => {
	test("invokes tools with what the model calls", async () => {
		const tools = await langchainTools(hk);
		const send = tools.find(({ name }) => name === "mail_send");
		const call = (args: object) => send?.invoke({ type: "tool_call", id: "call_1", name: "mail_send", args: { ...args } });
		expect(await call(ALLOWED)).toMatchObject({ tool_call_id: "call_1", content: expect.stringContaining('"queued":true') });
		expect(JSON.parse((await call(DENIED)).content)).toMatchObject(TOLD_DENIED);
		await expect(call({ to: 7 })).rejects.toThrow(/schema/);
	});
});

test("what the gateway finds wrong with the input is told to the model, a bad token to the program", async () => {
	const [tool] = await openaiTools(hk, { only: ["mail.send"] });
	const told = JSON.parse((await tool?.function.function({ to: "nobody", subject: "Hi", body: "x" })) ?? "");
	expect(told).toMatchObject({ error: "invalid_request", errors: [{ path: expect.stringContaining("to") }] });
	await expect(openaiTools(new HiveKey("hk_agt_nobody", { baseUrl: gateway.url }))).rejects.toBeInstanceOf(AuthenticationError);
	await expect(openaiTools(hk, { only: ["pay.refund"] })).rejects.toThrow("This agent sees no action pay.refund.");
});

test("names of tools are letters that models take, each its own, whatever the order of the actions", () => {
	const long = `crm.${"x".repeat(90)}`;
	const actions = ["a.b_c", "a_b.c", "a.b.c", long, `${long}y`];
	const names = toolNames(actions);
	expect(names.get("a.b.c")).toBe("a_b_c");
	expect(new Set(names.values()).size).toBe(5);
	for (const name of names.values()) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
	expect(toolNames([...actions].reverse())).toEqual(names);
});
