import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as sdk from "../../sdk/typescript/src/index.ts";
import { AGENT_TOKEN, ContractGateway, problem, type Reply } from "./contract-gateway.ts";
import { DENIED, EXPIRED, FAILED, HELD, RATE_DENIED, UNKNOWN } from "./verdicts.ts";

const gateway = new ContractGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
});

const client = () => new sdk.HiveKey(AGENT_TOKEN, { baseUrl: gateway.url, maxRetries: 0 });

async function errorOf(reply: Reply): Promise<sdk.HiveKeyError> {
	gateway.once.push(reply);
	const error = await client()
		.actions.run("mail.send", { to: "a@acme.com" })
		.catch((caught) => caught);
	expect(error).toBeInstanceOf(sdk.HiveKeyError);
	return error;
}

describe("every answer that is not a success has its own class", () => {
	const cases: [string, Reply, typeof sdk.HiveKeyError, string][] = [
		["a deny", { status: 403, body: DENIED }, sdk.DeniedError, "guard_denied"],
		["a deny by a limit", { status: 429, body: RATE_DENIED }, sdk.DeniedError, "rate_exceeded"],
		["a hold", { status: 202, body: HELD }, sdk.HeldError, "guard_review"],
		[
			"a hold, asked for again",
			{ status: 202, body: { ...FAILED, verdict: "review", state: "pending" } },
			sdk.HeldError,
			"pending",
		],
		[
			"a denied hold, asked for again",
			{ status: 403, body: { ...FAILED, verdict: "review", state: "denied" } },
			sdk.DeniedError,
			"denied",
		],
		[
			"an expired hold, asked for again",
			{ status: 403, body: { ...FAILED, verdict: "review", state: "expired" } },
			sdk.ExpiredError,
			"expired",
		],
		["a call that is under way", { status: 202, body: { ...FAILED, state: "running" } }, sdk.ConflictError, "call_in_flight"],
		["an expired hold, told as a denial", { status: 403, body: EXPIRED }, sdk.ExpiredError, "review_expired"],
		["a failure upstream", { status: 502, body: FAILED }, sdk.UpstreamFailedError, "upstream_failed"],
		["an unknown outcome", { status: 504, body: UNKNOWN }, sdk.UnknownOutcomeError, "upstream_unknown"],
		["400", problem(400, "malformed_body", "not JSON"), sdk.InvalidRequestError, "malformed_body"],
		["401", problem(401, "unauthenticated", "no"), sdk.AuthenticationError, "unauthenticated"],
		["403 without a verdict", problem(403, "missing_scope", "no"), sdk.MissingScopeError, "missing_scope"],
		["404", problem(404, "not_found", "no"), sdk.NotFoundError, "not_found"],
		["409", problem(409, "call_in_flight", "no"), sdk.ConflictError, "call_in_flight"],
		["412", problem(412, "stale_revision", "no"), sdk.ConflictError, "stale_revision"],
		["413", problem(413, "too_large", "no"), sdk.InvalidRequestError, "too_large"],
		["415", problem(415, "unsupported_media_type", "no"), sdk.InvalidRequestError, "unsupported_media_type"],
		["422", problem(422, "invalid_request", "no"), sdk.InvalidRequestError, "invalid_request"],
		["429 without a verdict", problem(429, "too_many_requests", "no"), sdk.RateLimitedError, "too_many_requests"],
		["500", problem(500, "internal_error", "no"), sdk.HiveKeyError, "internal_error"],
		["503", problem(503, "unavailable", "no"), sdk.UnavailableError, "unavailable"],
		["a proxy's 503", { status: 503, raw: "<html>busy" }, sdk.UnavailableError, "http_503"],
		["a proxy's 504", { status: 504, raw: "<html>late" }, sdk.HiveKeyError, "unexpected_answer"],
		["another service's success", { status: 200, raw: "<html>hello" }, sdk.HiveKeyError, "unexpected_answer"],
		["a success without a verdict", { status: 200, body: { ok: true } }, sdk.HiveKeyError, "unexpected_answer"],
		["a redirect", { status: 301, headers: { location: "https://elsewhere" } }, sdk.HiveKeyError, "unexpected_answer"],
		[
			"an allow under a status that is none",
			{ status: 418, body: { ...FAILED, state: undefined } },
			sdk.HiveKeyError,
			"unexpected_answer",
		],
	];
	test.each(cases)("%s", async (_name, reply, Class, code) => {
		const error = await errorOf(reply);
		expect(error.constructor).toBe(Class);
		expect(error.name).toBe(Class.name);
		expect(error.code).toBe(code);
		expect(error.status).toBe(reply.status);
		expect(error.requestId).toBe("req_1");
	});
});

test("a denial says everything that the gateway said", async () => {
	const error = (await errorOf({ status: 429, headers: { "retry-after": "3600" }, body: RATE_DENIED })) as sdk.DeniedError;
	expect(error.message).toBe("mail.send was denied: recipient domain 'gmail.com' not in allowlist (act_2Nf9kR)");
	expect([error.id, error.action, error.agent, error.matchedGuard]).toEqual([
		"act_2Nf9kR",
		"mail.send",
		"helpdesk-bot",
		"daily-volume-cap",
	]);
	expect([error.retryable, error.approvable, error.retryAt, error.retryAfterSeconds]).toEqual([
		true,
		false,
		"2026-11-23T00:00:00Z",
		3600,
	]);
	expect(error.body).toEqual(RATE_DENIED);
});

test("a hold carries its review", async () => {
	const error = (await errorOf({ status: 202, body: HELD })) as sdk.HeldError;
	expect(error.review).toEqual(HELD.review);
});

test("bad input names each path", async () => {
	const errors = [{ path: "to", code: "format", message: "put the bare address" }];
	const error = (await errorOf(problem(422, "invalid_request", "1 problem", { errors }))) as sdk.InvalidRequestError;
	expect(error.errors).toEqual(errors);
});

test("an error never shows the token", async () => {
	const error = await errorOf({ status: 403, body: DENIED });
	const { inspect } = await import("node:util");
	expect(inspect(error, { depth: 10 }) + inspect(client(), { depth: 10, showHidden: true })).not.toContain(AGENT_TOKEN);
});
