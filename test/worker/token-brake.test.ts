/** Floods of tokens that are not taken: who sends them is told to wait, and nobody else notices. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { HOLD_SECONDS, TokenBrake } from "../../src/gateway/token-brake.ts";
import { endpoint } from "../../src/http/endpoint.ts";
import { createServer } from "../../src/http/server.ts";
import { crc32Base62 } from "../../src/keys/crc32.ts";
import { systemIds } from "../../src/keys/digests.ts";
import { mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace, ORIGIN, send, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";

/** What wrangler.toml allows an address in a minute. */
const LIMIT = 100;

let workspace: TestWorkspace;
let agent: TestAgent;
let revoked: TestAgent;

beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
	revoked = await workspace.createAgent("gone-bot", "support-agent");
	await workspace.admin("DELETE", "/v1/agents/gone-bot");
});

const forged = (n: number) => {
	const body = `hk_agt_${String(n).padStart(99, "A")}`;
	return body + crc32Base62(body);
};

async function statusFrom(address: string, token: string, path = "/v1/actions"): Promise<number> {
	return (await send("GET", path, { token, headers: { "cf-connecting-ip": address } })).status;
}

/** Asks until it is told something else than 401. @returns how often it was told that. The limit's minute may end in between. */
async function refusalsBefore(ask: (n: number) => Promise<number>): Promise<[refusals: number, then: number]> {
	for (let n = 0; n < LIMIT * 3; n++) {
		const status = await ask(n);
		if (status !== 401) return [n, status];
	}
	return [LIMIT * 3, 401];
}

describe.each([
	["made-up tokens", "203.0.113.1", forged, "/v1/actions"],
	["one revoked token", "203.0.113.2", () => revoked.token, "/v1/actions"],
	["guesses at the root key", "203.0.113.3", (n: number) => `guess-${n}`, "/v1/workspaces"],
	["admin keys", "203.0.113.4", (n: number) => forged(n).replace("hk_agt_", "hk_live_"), "/v1/agents"],
])("a flood of %s", (_, address, tokenOf, path) => {
	test("is refused as ever up to the limit, then told to wait; valid tokens from the same address pass all the while", async () => {
		const [refusals, then] = await refusalsBefore((n) => statusFrom(address, tokenOf(n), path));
		expect(refusals).toBeGreaterThanOrEqual(LIMIT);
		expect(then).toBe(503);
		const from = { headers: { "cf-connecting-ip": address } };
		const refused = await send("GET", path, { ...from, token: tokenOf(0) });
		expectProblem(refused, 503, "unavailable");
		expect(refused.headers.get("retry-after")).toBe(String(HOLD_SECONDS));
		expect((await send("GET", "/v1/actions", { ...from, token: agent.token })).status).toBe(200);
		expect((await send("GET", "/v1/agents", { ...from, token: workspace.key })).status).toBe(200);
		expect((await send("GET", "/healthz", from)).status).toBe(200);
	});

	test("from elsewhere, or from nobody knows where, is refused as ever", async () => {
		expect(await statusFrom("203.0.113.99", tokenOf(0), path)).toBe(401);
		expect((await send("GET", path, { token: tokenOf(0) })).status).toBe(401);
	});
});

test("a revoked token that hammers on asks its ledger no more", async () => {
	let asked = 0;
	const ledgers = new Proxy(env.AGENT_LEDGER, {
		get(target, name) {
			if (name === "getByName") asked++;
			const value = Reflect.get(target, name);
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
	const { server } = createApp({ ...env, AGENT_LEDGER: ledgers });
	const ask = async () => {
		const context = createExecutionContext();
		const headers = { authorization: `Bearer ${revoked.token}`, "cf-connecting-ip": "203.0.113.5" };
		const { status } = await server.fetch(new Request(new URL("/v1/actions", ORIGIN), { headers }), env, context);
		await waitOnExecutionContext(context);
		return status;
	};
	const [refusals, then] = await refusalsBefore(ask);
	expect([then, asked]).toEqual([503, refusals]);
	const before = asked;
	for (let i = 0; i < 20; i++) expect(await ask()).toBe(503);
	expect(asked).toBe(before);
});

test("an upstream's own 401, passed on to an agent whose token was taken, is passed on for ever and counts for nothing", async () => {
	let noted = 0;
	const limit = async () => {
		noted++;
		return { success: false };
	};
	const ports = {
		ready: async () => true,
		ids: systemIds,
		now: Date.now,
		log: () => {},
		clientAddress: undefined,
		tokenBrake: new TokenBrake({ limit }, Date.now),
	};
	const passing = endpoint({
		method: "get",
		path: "/v1/passing",
		summary: "Answers as an upstream did",
		access: "agent",
		responses: {},
		handle: async () => ({ status: 401, passed: new Uint8Array([33]), headers: { "x-hivekey-act-id": "act_1" } }),
	});
	const server = createServer(ports as never, [passing]);
	for (let n = 0; n < 5; n++) {
		const headers = { authorization: `Bearer ${agent.token}`, "cf-connecting-ip": "203.0.113.6" };
		const context = createExecutionContext();
		const answer = await server.fetch(new Request(new URL("/v1/passing", ORIGIN), { headers }), env, context);
		await waitOnExecutionContext(context);
		expect([answer.status, await answer.text()]).toEqual([401, "!"]);
	}
	expect(noted).toBe(0);
});

describe("the brake", () => {
	const never = { limit: async () => ({ success: false }) };

	test("lets go after the hold, and holds on while refusals go on", async () => {
		let now = 0;
		const brake = new TokenBrake(never, () => now);
		await brake.note("203.0.113.1", "token");
		expect([brake.holds("203.0.113.1"), brake.stops("203.0.113.1", "token")]).toEqual([true, true]);
		now += HOLD_SECONDS * 1_000 - 1;
		await brake.note("203.0.113.1", "token");
		now += HOLD_SECONDS * 1_000 - 1;
		expect(brake.stops("203.0.113.1", "token")).toBe(true);
		now += 1;
		expect([brake.holds("203.0.113.1"), brake.stops("203.0.113.1", "token")]).toEqual([false, false]);
	});

	test("stops no token that was not refused, and none at another address", async () => {
		const brake = new TokenBrake(never, () => 0);
		await brake.note("203.0.113.1", "token");
		expect([brake.stops("203.0.113.1", "another"), brake.stops("203.0.113.2", "token")]).toEqual([false, false]);
	});

	test("takes all of an IPv6 /64 for one, in any spelling", async () => {
		const brake = new TokenBrake(never, () => 0);
		await brake.note("2001:db8:0:7::1", "token");
		expect(brake.holds("2001:0DB8::7:ffff:0:0:2")).toBe(true);
		expect(brake.holds("2001:db8:0:8::1")).toBe(false);
		expect(brake.holds("::ffff:203.0.113.1")).toBe(false);
	});

	test("keeps at most a thousand addresses in mind, however many flood", async () => {
		const brake = new TokenBrake(never, () => 0);
		for (let n = 0; n < 1_500; n++) await brake.note(`10.0.${n >> 8}.${n & 255}`, `token-${n}`);
		const held = Array.from({ length: 1_500 }, (_, n) => brake.holds(`10.0.${n >> 8}.${n & 255}`));
		expect(held.filter(Boolean).length).toBe(1_000);
		expect(held.slice(500)).toEqual(Array(1_000).fill(true));
	});

	test("holds nobody while the platform's limit does not answer", async () => {
		const brake = new TokenBrake({ limit: () => Promise.reject(new Error("away")) }, () => 0);
		await brake.note("203.0.113.1", "token");
		expect(brake.holds("203.0.113.1")).toBe(false);
	});
});
