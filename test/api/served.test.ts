/**
 * The document and its page, as a gateway serves them: the committed bytes, and nothing from any other host. And that what is
 * refused before its body was read is heard by whoever still sends it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { PREPARE_MS, startGateway, type TestGateway } from "./gateway.ts";
import { type Client, openClient } from "./http.ts";
import { DOCUMENT } from "./openapi.ts";

const POLICY =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
	gateway = await startGateway();
	client = openClient(gateway.url);
}, PREPARE_MS);

afterAll(async () => {
	client?.close();
	await gateway?.stop();
});

const get = (path: string) => client.send({ method: "get", path });

test("GET /openapi.json answers the committed document", async () => {
	const answer = await get("/openapi.json");
	expect(answer.status).toBe(200);
	expect(answer.headers["content-type"]).toBe("application/json");
	expect(answer.json).toEqual(DOCUMENT);
});

test("GET /docs leads to a page that loads only what this gateway serves", async () => {
	const docs = await get("/docs");
	expect([docs.status, docs.headers.location]).toEqual([302, "/docs/"]);
	const page = await get("/docs/");
	expect(page.status).toBe(200);
	expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
	expect(page.headers["content-security-policy"]).toBe(POLICY);
	expect(page.headers["x-content-type-options"]).toBe("nosniff");
	const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address as string);
	expect(loaded.toSorted()).toEqual([
		"/openapi.json",
		"data:,",
		"docs.css",
		"start.js",
		"swagger-ui-bundle.js",
		"swagger-ui.css",
	]);
	expect(page.text).not.toMatch(/<style|<script>|\son\w+=/);
	for (const [name, type] of [
		["docs.css", "text/css; charset=utf-8"],
		["start.js", "text/javascript; charset=utf-8"],
		["swagger-ui.css", "text/css; charset=utf-8"],
		["swagger-ui-bundle.js", "text/javascript; charset=utf-8"],
	]) {
		const file = await get(`/docs/${name}`);
		expect([file.status, file.headers["content-type"]], name).toEqual([200, type]);
		expect(file.headers["content-security-policy"], name).toBe(POLICY);
	}
});

test.each(["/docs/nothing", "/docs/_headers", "/docs/../wrangler.toml", "/_headers"])("%s is not there", async (path) => {
	expect((await get(path)).status).toBe(404);
});

test.each([
	["a forged token", "/v1/roles/support-agent", 401],
	["an address where nothing is", "/v1/nothing", 404],
	["a method that is not taken", "/v1/whoami", 405],
])("the refusal of 5 MB is heard, every time: %s", async (_what, path, status) => {
	const body = Buffer.alloc(5_000_000, "x");
	const headers = { authorization: "Bearer hk_live_forged", "content-type": "application/json" };
	const sent = Array.from({ length: 40 }, () => client.send({ method: "put", path, headers, body }));
	const answers = await Promise.all(sent);
	expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([status]));
});
