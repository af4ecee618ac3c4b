/** Which headers a connector may send, and which of an answer an agent may see. */
import { describe, expect, test } from "vitest";
import { maySend, mayShow } from "../../../src/policy/connector/header-names.ts";

describe("never sent by a connector", () => {
	test.each([
		// What says where a message ends, or how it is to be read.
		...["content-length", "transfer-encoding", "content-encoding", "content-type", "accept-encoding", "te", "trailer", "expect"],
		// What is for the next hop alone.
		...["connection", "keep-alive", "upgrade", "http2-settings", "proxy-connection", "proxy-authenticate", "via"],
		// Who it is for and from.
		...["host", "origin", "forwarded", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"],
		// Another method or another address.
		...["x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url"],
		// Credentials.
		...["authorization", "proxy-authorization", "cookie", "cookie2", "set-cookie"],
		// The platform's, the browser's and our own.
		...["cf-connecting-ip", "cf-worker", "sec-fetch-site", "x-hivekey-agent"],
	])("%s", (name) => {
		expect(maySend(name)).toBe(false);
	});
});

test.each(["accept", "if-match", "x-api-key", "x-cf-a", "user-agent", "idempotency-key", "x-http", "notion-version"])(
	"%s is sent",
	(name) => {
		expect(maySend(name)).toBe(true);
	},
);

describe("never shown to an agent", () => {
	test.each([
		...["set-cookie", "set-cookie2", "www-authenticate", "proxy-authenticate", "proxy-authorization", "x-hivekey-act"],
		...["connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "cf-ray", "sec-a", "x-forwarded-for"],
	])("%s", (name) => {
		expect(mayShow(name)).toBe(false);
	});
});

test.each(["etag", "link", "location", "content-type", "x-total", "retry-after", "x-request-id"])("%s is shown", (name) => {
	expect(mayShow(name)).toBe(true);
});
