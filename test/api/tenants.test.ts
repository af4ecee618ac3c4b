/** Two workspaces with one of everything: whatever one asks for of the other's is answered as if it had never existed. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { faultsOf } from "./conformance.ts";
import { PREPARE_MS, startGateway, type TestGateway } from "./gateway.ts";
import { type Answered, type Client, openClient, withoutRequestId } from "./http.ts";
import { type DocumentedOperation, fillPath, OPERATIONS } from "./openapi.ts";
import { neverName, neverParams, type Params, realParams } from "./probes.ts";
import { connectorDocument, listDocument, makeTenant, roleDocument, sent, sinkDocument, type Tenant } from "./tenant.ts";

let gateway: TestGateway;
let client: Client;
let a: Tenant;
let b: Tenant;
/** Every answer that the tenant got, to be searched for the other's secrets at the end. */
const answers: string[] = [];

beforeAll(async () => {
	gateway = await startGateway();
	client = openClient(gateway.url);
	a = await makeTenant(client, gateway.rootKey, "alpha");
	b = await makeTenant(client, gateway.rootKey, "beta");
}, PREPARE_MS);

afterAll(async () => {
	client?.close();
	await gateway?.stop();
});

/** A body that would be accepted, had the thing in the path been one's own. */
function goodBody(id: string, params: Params): unknown {
	const bodies: Record<string, unknown> = {
		"actions.run": { to: "someone@alpha.example", subject: "Hi", body: "…" },
		"roles.put": { ...roleDocument(params.name as string), scope: { allow: ["mail.read"] } },
		"lists.put": listDocument(params.name as string),
		"sinks.put": sinkDocument(params.name as string),
		"connectors.put": connectorDocument(params.name as string),
		"secrets.put": { value: "mine now" },
		"connectors.test": { action: `${params.name}.me.get` },
		"roles.patch": { metadata: { description: "mine now" } },
		"roles.rollback": { rev: 1 },
		"agents.patch": { labels: { taken: "over" } },
		"agents.tokens.create": { overlap_seconds: 0 },
		"reviews.approve": { digest: "0".repeat(64) },
		"reviews.deny": {},
		"workspaces.keys.create": { owner: "intruder", revoke_others: true },
	};
	return bodies[id];
}

async function ask(token: string, operation: DocumentedOperation, params: Params): Promise<Answered> {
	const body = Object.keys(operation.bodies).length > 0 ? goodBody(operation.id, params) : undefined;
	const answer = await client.send(sent(token, operation.method, fillPath(operation.path, params), body));
	answers.push(answer.text);
	return answer;
}

/** An answer in which the name that was asked for is blotted out, and what is new in every answer with it. */
function blotted(answer: Answered, params: Params): unknown {
	const plain = withoutRequestId(answer);
	let text = plain.text.replace(/"(act_)?id":"act_[0-9A-Za-z]{22}"/, '"id":"act_"');
	for (const value of Object.values(params)) text = text.replaceAll(value, "…").replaceAll(encodeURIComponent(value), "…");
	return { ...plain, text };
}

const WITH_PARAMS = OPERATIONS.filter(({ path }) => path.includes("{"));

// Applying a role, a list, a connector or a secret of that name makes one's own, an action is everybody's, and a tile's path leads to one's own log: none is a
// thing of the other's.
const OF_ONES_OWN = ["roles.put", "lists.put", "connectors.put", "sinks.put", "secrets.put", "actions.run", "audit.tiles.get"];

describe("answers the other's names and ids as ones that never existed, whatever the credential", () => {
	test.each(WITH_PARAMS.filter(({ id }) => !OF_ONES_OWN.includes(id)))("$method $path", async (operation) => {
		const used = new Set([...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
		const foreign = Object.fromEntries(Object.entries(realParams(operation, b)).filter(([name]) => used.has(name)));
		const never = neverParams(foreign);
		for (const token of [...Object.values(a.keys), a.agentToken]) {
			const found = await ask(token, operation, foreign);
			const missing = await ask(token, operation, never);
			expect([401, 403, 404], operation.id).toContain(found.status);
			expect(faultsOf(operation, found)).toEqual([]);
			expect(blotted(found, foreign)).toEqual(blotted(missing, never));
		}
	});
});

const ofSeveral = WITH_PARAMS.filter(({ path }) => (path.match(/\{/g) ?? []).length > 1 && path.includes("{id}"));

test.each(ofSeveral)("$method $path does so for an id of the other's under a name of one's own", async (operation) => {
	const mixed = { ...realParams(operation, a), id: realParams(operation, b).id as string };
	const never = { ...mixed, id: neverParams(mixed).id as string };
	const found = await ask(a.keys.admin, operation, mixed);
	expect(found.status).toBe(404);
	expect(blotted(found, mixed)).toEqual(blotted(await ask(a.keys.admin, operation, never), never));
});

describe("what is named in a body or a query", () => {
	test.each([
		["a role for a new agent", "post", "/v1/agents", (name: string) => ({ name: "newcomer", role: name })],
		["a role for an agent", "patch", "/v1/agents/agent-alpha", (name: string) => ({ role: name })],
	])("%s", async (_, method, path, body) => {
		const answered = async (role: string) => {
			const answer = await client.send(sent(a.keys.admin, method, path, body(role)));
			answers.push(answer.text);
			return blotted(answer, { role });
		};
		const found = await answered(b.role);
		expect(found).toMatchObject({ status: 422 });
		expect(found).toEqual(await answered(neverName(b.role)));
	});

	test.each([
		["agent", () => b.agent],
		["text", () => b.callId],
		["text", () => b.workspaceId],
	])("the log by %s", async (name, value) => {
		const path = `/v1/audit?${name}=${encodeURIComponent(value())}`;
		const answer = await client.send(sent(a.keys.audit, "get", path));
		answers.push(answer.text);
		expect(answer.json).toEqual({ items: [], next_cursor: null });
	});

	test("a cursor of the other's page turns to no page of the other's", async () => {
		for (const path of ["/v1/agents", "/v1/keys", "/v1/audit"]) {
			const page = await client.send(sent(b.keys.admin, "get", `${path}?limit=1`));
			const { next_cursor } = page.json as { next_cursor: string };
			expect(next_cursor, path).toMatch(/^[\w.-]+$/);
			const answer = await client.send(sent(a.keys.admin, "get", `${path}?cursor=${next_cursor}`));
			answers.push(answer.text);
			expect(answer.status).toBe(200);
		}
	});
});

describe("afterwards", () => {
	test("no list of one tenant's shows a thing of the other's", async () => {
		for (const operation of OPERATIONS.filter(({ method, path }) => method === "get" && !path.includes("{"))) {
			for (const token of [...Object.values(a.keys), a.agentToken]) await ask(token, operation, {});
		}
		const secrets = ["value of", b.workspaceId, b.agentToken, b.tokenId, b.callId, ...Object.values(b.keyIds), "org-beta"];
		expect(secrets.filter((secret) => answers.some((text) => text.includes(secret)))).toEqual([]);
		expect(answers.length).toBeGreaterThan(100);
	});

	test("everything of the other's is as it was", async () => {
		const read = async (token: string, path: string) => (await client.send(sent(token, "get", path))).json;
		expect(await read(b.keys.admin, `/v1/roles/${b.role}`)).toMatchObject({ rev: 1, document: { metadata: { name: b.role } } });
		expect(await read(b.keys.admin, `/v1/agents/${b.agent}`)).toMatchObject({ labels: {}, revoked_at: null });
		expect(await read(b.keys.admin, `/v1/lists/${b.list}`)).toMatchObject({ items: [`${b.list}.example`] });
		expect(await read(b.keys.admin, `/v1/connectors/${b.connector}`)).toMatchObject({ rev: 1 });
		expect(await read(b.keys.admin, "/v1/secrets")).toMatchObject({ items: [{ name: b.secret, version: 1 }] });
		expect(await read(b.keys.admin, "/v1/mailboxes")).toMatchObject({ items: [{ address: b.mailbox }] });
		expect(await read(b.keys.review, "/v1/whoami")).toMatchObject({ workspace_id: b.workspaceId });
		expect(await read(b.agentToken, `/v1/calls/${b.callId}`)).toMatchObject({ id: b.callId, state: "executed" });
	});

	test("two tenants may use the same name for a role and a list of their own", async () => {
		const put = await client.send(sent(a.keys.policy, "put", `/v1/roles/${b.role}`, roleDocument(b.role)));
		expect(put.json).toMatchObject({ rev: 1, change: "created" });
		const list = await client.send(sent(a.keys.policy, "put", `/v1/lists/${b.list}`, listDocument(b.list)));
		expect(list.json).toMatchObject({ count: 1, change: "created" });
	});
});
