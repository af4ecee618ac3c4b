/** Several Workers serve at once, each with a cache of its own. What one of them has answered as done binds all of them. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import {
	type Answered,
	answered,
	applySchema,
	newWorkspace,
	ORIGIN,
	type TestAgent,
	type TestWorkspace,
} from "../support/worker/gateway.ts";

const ISOLATES = 6;
const STRANGER = { to: "jordan@gmail.com", subject: "Hi", body: "x" };

let isolates: App[];
let workspace: TestWorkspace;
let agent: TestAgent;

beforeAll(applySchema);
beforeEach(async () => {
	isolates = Array.from({ length: ISOLATES }, () => createApp(env));
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("first"));
	await workspace.applyRole(mailRole("second").replace("    - mail.send\n", ""));
	agent = await workspace.createAgent("helpdesk-bot", "first");
	// Every isolate knows the agent, its binding and its role.
	expect(await outcomes()).toEqual(Array(ISOLATES).fill(200));
});

async function through(isolate: App, method: string, path: string, token: string, body?: unknown): Promise<Answered> {
	const context = createExecutionContext();
	const request = new Request(new URL(path, ORIGIN), {
		method,
		headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const answer = await answered(await isolate.server.fetch(request, env, context));
	await waitOnExecutionContext(context);
	return answer;
}

/** What each isolate answers to the same call, one after the other. */
async function outcomes(): Promise<unknown[]> {
	const all: unknown[] = [];
	for (const isolate of isolates) {
		const { status, json } = await through(isolate, "POST", "/v1/actions/mail.send", agent.token, STRANGER);
		all.push(json.reason_code ?? json.code ?? status);
	}
	return all;
}

const admin = (isolate: number, method: string, path: string, body?: unknown) =>
	through(isolates[isolate] as App, method, path, workspace.key, body);

describe(`what one of ${ISOLATES} isolates with warm caches has answered is in force in all, at their next request`, () => {
	test("a change of the role", async () => {
		expect((await admin(0, "PATCH", "/v1/roles/first", PAGE_GUARDS)).status).toBe(200);
		expect(await outcomes()).toEqual(Array(ISOLATES).fill("guard_denied"));
	});

	test("another role for the agent", async () => {
		expect((await admin(1, "PATCH", "/v1/agents/helpdesk-bot", { role: "second" })).status).toBe(200);
		expect(await outcomes()).toEqual(Array(ISOLATES).fill("not_in_scope"));
	});

	test("a revoked agent", async () => {
		expect((await admin(2, "DELETE", "/v1/agents/helpdesk-bot")).status).toBe(204);
		expect(await outcomes()).toEqual(Array(ISOLATES).fill("unauthenticated"));
	});

	test("a rotated token without overlap", async () => {
		expect((await admin(3, "POST", "/v1/agents/helpdesk-bot/tokens", {})).status).toBe(201);
		expect(await outcomes()).toEqual(Array(ISOLATES).fill("unauthenticated"));
	});

	test("a single token", async () => {
		const { items } = (await admin(0, "GET", "/v1/agents/helpdesk-bot/tokens")).json;
		expect((await admin(4, "DELETE", `/v1/agents/helpdesk-bot/tokens/${items[0].id}`)).status).toBe(204);
		expect(await outcomes()).toEqual(Array(ISOLATES).fill("unauthenticated"));
	});

	test("changes one after the other, each through another isolate, with every isolate asked after each", async () => {
		for (let round = 0; round < ISOLATES; round++) {
			const guarded = round % 2 === 0;
			expect((await admin(round, "PATCH", "/v1/roles/first", guarded ? PAGE_GUARDS : { guards: [] })).status).toBe(200);
			expect(await outcomes()).toEqual(Array(ISOLATES).fill(guarded ? "guard_denied" : 200));
		}
	});

	test("a revoked admin key", async () => {
		const made = await admin(0, "POST", "/v1/keys", { owner: "ann@acme.com", scopes: ["audit"] });
		for (const isolate of isolates) expect((await through(isolate, "GET", "/v1/audit", made.json.key)).status).toBe(200);
		expect((await admin(1, "DELETE", `/v1/keys/${made.json.id}`)).status).toBe(204);
		for (const isolate of isolates) expect((await through(isolate, "GET", "/v1/audit", made.json.key)).status).toBe(401);
	});
});

describe("a token that expires", () => {
	test("is refused from that moment on, and the overlap of a rotation ends", async () => {
		const rotated = await admin(0, "POST", "/v1/agents/helpdesk-bot/tokens", { overlap_seconds: 1 });
		expect(rotated.status).toBe(201);
		expect(await outcomes()).toEqual(Array(ISOLATES).fill(200));
		const { items } = (await admin(0, "GET", "/v1/agents/helpdesk-bot/tokens")).json;
		const endsAt = Date.parse(items[0].expires_at);
		await expect.poll(() => Date.now(), { timeout: 5_000 }).toBeGreaterThan(endsAt);
		expect(await outcomes()).toEqual(Array(ISOLATES).fill("unauthenticated"));
		agent = { ...agent, token: rotated.json.token };
		expect(await outcomes()).toEqual(Array(ISOLATES).fill(200));
	});
});
