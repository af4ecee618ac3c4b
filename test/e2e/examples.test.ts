/** The connectors of examples/ against real servers that speak their APIs: what arrives there, what comes back, what is on the log. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { clientOf } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { type Routes, startRoutedUpstream } from "../support/e2e/routed-upstream.ts";
import type { Heard, Upstream } from "../support/e2e/upstream.ts";

const EXAMPLES = join(import.meta.dirname, "../../examples");
const upstreams: Upstream[] = [];
let gateway: LocalGateway;
let admin: ReturnType<typeof clientOf>;

beforeAll(async () => {
	gateway = await startLocalGateway();
	admin = clientOf(gateway.url, gateway.adminKey);
}, 60_000);
afterEach(async () => {
	for (const upstream of upstreams.splice(0)) await upstream.stop();
});
afterAll(async () => {
	await gateway.stop();
});

interface Agent {
	run(action: string, input: object): Promise<{ status: number; json: { verdict: string; result?: unknown; reason?: string } }>;
	upstream: Upstream;
}

const SECRET = "s3cret-of-the-upstream";

/** The connector and the role of an example in force, its API on this machine, and an agent under the role. */
async function governed(
	name: string,
	address: string,
	secret: string,
	mayCall: (seen: Heard) => boolean,
	routes: Routes,
): Promise<Agent> {
	const upstream = await startRoutedUpstream(mayCall, routes);
	upstreams.push(upstream);
	const text = readFileSync(`${EXAMPLES}/${name}/connector.yaml`, "utf8");
	expect(text).toContain(address);
	const base = new URL(address);
	const here = text.replaceAll(base.origin, upstream.url);
	expect((await admin("PUT", `/v1/secrets/${secret}`, { value: SECRET })).status).toBe(200);
	const applied = await putYaml(`/v1/connectors/${name}`, here);
	expect(applied.status, applied.text).toBe(200);
	const role = readFileSync(`${EXAMPLES}/${name}/role.yaml`, "utf8");
	const roleName = /name: ([a-z-]+)/.exec(role)?.[1] ?? "";
	expect((await putYaml(`/v1/roles/${roleName}`, role)).status).toBe(200);
	const created = await admin("POST", "/v1/agents", { name: `${name}-bot`, role: roleName });
	const agent = clientOf(gateway.url, created.json.token);
	return { upstream, run: (action, input) => agent("POST", `/v1/actions/${action}`, input) as never };
}

async function putYaml(path: string, body: string): Promise<{ status: number; text: string }> {
	const headers = { authorization: `Bearer ${gateway.adminKey}`, "content-type": "application/yaml" };
	const answer = await fetch(gateway.url + path, { method: "PUT", headers, body });
	return { status: answer.status, text: await answer.text() };
}

const bearer = ({ headers }: Heard) => headers["authorization"] === `Bearer ${SECRET}`;
/** What came since it was asked last. */
const heard = (agent: Agent) => agent.upstream.heard.splice(0);
const sent = (agent: Agent) => heard(agent).map(({ method, url, body }) => [method, url, body]);

test("github: issues are read and filed, others' repositories and secrets are not reached", async () => {
	const issue = { number: 7, title: "Checkout fails", body: "a long text", user: { login: "jordan", email: "jordan@acme.com" } };
	const agent = await governed("github", "https://api.github.com", "github-token", bearer, {
		"GET /repos/{}/{}/issues": () => ({ body: [issue] }),
		"POST /repos/{}/{}/issues": ({ body }) => ({
			status: 201,
			body: { ...issue, ...JSON.parse(body), html_url: "https://x", state: "open" },
		}),
		"GET /repos/{}/{}/contents/{}": (_heard, _owner, _repo, path) => ({ body: { path } }),
	});
	const listed = await agent.run("github.read.issues.list-for-repo", {
		owner: "acme",
		repo: "shop",
		labels: ["bug", "p 1"],
		page: 2,
	});
	expect([listed.status, listed.json.result]).toEqual([200, [{ number: 7, title: "Checkout fails", user: { login: "jordan" } }]]);
	const filed = await agent.run("github.write.issues.create", { owner: "acme", repo: "shop", title: "Checkout fails" });
	expect([filed.status, filed.json.result]).toEqual([200, { number: 7, html_url: "https://x", state: "open" }]);
	const read = await agent.run("github.read.repos.get-content", { owner: "acme", repo: "shop", path: "src/a b.ts" });
	expect(read.json.result).toEqual({ path: "src/a b.ts" });
	expect(sent(agent)).toEqual([
		["GET", "/repos/acme/shop/issues?labels=bug%2Cp%201&page=2", ""],
		["POST", "/repos/acme/shop/issues", '{"title":"Checkout fails"}'],
		["GET", "/repos/acme/shop/contents/src%2Fa%20b.ts", ""],
	]);
	for (const [action, input, status] of [
		["github.read.issues.get", { owner: "evil", repo: "shop", issue_number: 7 }, 403],
		["github.read.issues.get", { owner: "acme", repo: "../user", issue_number: 7 }, 422],
		["github.read.repos.get-content", { owner: "acme", repo: "shop", path: ".env" }, 403],
		["github.write.pulls.merge", { owner: "acme", repo: "shop", pull_number: 8, sha: "6dcb09b" }, 202],
		["github.delete.repos.delete", { owner: "acme", repo: "shop" }, 403],
	] as const)
		expect([action, (await agent.run(action, input)).status]).toEqual([action, status]);
	expect(heard(agent)).toEqual([]);
});

test("stripe: a refund goes out as a form, larger ones wait, and a day has an end", async () => {
	const agent = await governed("stripe", "https://api.stripe.com", "stripe-key", bearer, {
		"POST /v1/refunds": ({ body }) => ({
			body: { id: "re_1", amount: Number(new URLSearchParams(body).get("amount")), status: "succeeded", balance: 1 },
		}),
		"GET /v1/charges": () => ({
			body: { data: [{ id: "ch_1", amount: 5, currency: "eur", status: "paid", receipt_email: "x@y.z" }], has_more: false },
		}),
	});
	const refund = (input: object) => agent.run("stripe.write.refunds.create", { charge: "ch_1", ...input });
	const small = await refund({ amount: 5_000, metadata: { ticket: "47 & 11" }, idempotency_key: "0123456789abcdef" });
	expect([small.status, small.json.result]).toEqual([200, { id: "re_1", amount: 5_000, status: "succeeded" }]);
	const listed = await agent.run("stripe.read.charges.list", { customer: "cus_1", created: { gte: 1760000000 } });
	expect(listed.json.result).toEqual({ data: [{ id: "ch_1", amount: 5, currency: "eur", status: "paid" }], has_more: false });
	const [first, second] = heard(agent);
	expect([
		first?.body,
		first?.headers["content-type"],
		first?.headers["idempotency-key"],
		first?.headers["stripe-version"],
	]).toEqual([
		"amount=5000&charge=ch_1&metadata%5Bticket%5D=47%20%26%2011",
		"application/x-www-form-urlencoded",
		"0123456789abcdef",
		"2025-09-30.clover",
	]);
	expect(second?.url).toBe("/v1/charges?created%5Bgte%5D=1760000000&customer=cus_1");
	expect((await refund({ amount: 5_001 })).status).toBe(202);
	expect((await refund({ amount: 100_000 })).status).toBe(429);
	expect((await refund({ amount: -1 })).status).toBe(422);
	expect(heard(agent)).toEqual([]);
});

test("openai: small models answer, card numbers stay, and what the API refuses is told", async () => {
	const agent = await governed("openai", "https://api.openai.com/v1", "openai-key", bearer, {
		"POST /v1/chat/completions": ({ body }) =>
			JSON.parse(body).messages[0].content === "overload"
				? { status: 503, body: { error: { message: "overloaded" } } }
				: { body: { id: "c1", choices: [{ message: { role: "assistant", content: "Short." } }], system_fingerprint: "fp" } },
		"GET /v1/models": () => ({ body: { object: "list", data: [{ id: "gpt-5-mini", owned_by: "openai" }] } }),
	});
	const ask = (content: string, more: object = {}) =>
		agent.run("openai.write.chat.completions.create", {
			model: "gpt-5-mini",
			messages: [{ role: "user", content }],
			max_completion_tokens: 100,
			...more,
		});
	expect((await agent.run("openai.read.models.list", {})).json.result).toEqual({ data: [{ id: "gpt-5-mini" }] });
	expect((await ask("Sum this up.")).json.result).toEqual({
		id: "c1",
		choices: [{ message: { role: "assistant", content: "Short." } }],
	});
	expect(JSON.parse(heard(agent)[1]?.body ?? "")).toEqual({
		model: "gpt-5-mini",
		messages: [{ role: "user", content: "Sum this up." }],
		max_completion_tokens: 100,
	});
	const card = await ask("Card 4242 4242 4242 4242");
	expect([card.status, card.json.reason]).toEqual([403, "a card number does not leave the company"]);
	expect((await ask("Sum this up.", { model: "gpt-5" })).status).toBe(403);
	expect((await ask("Write a book.", { max_completion_tokens: 4_000 })).status).toBe(202);
	expect(heard(agent)).toEqual([]);
	expect((await ask("overload")).status).toBe(502);
});

test("slack: two channels are told, nobody is called together", async () => {
	const agent = await governed("slack", "https://slack.com/api", "slack-token", bearer, {
		"POST /api/chat.postMessage": ({ body }) => ({
			body: { ok: true, ts: "1.2", channel: new URLSearchParams(body).get("channel"), message: {} },
		}),
		"GET /api/conversations.history": () => ({ body: { ok: true, messages: [] } }),
	});
	expect((await agent.run("slack.read.conversations.history", { channel: "C0STATUS", limit: 5 })).json.result).toEqual({
		ok: true,
		messages: [],
	});
	const said = await agent.run("slack.write.chat.post-message", { channel: "C0STATUS", text: "Deployed <!here>" });
	expect([said.status, said.json.reason]).toEqual([403, "a machine does not call everybody together"]);
	expect((await agent.run("slack.write.chat.post-message", { channel: "C0GENERAL", text: "Deployed" })).status).toBe(403);
	expect(sent(agent)).toEqual([["GET", "/api/conversations.history?channel=C0STATUS&limit=5", ""]]);
	// By night a person looks first; which it is now, the test does not say.
	const told = await agent.run("slack.write.chat.post-message", { channel: "C0STATUS", text: "Deployed & tested" });
	expect([200, 202]).toContain(told.status);
	expect(sent(agent)).toEqual(
		told.status === 200 ? [["POST", "/api/chat.postMessage", "channel=C0STATUS&text=Deployed%20%26%20tested"]] : [],
	);
});

test("crm: a token is fetched once for the client's secret, and the body stands under its key", async () => {
	const granted = { access_token: "token-of-an-hour", token_type: "bearer", expires_in: 3600 };
	const mayCall = ({ url, headers }: Heard) => url === "/oauth/token" || headers["authorization"] === "Bearer token-of-an-hour";
	const agent = await governed("crm", "https://api.crm.example.com", "crm-client-secret", mayCall, {
		"POST /oauth/token": () => ({ body: granted }),
		"POST /v3/contacts/search": () => ({ body: { results: [{ id: 7, name: "Jordan", company: "Acme", phone: "1" }], total: 1 } }),
		"PATCH /v3/contacts/{}": (_heard, id) => ({
			body: { id: Number(id), updated_at: "2026-11-26", token: granted.access_token },
		}),
	});
	expect((await agent.run("crm.read.contacts.search", { query: "jordan" })).json.result).toEqual({
		results: [{ id: 7, name: "Jordan", company: "Acme" }],
		total: 1,
	});
	const changed = await agent.run("crm.write.contacts.update", { contact_id: 7, stage: "customer", owner: "Jordan@ACME.com" });
	expect([changed.status, changed.json.result]).toEqual([200, { id: 7, updated_at: "2026-11-26" }]);
	const seen = heard(agent);
	expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
		"POST /oauth/token",
		"POST /v3/contacts/search",
		"PATCH /v3/contacts/7",
	]);
	expect(JSON.parse(seen[2]?.body ?? "")).toEqual({ properties: { stage: "customer", owner: "Jordan@acme.com" } });
	expect((await agent.run("crm.write.contacts.update", { contact_id: 7, owner: "eve@rival.example" })).status).toBe(403);
	expect((await agent.run("crm.write.contacts.update", { contact_id: 7, is_admin: true })).status).toBe(422);
	expect((await agent.run("crm.delete.contacts.delete", { contact_id: 7 })).status).toBe(403);
	expect(heard(agent)).toEqual([]);
});

test("inventory: lists and objects in a query, a key in a header of its own", async () => {
	const mayCall = ({ headers }: Heard) => headers["x-api-key"] === SECRET && headers["authorization"] === undefined;
	const agent = await governed("inventory", "https://inventory.acme.example/api", "inventory-key", mayCall, {
		"GET /api/items": () => ({ body: { items: [] } }),
	});
	const found = await agent.run("inventory.read.items.list", {
		filter: { site: "vienna", below: 10 },
		sku: ["ABC-0001", "ABC-0002"],
	});
	expect([found.status, found.json.result]).toEqual([200, { items: [] }]);
	expect(sent(agent)).toEqual([["GET", "/api/items?filter%5Bsite%5D=vienna&filter%5Bbelow%5D=10&sku=ABC-0001&sku=ABC-0002", ""]]);
	expect((await agent.run("inventory.write.items.set-stock", { sku: "../orders", quantity: 1, counted_by: "x" })).status).toBe(
		422,
	);
	const order = { supplier: "Evil Corp", lines: [{ sku: "ABC-0001", quantity: 1, price: 1 }] };
	expect((await agent.run("inventory.write.orders.create", order)).status).toBe(403);
	expect(heard(agent)).toEqual([]);
});

test("helpdesk: a user's name and a token, a note under its key, and what customers read waits", async () => {
	const basic = `Basic ${Buffer.from(`bot@acme.com/token:${SECRET}`).toString("base64")}`;
	const agent = await governed(
		"helpdesk",
		"https://acme.helpdesk.example.com/api/v2",
		"helpdesk-token",
		({ headers }) => headers["authorization"] === basic,
		{
			"GET /api/v2/tickets/show_many.json": () => ({
				body: { tickets: [{ id: 1, via: {}, requester: { name: "Eve", email: "eve@x.y" } }] },
			}),
			"PUT /api/v2/tickets/{}.json": (_heard, id) => ({ body: { ticket: { id: Number(id), status: "open", url: "https://x" } } }),
		},
	);
	const shown = await agent.run("helpdesk.read.tickets.show-many", { ids: [1, 2] });
	expect(shown.json.result).toEqual({ tickets: [{ id: 1, requester: { name: "Eve" } }] });
	const noted = await agent.run("helpdesk.write.tickets.update", {
		ticket_id: 7,
		comment: { body: "Seen before.", public: false },
	});
	expect([noted.status, noted.json.result]).toEqual([200, { ticket: { id: 7, status: "open" } }]);
	expect(sent(agent)).toEqual([
		["GET", "/api/v2/tickets/show_many.json?ids=1%2C2", ""],
		["PUT", "/api/v2/tickets/7.json", '{"ticket":{"comment":{"body":"Seen before.","public":false}}}'],
	]);
	expect(
		(await agent.run("helpdesk.write.tickets.update", { ticket_id: 7, comment: { body: "Hello", public: true } })).status,
	).toBe(202);
	expect((await agent.run("helpdesk.write.tickets.update", { ticket_id: 7, priority: "urgent" })).status).toBe(403);
	expect(heard(agent)).toEqual([]);
});

test("the log has every call, and no secret", async () => {
	const { json } = await admin("GET", "/v1/audit?limit=200");
	const acts = (json as { items: { kind: string; action?: string }[] }).items;
	expect(acts.some(({ action }) => action === "github.write.issues.create")).toBe(true);
	expect(JSON.stringify(json)).not.toContain(SECRET);
	expect(JSON.stringify(json)).not.toContain("token-of-an-hour");
});
