/** The comparison that the other suites lean on sees what it should. */
import { describe, expect, test } from "vitest";
import { faultsOf } from "./conformance.ts";
import type { Answered } from "./http.ts";
import { operation } from "./openapi.ts";

const REQUEST_ID = "req_0000000000000000000000";
const HEALTHY = answered(200, { status: "ok", version: "0.1.0" });

function answered(status: number, body: unknown, headers: Record<string, string> = {}): Answered {
	const type = status < 400 ? "application/json" : "application/problem+json";
	const text = body === undefined ? "" : JSON.stringify(body);
	return { status, headers: { "x-request-id": REQUEST_ID, "content-type": type, ...headers }, text, json: body };
}

function problem(status: number, code: string): Answered {
	const body = { type: "t", title: "t", status, detail: "d", code, request_id: REQUEST_ID };
	return answered(status, body, { "www-authenticate": "Bearer", "retry-after": "1" });
}

describe("an answer as documented", () => {
	test.each([
		["healthz.get", HEALTHY],
		["healthz.get", problem(503, "not_ready")],
		["whoami.get", problem(401, "unauthenticated")],
	])("%s has no fault", (id, answer) => {
		expect(faultsOf(operation(id), answer)).toEqual([]);
	});
});

describe("a fault is", () => {
	test.each([
		["a status that is not documented", "healthz.get", answered(418, {})],
		["a 500, though it is documented", "healthz.get", problem(500, "internal_error")],
		["a field that is not documented", "healthz.get", answered(200, { status: "ok", version: "0.1.0", more: 1 })],
		["a field that is missing", "healthz.get", answered(200, {})],
		[
			"a field that is not documented in a component",
			"whoami.get",
			answered(200, { organization: "o", workspace: "w", more: 1 }),
		],
		["another media type", "healthz.get", { ...HEALTHY, headers: { ...HEALTHY.headers, "content-type": "text/html" } }],
		[
			"a request id of another form",
			"healthz.get",
			answered(200, { status: "ok", version: "0.1.0" }, { "x-request-id": "mine" }),
		],
		["a code that does not come with the operation", "whoami.get", problem(503, "not_everywhere")],
		["a code under another status", "whoami.get", problem(503, "unauthenticated")],
		["503 without Retry-After", "healthz.get", { ...problem(503, "not_ready"), headers: HEALTHY.headers }],
		["a body where there is none", "agents.delete", answered(204, {})],
		["a secret that may be stored", "keys.create", answered(201, {})],
	])("%s", (_, id, answer) => {
		expect(faultsOf(operation(id), answer as Answered)).not.toEqual([]);
	});
});
