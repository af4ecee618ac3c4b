/** The behaviour table of all SDKs, with this one, against the real Worker behind a proxy that loses and cuts what passes. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as sdk from "../../sdk/typescript/src/index.ts";
import { BehaviourServer } from "./behaviour-server.ts";

interface Case {
	name: string;
	client?: "agent" | "admin" | "stranger";
	given?: object;
	call: { method: string; [key: string]: unknown };
	expect: {
		result?: object;
		names?: string[];
		error?: keyof typeof KINDS;
		facts?: Record<string, unknown>;
		has?: string[];
		requests?: number;
		requests_at_least?: number;
		keys?: number;
		ran?: number;
	};
}

const KINDS = {
	denied: sdk.DeniedError,
	held: sdk.HeldError,
	expired: sdk.ExpiredError,
	upstream_failed: sdk.UpstreamFailedError,
	unknown: sdk.UnknownOutcomeError,
	rate_limited: sdk.RateLimitedError,
	not_authenticated: sdk.AuthenticationError,
	missing_scope: sdk.MissingScopeError,
	not_found: sdk.NotFoundError,
	conflict: sdk.ConflictError,
	invalid_request: sdk.InvalidRequestError,
	unavailable: sdk.UnavailableError,
	connection: sdk.ConnectionError,
	timeout: sdk.TimeoutError,
	other: sdk.HiveKeyError,
} as const;

const table = JSON.parse(readFileSync(new URL("../../sdk/behaviour/table.json", import.meta.url), "utf8")) as { cases: Case[] };
const server = new BehaviourServer();
beforeAll(() => server.start(), 60_000);
afterAll(() => server.stop());

describe("the behaviour table", () => {
	test.each(table.cases.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
		const token = await server.begin(one.given ?? {});
		const { value, error } = await call(one, token).then(
			(value) => ({ value, error: undefined }),
			(error: unknown) => ({ value: undefined, error: error as Record<string, unknown> }),
		);
		const { requests, ran } = await server.outcome();
		const { expect: wanted } = one;
		if (wanted.error !== undefined) {
			expect(error?.constructor, String(error?.stack)).toBe(KINDS[wanted.error]);
			expect(error).toMatchObject(Object.fromEntries(Object.entries(wanted.facts ?? {}).map(([k, v]) => [camel(k), v])));
			for (const name of wanted.has ?? []) expect([undefined, null, ""], name).not.toContain(error?.[camel(name)]);
		} else {
			expect(error).toBeUndefined();
			if (wanted.result !== undefined) expect(value).toMatchObject(wanted.result);
			if (wanted.names !== undefined) expect(value).toEqual(wanted.names);
			for (const name of wanted.has ?? []) expect([undefined, null, ""], name).not.toContain((value as never)[name]);
		}
		if (wanted.requests !== undefined) expect(requests.length).toBe(wanted.requests);
		expect(requests.length).toBeGreaterThanOrEqual(wanted.requests_at_least ?? 0);
		const keys = new Set(requests.filter(({ method }) => method === "POST").map((request) => request.idempotency_key));
		if (wanted.keys !== undefined) expect(keys.size).toBe(wanted.keys);
		if (wanted.ran !== undefined) expect(ran).toBe(wanted.ran);
	});
});

test("whatever the network does, one run never is two", async () => {
	const fault = fc.constantFrom(
		{ pass: true },
		{ reset: "before" },
		{ reset: "during" },
		{ reset: "after" },
		{ half: true },
		{ slow_ms: 50 },
		{ hang: "after" },
		{ reply: { status: 503, headers: { "retry-after": "0" }, body: { code: "unavailable", detail: "away" } } },
		{ reply: { status: 502, text: "<h1>Bad Gateway</h1>" } },
		{ reply: { status: 504, text: "<h1>Gateway Timeout</h1>" } },
	);
	const to = fc.constantFrom("jordan@acme.com", "slow-300@acme.com", "vanishing@acme.com", "refused@acme.com");
	const property = fc.asyncProperty(fc.array(fault, { minLength: 1, maxLength: 4 }), to, async (faults, to) => {
		const hk = new sdk.HiveKey(await server.begin({ faults }), { baseUrl: server.url, timeoutMs: 1_500 });
		const done = await hk.actions.run("mail.send", { to, subject: "Hi", body: "x" }).then(
			() => true,
			() => false,
		);
		const { ran } = await server.outcome();
		expect(ran).toBeLessThanOrEqual(1);
		if (done) expect(ran).toBe(1);
	});
	await fc.assert(property, { numRuns: Number(process.env.SDK_FAULT_RUNS ?? 6) });
}, 600_000);

async function call({ client, call: { method, ...given } }: Case, token: string): Promise<unknown> {
	const options = { baseUrl: server.url };
	const hk = new sdk.HiveKey(client === "stranger" ? "hk_agt_nobody" : token, options);
	const admin = new sdk.HiveKeyAdmin(server.adminKey, options);
	const names = async (list: AsyncIterable<{ name: string }>) => {
		const found: string[] = [];
		for await (const { name } of list) found.push(name);
		return found;
	};
	switch (method) {
		case "actions.run":
			return hk.actions.run(given.action as string, given.input as object, runOptions(given));
		case "actions.list":
			return names(hk.actions.list());
		case "roles.list":
			return names(admin.roles.list({ limit: given.limit as number | undefined }));
		case "roles.get":
			return admin.roles.get(given.name as string);
		case "agents.create":
			return admin.agents.create({ name: given.name as string, role: given.role as string });
	}
	throw new Error(`the table asks for ${method}`);
}

function runOptions(given: Record<string, unknown>): sdk.RunOptions {
	const { wait, timeout_seconds, idempotency_key } = given;
	const seconds = typeof wait === "object" ? (wait as { timeout_seconds: number }).timeout_seconds : undefined;
	return {
		wait: seconds === undefined ? wait === true : { timeoutSeconds: seconds },
		timeoutMs: timeout_seconds === undefined ? undefined : Number(timeout_seconds) * 1_000,
		idempotencyKey: idempotency_key as string | undefined,
	};
}

/** `retry_after_seconds` -> `retryAfterSeconds`. */
function camel(name: string): string {
	return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
