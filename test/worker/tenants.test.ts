/** Walls between workspaces, and between callers: every route is tried with somebody else's key and somebody else's ids. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test } from "vitest";
import type { Endpoint } from "../../src/http/endpoint.ts";
import { endpoints } from "../../src/http/routes/index.ts";
import { mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace, type Sent, send, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectNoSecrets, expectProblem, timeless } from "../support/worker/problems.ts";

let ours: TestWorkspace;
let theirs: TestWorkspace;
let agent: TestAgent;
let theirAgent: TestAgent;
let theirCall: string;

beforeAll(async () => {
	await applySchema();
	[ours, theirs] = [await newWorkspace(), await newWorkspace()];
	await ours.applyRole(mailRole("our-role"));
	await theirs.applyRole(mailRole("their-role").replace("metadata:", "metadata:\n  description: their-secret-words"));
	agent = await ours.createAgent("our-bot", "our-role");
	theirAgent = await theirs.createAgent("their-bot", "their-role");
	theirCall = (await theirAgent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" })).json.id;
	await theirs.log((all) => all.some((record) => record.state === "executed"));
});

/** A path with these in its braces, first to last. */
function pathOf({ path }: Endpoint, ...values: string[]): string {
	let at = 0;
	return path.replace(/\{\w+\}/g, () => encodeURIComponent(values[at++] ?? "x"));
}

/** Some body for routes that want one; what is wrong with it must not matter before the key is checked. */
function bodyOf({ method }: Endpoint): Sent {
	return method === "get" || method === "delete" ? {} : { body: {} };
}

/** What has these answer now, with what is there. */
const AT_ONCE: Record<string, string> = { "/v1/audit/stream": "?max_seconds=0", "/v1/audit/checkpoint": "?min_size=1" };

const label = (endpoint: Endpoint) => `${endpoint.method.toUpperCase()} ${endpoint.path}`;
const forAdmins = endpoints.filter((endpoint) => typeof endpoint.access === "object");
const forAgents = endpoints.filter((endpoint) => endpoint.access === "agent");
const forRoot = endpoints.filter((endpoint) => endpoint.access === "root");

describe("a route for administrators", () => {
	test.each(forAdmins.map((endpoint) => [label(endpoint), endpoint] as const))(
		"%s takes an admin key and nothing else",
		async (_label, endpoint) => {
			const path = pathOf(endpoint, "their-role", "x");
			for (const token of [undefined, agent.token, env.HIVEKEY_ROOT_KEY, "hk_live_nothing"]) {
				expectProblem(await send(endpoint.method.toUpperCase(), path, { ...bodyOf(endpoint), token }), 401, "unauthenticated");
			}
		},
	);
});

describe("a route for agents", () => {
	test.each(forAgents.map((endpoint) => [label(endpoint), endpoint] as const))(
		"%s takes an agent's token and nothing else",
		async (_label, endpoint) => {
			for (const token of [undefined, ours.key, env.HIVEKEY_ROOT_KEY, "hk_agt_nothing"]) {
				const answered = await send(endpoint.method.toUpperCase(), pathOf(endpoint), { ...bodyOf(endpoint), token });
				if (!endpoint.path.startsWith("/v1/proxy/")) expectProblem(answered, 401, "unauthenticated");
				// There an SDK of the upstream reads what went wrong, in the upstream's words.
				else {
					expect([answered.status, answered.json.error.code]).toEqual([401, "unauthenticated"]);
					expect(answered.headers.get("x-should-retry")).toBe("false");
					expectNoSecrets(answered);
				}
			}
		},
	);
});

describe("a route for the operator", () => {
	test.each(forRoot.map((endpoint) => [label(endpoint), endpoint] as const))(
		"%s takes the root key and nothing else",
		async (_label, endpoint) => {
			for (const token of [undefined, ours.key, agent.token, `${env.HIVEKEY_ROOT_KEY}x`, env.HIVEKEY_ROOT_KEY.slice(0, -1)]) {
				const path = pathOf(endpoint, ours.id);
				expectProblem(await send(endpoint.method.toUpperCase(), path, { ...bodyOf(endpoint), token }), 401, "unauthenticated");
			}
		},
	);
});

describe("another workspace's names and ids", () => {
	const named = forAdmins.filter((endpoint) => endpoint.path.includes("{") && endpoint.method === "get");

	test.each(named.map((endpoint) => [label(endpoint), endpoint] as const))(
		"%s answers as for what does not exist",
		async (_label, endpoint) => {
			const theirIds = ["their-role", "their-bot", theirCall, theirs.id, theirAgent.id];
			for (const id of theirIds) {
				const answered = await ours.admin("GET", pathOf(endpoint, id, id));
				expectNoSecrets(answered, ["their-secret-words", theirs.organization]);
				// A name of another form than the route's is 422; whatever could be a name here is not there.
				expect([404, 422]).toContain(answered.status);
				const nobodys = id.replace(/[0-9a-z]$/, (last) => (last === "0" ? "1" : "0"));
				const nothing = await ours.admin("GET", pathOf(endpoint, nobodys, nobodys));
				expect(JSON.stringify(timeless(answered)).replaceAll(id, "…")).toBe(
					JSON.stringify(timeless(nothing)).replaceAll(nobodys, "…"),
				);
			}
		},
	);

	test("are in none of our lists", async () => {
		const lists = forAdmins.filter((endpoint) => endpoint.method === "get" && !endpoint.path.includes("{"));
		expect(lists.length).toBeGreaterThanOrEqual(4);
		for (const endpoint of lists) {
			const answered = await ours.admin("GET", endpoint.path + (AT_ONCE[endpoint.path] ?? ""));
			expect(answered.status).toBe(200);
			for (const mark of ["their-", theirs.organization, theirs.id, theirAgent.id, theirCall])
				expect(answered.text).not.toContain(mark);
		}
	});

	test("cannot be changed: what we write under the same name is ours", async () => {
		await ours.applyRole(mailRole("their-role").replace("    - mail.send\n", ""));
		expect((await theirs.admin("GET", "/v1/roles/their-role")).json).toMatchObject({ rev: 1, grants: 2 });
		expect((await theirAgent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" })).status).toBe(200);
		expectProblem(await ours.admin("DELETE", "/v1/agents/their-bot"), 404, "not_found");
		expect((await theirAgent.get("/v1/actions")).status).toBe(200);
		const same = await ours.createAgent("their-bot", "our-role");
		expect(same.id).not.toBe(theirAgent.id);
	});

	test("a cursor of theirs shows nothing of theirs", async () => {
		const page = await theirs.admin("GET", "/v1/audit?limit=1&order=asc");
		const answered = await ours.admin("GET", `/v1/audit?limit=200&order=asc&cursor=${page.json.next_cursor}`);
		expect(answered.text).not.toContain(theirs.id);
	});
});

describe("an agent", () => {
	test("sees its own calls alone: another agent's, another workspace's and none look the same", async () => {
		const sibling = await ours.createAgent("sibling", "our-role");
		const siblings = (await sibling.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" })).json.id;
		await ours.log((all) => all.some((record) => record.act_id === siblings && record.state === "executed"));
		const answers = new Set<string>();
		for (const id of [siblings, theirCall, "act_0000000000000000000000", "nonsense", "rev_0000000000000000000000"]) {
			const answered = await agent.get(`/v1/calls/${id}`);
			expectProblem(answered, 404, "not_found");
			answers.add(timeless(answered).text);
		}
		expect(answers.size).toBe(1);
	});

	test("does not find an administrative act among its calls", async () => {
		const records = await ours.log((all) => all.some((record) => record.action === "agent.create" && record.agent === "our-bot"));
		const act = records.find((record) => record.action === "agent.create" && record.agent === "our-bot");
		expectProblem(await agent.get(`/v1/calls/${act?.act_id}`), 404, "not_found");
	});
});

describe("what is at no address", () => {
	test.each(["/", "/v1", "/v1/role", "/v1/roles/x/y/z", "/v2/roles", "/.env", "/v1/audit/x/y", "//v1/roles", "/V1/ROLES"])(
		"%s is a 404 problem, with a request id",
		async (path) => {
			expectProblem(await send("GET", `http://gateway.test${path}`, { token: ours.key }), 404, "not_found");
		},
	);

	test("a client's own request id is not taken over", async () => {
		const answered = await send("GET", "/healthz", { headers: { "x-request-id": "req_of_the_client_000000" } });
		expect(answered.headers.get("x-request-id")).toMatch(/^req_[0-9A-Za-z]{22}$/);
	});

	test("CORS is off: no answer names an origin", async () => {
		for (const method of ["OPTIONS", "GET"]) {
			const answered = await send(method, "/v1/whoami", {
				token: ours.key,
				headers: { origin: "https://evil.test", "access-control-request-method": "GET" },
			});
			expect([...answered.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
		}
	});
});
