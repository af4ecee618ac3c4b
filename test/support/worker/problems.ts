/** What every problem must look like: RFC 9457, its request id, and nothing that was secret. */
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Answered } from "./gateway.ts";

const REQUEST_ID = /^req_[0-9A-Za-z]{22}$/;

/** Stands in bodies that a test sends: it must not come back in an error. */
export const PRIVATE_TEXT = "the-body-said-this-in-confidence";

/** Asserts that an answer is this problem, whole and clean. */
export function expectProblem(answered: Answered, status: number, code: string): void {
	const { json, headers } = answered;
	expect([answered.status, json?.code]).toEqual([status, code]);
	expect(headers.get("content-type")).toBe("application/problem+json");
	expect(headers.get("x-request-id")).toMatch(REQUEST_ID);
	expect(json.request_id).toBe(headers.get("x-request-id"));
	expect(json.status).toBe(status);
	expect(json.type).toBe(`https://docs.hivekey.ai/errors#${code}`);
	expect(Object.keys(json).slice(0, 6)).toEqual(["type", "title", "status", "detail", "code", "request_id"]);
	expect(headers.has("retry-after")).toBe(status === 503);
	expectNoSecrets(answered);
}

/** Asserts that nothing of ours, and nothing that the request kept private, is in an answer. */
export function expectNoSecrets({ text, headers }: Answered, more: string[] = []): void {
	const whole = text + JSON.stringify([...headers]);
	for (const secret of [
		env.HIVEKEY_ROOT_KEY,
		env.HIVEKEY_TOKEN_KEY,
		env.HIVEKEY_SIGNING_KEY,
		env.HIVEKEY_ENCRYPTION_KEY,
		PRIVATE_TEXT,
		...more,
	])
		expect(whole).not.toContain(secret);
	expect(whole).not.toMatch(/hk_(agt|live)_[0-9A-Za-z]/);
	expect(whole).not.toMatch(/durableObjectId|D1_|SQLITE|at \w+ \(|\.ts:\d/);
}

/** An answer without what differs from request to request. */
export function timeless({ status, text, headers }: Answered): { status: number; text: string; headers: [string, string][] } {
	return {
		status,
		text: text.replace(/req_[0-9A-Za-z]{22}/g, "req_…").replace(/act_[0-9A-Za-z]{22}/g, "act_…"),
		headers: [...headers].filter(([name]) => name !== "x-request-id" && name !== "content-length"),
	};
}
