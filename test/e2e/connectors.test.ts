/** A connector from its document to its upstream: applied, granted, called, changed, against a real server. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, clientOf, logOnce, newAgent } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { json, startUpstream, type Upstream } from "../support/e2e/upstream.ts";

const SECRET = "s3cr3t/with+odd=signs";
let gateway: LocalGateway;
let upstream: Upstream;
let admin: Client;

beforeAll(async () => {
	upstream = await startUpstream((heard, response) => {
		if (heard.url.startsWith("/v2/broken")) json(response, 500, { error: `no, not with ${SECRET}` });
		else if (heard.url.startsWith("/v2/echo"))
			json(response, 200, { sent: heard.headers, again: { [SECRET]: encodeURIComponent(SECRET), base64: btoa(SECRET) } });
		else
			json(response, 200, { id: 7, subject: "Hi", internal: { cost: 3 }, notes: [{ id: 1, author: "jo" }] }, { "x-page": "2" });
	});
	gateway = await startLocalGateway();
	admin = clientOf(gateway.url, gateway.adminKey);
});
beforeEach(() => void upstream.heard.splice(0));
afterAll(async () => {
	await gateway.stop();
	await upstream.stop();
});

const connector = (name: string, more = "") => `apiVersion: policy.hivekey.ai/v1
kind: Connector
metadata: { name: ${name} }
http:
  base_url: ${upstream.url}/v2
  auth: { header: { name: X-Api-Key, secret: ${name}-key } }
  headers: { X-Client: hivekey }
actions:
  - name: ${name}.ticket.get
    method: GET
    path: /tickets/{id}
    input: { type: object, properties: { id: { type: integer } } }
    logged: [id]
    response: { hide: [internal, "notes[].author"] }
  - name: ${name}.ticket.create
    method: POST
    path: /tickets
    query: { notify: notify }
    input: { type: object, properties: { subject: { type: string }, notify: { type: boolean } }, required: [subject] }
    response: { fields: [id], headers: [X-Page] }
  - { name: ${name}.echo, method: GET, path: /echo }
  - { name: ${name}.broken, method: GET, path: /broken }
${more}`;
const role = (name: string, pattern: string, guards = "") =>
	`apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: ${name} }\nscope: { allow: ["${pattern}"] }\n${guards}`;

async function applied(name: string, more = ""): Promise<void> {
	expect((await admin("PUT", `/v1/secrets/${name}-key`, { value: SECRET })).status).toBe(200);
	const answer = await admin("PUT", `/v1/connectors/${name}`, connector(name, more));
	if (answer.status !== 200) throw new Error(answer.text);
}

describe("a call", () => {
	let call: Client;
	beforeAll(async () => {
		await applied(
			"crm",
			"  - { name: crm.user.get, method: GET, path: '/users/{name}', input: { type: object, properties: { name: { type: string } } } }\n",
		);
		const guards = "guards:\n  - { id: small, action: crm.ticket.get, when: { field: id, lt: 100 } }\n";
		({ call } = await newAgent(gateway.url, gateway.adminKey, "crm-bot", role("crm-agent", "crm.**", guards)));
	});

	test("goes out as the document says, and comes back as far as the agent may see it", async () => {
		const got = await call("POST", "/v1/actions/crm.ticket.get", { id: 7 });
		expect([got.status, got.json]).toEqual([
			200,
			{
				id: expect.stringMatching(/^act_/),
				action: "crm.ticket.get",
				verdict: "allow",
				matched_guard: "small",
				agent: "crm-bot",
				result: { id: 7, subject: "Hi", notes: [{ id: 1 }] },
			},
		]);
		const made = await call("POST", "/v1/actions/crm.ticket.create", { subject: "Ä", notify: true });
		expect(made.json.result).toEqual({ status: 200, headers: { "x-page": "2" }, body: { id: 7 } });
		expect(upstream.heard.map(({ method, url, body }) => [method, url, body])).toEqual([
			["GET", "/v2/tickets/7", ""],
			["POST", "/v2/tickets?notify=true", '{"subject":"Ä"}'],
		]);
		expect(upstream.heard[1]?.headers).toMatchObject({
			"x-api-key": SECRET,
			"x-client": "hivekey",
			"content-type": "application/json",
			"user-agent": "HiveKey",
		});
		expect(upstream.heard[1]?.headers).not.toHaveProperty("authorization");
	});

	test("that a guard denies, or whose input does not fit, does not go out", async () => {
		expect((await call("POST", "/v1/actions/crm.ticket.get", { id: 100 })).status).toBe(403);
		expect((await call("POST", "/v1/actions/crm.ticket.get", { id: "7" })).status).toBe(422);
		expect((await call("POST", "/v1/actions/crm.ticket.get", { id: 7, x: 1 })).status).toBe(422);
		expect((await call("POST", "/v1/actions/crm.ticket.delete", { id: 7 })).status).toBe(403);
		expect(upstream.heard).toEqual([]);
	});

	test("whose input fits its schema and cannot be said in the request is told which field, is on the log as that, and does not go out", async () => {
		const refused = await call("POST", "/v1/actions/crm.user.get", { name: "jo/admin" });
		expect([refused.status, refused.json.code, refused.json.errors]).toEqual([
			422,
			"invalid_request",
			[{ path: "name", code: "not_in_a_path", message: "no slash stands in this part of the address" }],
		]);
		expect(upstream.heard).toEqual([]);
		const records = await logOnce(gateway.url, gateway.adminKey, (all) => all.some(({ action }) => action === "crm.user.get"));
		expect(records.filter(({ action }) => action === "crm.user.get")).toMatchObject([
			{ state: "denied", verdict: "deny", reason_code: "invalid_input" },
		]);
		expect((await call("POST", "/v1/actions/crm.user.get", { name: "jo" })).status).toBe(200);
	});

	test("whose upstream echoes the secret shows none of it, in no dress", async () => {
		const { json: body, text } = await call("POST", "/v1/actions/crm.echo", {});
		expect(body.result).toMatchObject({
			sent: { "x-api-key": "[secret]" },
			again: { "[secret]": "[secret]", base64: "[secret]" },
		});
		expect(text).not.toContain("s3cr3t");
	});

	test("that the upstream refuses says so, with what it said", async () => {
		const failed = await call("POST", "/v1/actions/crm.broken", {});
		expect([failed.status, failed.json.state, failed.json.error]).toEqual([
			502,
			"failed",
			{
				code: "upstream_failed",
				message: "the upstream answered 500",
				upstream_status: 500,
				upstream_body: { error: "no, not with [secret]" },
			},
		]);
	});

	test("is on the log, with the fields that the document lets there and nothing of the secret", async () => {
		const records = await logOnce(gateway.url, gateway.adminKey, (all) =>
			all.some((record) => record.action === "crm.broken" && record.state === "failed"),
		);
		const mine = records.filter((record) => record.agent === "crm-bot");
		expect(mine.find((record) => record.action === "crm.ticket.get" && record.state === "intent")).toMatchObject({
			fields: { id: 7 },
		});
		expect(mine.find((record) => record.action === "crm.ticket.get" && record.state === "executed")).toMatchObject({
			upstream_status: 200,
		});
		expect(mine.find((record) => record.action === "crm.broken" && record.state === "failed")).toMatchObject({
			upstream_status: 500,
		});
		expect(JSON.stringify(records)).not.toContain("s3cr3t");
		expect(gateway.lines.join("\n")).not.toContain("s3cr3t");
	});

	test("is listed with its schema", async () => {
		const { json: page } = await call("GET", "/v1/actions");
		expect(page.items.map(({ name }: { name: string }) => name)).toEqual([
			"crm.broken",
			"crm.echo",
			"crm.ticket.create",
			"crm.ticket.get",
			"crm.user.get",
		]);
	});
});

describe("a change", () => {
	test("of a secret is in force at the next request", async () => {
		await applied("rot");
		const { call } = await newAgent(gateway.url, gateway.adminKey, "rot-bot", role("rot-agent", "rot.**"));
		await call("POST", "/v1/actions/rot.ticket.get", { id: 1 });
		const set = await admin("PUT", "/v1/secrets/rot-key", { value: "another" });
		expect(set.json).toEqual({
			name: "rot-key",
			version: 2,
			change: "updated",
			connectors: ["rot"],
			roles: [{ name: "rot-agent", rev: 2 }],
		});
		await call("POST", "/v1/actions/rot.ticket.get", { id: 1 });
		expect(upstream.heard.map(({ headers }) => headers["x-api-key"])).toEqual([SECRET, "another"]);
		expect((await admin("DELETE", "/v1/secrets/rot-key")).json).toMatchObject({
			code: "still_in_use",
			errors: [{ path: "rot" }],
		});
		expect((await admin("GET", "/v1/secrets")).text).not.toContain("another");
	});

	test("of a connector is in force at the next request, says what it changes for whom, and widens no role", async () => {
		await applied("wid");
		const { call } = await newAgent(gateway.url, gateway.adminKey, "wid-bot", role("wid-agent", "wid.ticket.*"));
		const next = connector(
			"wid",
			'  - { name: wid.ticket.delete, method: DELETE, path: "/tickets/{id}", input: { type: object, properties: { id: { type: integer } } } }\n',
		).replace("path: /tickets/{id}\n", "path: /t/{id}\n");
		const planned = await admin("PUT", "/v1/connectors/wid?dry_run=true", next);
		const changes = {
			change: "updated",
			rev: 2,
			changed: [
				{ action: "wid.ticket.delete", parts: ["added"] },
				{ action: "wid.ticket.get", parts: ["request"] },
			],
			roles: [
				{ name: "wid-agent", changed: [{ action: "wid.ticket.get", parts: ["request"] }], would_match: ["wid.ticket.delete"] },
			],
		};
		expect(planned.json).toMatchObject(changes);
		expect((await admin("GET", "/v1/connectors/wid")).json.rev).toBe(1);
		expect((await admin("PUT", "/v1/connectors/wid", next)).json).toMatchObject({
			...changes,
			roles: [{ ...changes.roles[0], rev: 2 }],
		});
		await call("POST", "/v1/actions/wid.ticket.get", { id: 1 });
		expect(upstream.heard.map(({ url }) => url)).toEqual(["/v2/t/1"]);
		expect((await call("POST", "/v1/actions/wid.ticket.delete", { id: 1 })).json.reason_code).toBe("not_in_scope");
		expect((await admin("PUT", "/v1/connectors/wid", next)).json).toMatchObject({ change: "unchanged", rev: 2 });
		await admin("PUT", "/v1/roles/wid-agent", role("wid-agent", "wid.ticket.*"));
		expect((await call("POST", "/v1/actions/wid.ticket.delete", { id: 1 })).status).toBe(200);
		expect(
			(await admin("GET", "/v1/connectors/wid/revisions")).json.items.map(
				({ rev, in_force }: { rev: number; in_force: boolean }) => [rev, in_force],
			),
		).toEqual([
			[2, true],
			[1, false],
		]);
	});

	test("that a role in force could not live with is refused, and nothing is changed", async () => {
		await applied("grd");
		await newAgent(
			gateway.url,
			gateway.adminKey,
			"grd-bot",
			role("grd-agent", "grd.**", "guards:\n  - { id: g, action: grd.ticket.get, when: { field: id, lt: 5 } }\n"),
		);
		const refused = await admin(
			"PUT",
			"/v1/connectors/grd",
			connector("grd").replace("{id}", "{nr}").replace("{ id: { type", "{ nr: { type").replace("[id]", "[nr]"),
		);
		expect([refused.status, refused.json.errors[0].message]).toEqual([
			422,
			expect.stringContaining("role grd-agent: unknown field `id`"),
		]);
		expect((await admin("GET", "/v1/connectors/grd")).json.rev).toBe(1);
		expect((await admin("DELETE", "/v1/connectors/grd")).json).toMatchObject({
			code: "still_in_use",
			errors: [{ path: "grd-agent" }],
		});
	});
});

test("a secret that is not set is said to the administrator and to the agent, and the call is not counted", async () => {
	const answer = await admin("PUT", "/v1/connectors/uns", connector("uns"));
	expect(answer.json.warnings).toMatchObject([
		{ code: "secret_not_set", message: expect.stringContaining("hivekey secret set uns-key") },
	]);
	const { call } = await newAgent(gateway.url, gateway.adminKey, "uns-bot", role("uns-agent", "uns.**"));
	const failed = await call("POST", "/v1/actions/uns.ticket.get", { id: 1 });
	expect([failed.status, failed.json.error]).toMatchObject([
		502,
		{ code: "secret_missing", message: expect.stringContaining("the secret uns-key is not set") },
	]);
	expect((await admin("PUT", "/v1/secrets/uns-key", { value: "now" })).json).toMatchObject({
		change: "created",
		roles: [{ name: "uns-agent" }],
	});
	expect((await call("POST", "/v1/actions/uns.ticket.get", { id: 1 })).status).toBe(200);
});

test("a connector on an address that the operator does not allow is refused", async () => {
	for (const url of ["https://169.254.169.254/latest", "https://10.0.0.1", "http://api.example.com"]) {
		const answer = await admin("PUT", "/v1/connectors/evil", connector("evil").replace(`${upstream.url}/v2`, url));
		expect([answer.status, answer.json.errors]).toMatchObject([422, [{ path: "http.base_url", code: "address_refused" }]]);
	}
});
