import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConnectionError, HiveKey, HiveKeyAdmin, TimeoutError, UnavailableError } from "../../sdk/typescript/src/index.ts";
import { invitesRetry, parseRetryAfter, retryDelayMs } from "../../sdk/typescript/src/retry.ts";
import { ADMIN_KEY, AGENT_TOKEN, ContractGateway, problem, type Reply } from "./contract-gateway.ts";
import { ALLOWED, DENIED, FAILED, RATE_DENIED, UNKNOWN } from "./verdicts.ts";

const gateway = new ContractGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
});

const client = (options: object = {}) => new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url, ...options });
const soon = { "retry-after": "0" };
const UNAVAILABLE = problem(503, "unavailable", "a store is away", {}, soon);
const TOO_MANY = problem(429, "too_many_requests", "slow down", {}, soon);
const OK: Reply = { status: 200, body: ALLOWED };

describe("run() is repeated only where nothing can have run twice", () => {
	test.each<[string, Reply, number]>([
		["503", UNAVAILABLE, 2],
		["429 without a verdict", TOO_MANY, 2],
		["429 that does not say when", problem(429, "too_many_requests", "slow down"), 1],
		["a connection that breaks", { status: 0, hangUp: true }, 2],
		["a deny", { status: 403, headers: soon, body: DENIED }, 1],
		["a deny by a limit, in spite of its Retry-After", { status: 429, headers: soon, body: RATE_DENIED }, 1],
		["a failure upstream", { status: 502, headers: soon, body: FAILED }, 1],
		["an unknown outcome", { status: 504, headers: soon, body: UNKNOWN }, 1],
		["409", problem(409, "call_in_flight", "wait", {}, soon), 1],
		["500", problem(500, "internal_error", "oh", {}, soon), 1],
	])("%s", async (_name, reply, requests) => {
		gateway.once.push(reply, OK);
		await client()
			.actions.run("mail.send", {})
			.catch(() => undefined);
		expect(gateway.seen.length).toBe(requests);
	});
});

test("one idempotency key is kept over the repetitions of a call, and another call has another", async () => {
	gateway.once.push(UNAVAILABLE, { status: 0, hangUp: true }, OK, OK);
	const hk = client();
	await hk.actions.run("mail.send", {});
	await hk.actions.run("mail.send", {});
	const keys = gateway.seen.map((seen) => seen.headers["idempotency-key"]);
	expect(keys[0]).toMatch(/^[0-9a-z-]{20,}$/);
	expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]]);
	expect(keys[3]).not.toBe(keys[0]);
});

test("the caller's own key is sent, and is on the error", async () => {
	gateway.once.push(UNAVAILABLE);
	const error = await client({ maxRetries: 0 })
		.actions.run("mail.send", {}, { idempotencyKey: "order-7" })
		.catch((caught) => caught);
	expect(error).toBeInstanceOf(UnavailableError);
	expect([gateway.seen[0]?.headers["idempotency-key"], error.idempotencyKey]).toEqual(["order-7", "order-7"]);
});

test("it gives up after maxRetries with the last answer", async () => {
	gateway.once.push(UNAVAILABLE, UNAVAILABLE, UNAVAILABLE, OK);
	await expect(client().actions.run("mail.send", {})).rejects.toBeInstanceOf(UnavailableError);
	expect(gateway.seen.length).toBe(3);
});

test("a POST without an idempotency key is never sent twice", async () => {
	const admin = new HiveKeyAdmin(ADMIN_KEY, { baseUrl: gateway.url });
	gateway.once.push(UNAVAILABLE, { status: 0, hangUp: true });
	await expect(admin.agents.create({ name: "a", role: "r" })).rejects.toBeInstanceOf(UnavailableError);
	await expect(admin.agents.create({ name: "a", role: "r" })).rejects.toBeInstanceOf(ConnectionError);
	expect(gateway.seen.length).toBe(2);
});

test("applying a role is repeated, under a condition it is not", async () => {
	const admin = new HiveKeyAdmin(ADMIN_KEY, { baseUrl: gateway.url });
	gateway.once.push(UNAVAILABLE);
	expect((await admin.roles.put("r", "kind: Role")).change).toBe("created");
	gateway.once.push(UNAVAILABLE);
	await expect(admin.roles.put("r", "kind: Role", { ifMatch: '"1"' })).rejects.toBeInstanceOf(UnavailableError);
	gateway.once.push(UNAVAILABLE);
	await expect(admin.roles.put("r", "kind: Role", { ifNoneMatch: "*" })).rejects.toBeInstanceOf(UnavailableError);
	expect(gateway.seen.length).toBe(4);
});

test("a wait longer than the time that is left, or than a minute, is the caller's to decide on", async () => {
	gateway.once.push(problem(503, "unavailable", "later", {}, { "retry-after": "5" }));
	const error = await client({ timeoutMs: 1_000 })
		.actions.run("mail.send", {})
		.catch((caught) => caught);
	expect([error.code, error.retryAfterSeconds]).toEqual(["unavailable", 5]);
	gateway.once.push(problem(503, "unavailable", "later", {}, { "retry-after": "3600" }));
	await expect(client({ timeoutMs: 1e8 }).actions.run("mail.send", {})).rejects.toMatchObject({ retryAfterSeconds: 3600 });
	expect(gateway.seen.length).toBe(2);
});

test("no answer in time is a TimeoutError with the key to ask again with", async () => {
	gateway.once.push({ status: 0, hang: true });
	const error = await client()
		.actions.run("mail.send", {}, { timeoutMs: 60, idempotencyKey: "k" })
		.catch((caught) => caught);
	expect(error).toBeInstanceOf(TimeoutError);
	expect([error.code, error.idempotencyKey, gateway.seen.length]).toEqual(["timeout", "k", 1]);
});

test("the caller's signal ends a call with its own reason, while it waits too", async () => {
	gateway.once.push({ status: 0, hang: true });
	const first = new AbortController();
	const running = client().actions.run("mail.send", {}, { signal: first.signal });
	setTimeout(() => first.abort(new Error("enough")), 30);
	await expect(running).rejects.toThrow("enough");

	gateway.once.push(problem(503, "unavailable", "later", {}, { "retry-after": "30" }));
	const second = new AbortController();
	const waiting = client().actions.run("mail.send", {}, { signal: second.signal });
	setTimeout(() => second.abort(new Error("enough waiting")), 30);
	await expect(waiting).rejects.toThrow("enough waiting");
	await expect(client().actions.run("mail.send", {}, { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
		"before",
	);
});

test("a gateway that is not there is a ConnectionError that names it", async () => {
	const error = await new HiveKey(AGENT_TOKEN, { baseUrl: "http://127.0.0.1:9", maxRetries: 0 }).actions
		.run("mail.send", {})
		.catch((caught) => caught);
	expect(error).toBeInstanceOf(ConnectionError);
	expect(error.message).toContain("http://127.0.0.1:9");
});

test("delays double, half of each is chance, and the gateway's own word goes first", () => {
	expect([1, 2, 3, 4, 5, 9].map((attempt) => retryDelayMs(attempt, undefined, 0))).toEqual([
		250, 500, 1_000, 2_000, 4_000, 4_000,
	]);
	expect([1, 2, 9].map((attempt) => retryDelayMs(attempt, undefined, 1))).toEqual([500, 1_000, 8_000]);
	expect(retryDelayMs(1, 7, 0.5)).toBe(7_000);
});

test("Retry-After is seconds or a date", () => {
	const now = Date.UTC(2026, 10, 22, 14, 0, 0);
	expect(parseRetryAfter("12", now)).toBe(12);
	expect(parseRetryAfter("Sun, 22 Nov 2026 14:00:30 GMT", now)).toBe(30);
	expect(parseRetryAfter("Sun, 22 Nov 2026 13:00:00 GMT", now)).toBe(0);
	expect([parseRetryAfter("soon", now), parseRetryAfter(null, now), parseRetryAfter("-1e3x", now)]).toEqual([
		undefined,
		undefined,
		undefined,
	]);
});

test("no verdict invites a retry, whatever its status", () => {
	for (let status = 200; status < 600; status++) expect(invitesRetry(status, true, 1)).toBe(false);
	expect([429, 502, 503, 504].map((status) => invitesRetry(status, false, 1))).toEqual([true, false, true, false]);
});
