/** Done means in force: a change that was answered is what decides the next request, whatever this Worker still has in its cache. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import { applySchema, newWorkspace, send, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { clearHooks } from "../support/worker/hooks.ts";

beforeAll(applySchema);
afterEach(clearHooks);

const MAIL = { to: "jordan@gmail.com", subject: "Hi", body: "x" };
let workspace: TestWorkspace;
let agent: TestAgent;

beforeEach(async () => {
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
});

const outcome = async () => {
	const { status, json } = await agent.run("mail.send", MAIL);
	return json.reason_code ?? json.code ?? status;
};

describe("a change of the role", () => {
	test("decides the next request of an agent that this Worker knows under the old one", async () => {
		expect(await outcome()).toBe(200);
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
		expect(await outcome()).toBe("guard_denied");
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: { guards: [] } });
		expect(await outcome()).toBe(200);
	});

	test("takes an action out of the scope at the next request", async () => {
		expect(await outcome()).toBe(200);
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: { scope: { allow: ["mail.read"] } } });
		expect(await outcome()).toBe("not_in_scope");
		const listed = await agent.get("/v1/actions");
		expect(listed.json.items.map((item: { name: string }) => item.name)).toEqual(["mail.read"]);
	});

	test("20 times in a row, with a request after each, is in force each time", async () => {
		const seen: unknown[] = [];
		for (let i = 0; i < 10; i++) {
			await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
			seen.push(await outcome());
			await workspace.admin("PATCH", "/v1/roles/support-agent", { body: { guards: [] } });
			seen.push(await outcome());
		}
		expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? "guard_denied" : 200)));
	});

	test("is in force for an agent whose ledger has not been touched yet", async () => {
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
		expect(await outcome()).toBe("guard_denied");
	});

	test("is in force for all of 40 agents of the role", async () => {
		const agents = [agent];
		agents.push(...(await Promise.all(Array.from({ length: 39 }, (_, i) => workspace.createAgent(`bot-${i}`, "support-agent")))));
		await Promise.all(agents.map((one) => one.get("/v1/actions")));
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: { scope: { allow: ["mail.read"] } } });
		const statuses = await Promise.all(agents.map(async (one) => (await one.run("mail.send", MAIL)).status));
		expect(statuses).toEqual(Array(40).fill(403));
	});

	test("leaves the agents of other roles alone", async () => {
		await workspace.applyRole(mailRole("other"));
		const other = await workspace.createAgent("other-bot", "other");
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
		expect((await other.run("mail.send", MAIL)).status).toBe(200);
	});

	test("is named on the record of every call by revision and hash", async () => {
		await outcome();
		const patched = await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
		await outcome();
		const records = await workspace.log((all) => all.some((record) => record.state === "denied"));
		const roles = records.filter((record) => record.kind === "action").map((record) => record.role?.rev);
		expect(roles).toEqual([1, 1, 2]);
		expect(records.at(-1)?.role?.hash).toBe(patched.json.hash);
	});
});

describe("a binding that reached the ledger and not this Worker", () => {
	test("decides: the request that was decided on the old one is decided again", async () => {
		expect(await outcome()).toBe(200);
		await workspace.applyRole(mailRole("reader").replace("    - mail.send\n", ""));
		const reader = (await workspace.admin("GET", "/v1/roles/reader")).json;
		const state = {
			epoch: 1_000,
			workspace_id: workspace.id,
			agent_id: agent.id,
			name: agent.name,
			revoked: false,
			role: { name: "reader", rev: reader.rev, hash: reader.hash },
			labels: {},
			mailbox: null,
			tokens: await tokensOf(agent),
		};
		await agent.ledger().bind(state);
		expect(await outcome()).toBe("not_in_scope");
		await agent.ledger().bind({ ...state, epoch: 999, revoked: true });
		expect(await outcome()).toBe("not_in_scope");
	});

	test("whose role no store has makes the agent's calls unavailable, not allowed", async () => {
		expect(await outcome()).toBe(200);
		await agent.ledger().bind({
			epoch: 1_000,
			workspace_id: workspace.id,
			agent_id: agent.id,
			name: agent.name,
			revoked: false,
			role: { name: "gone", rev: 1, hash: "0".repeat(64) },
			labels: {},
			mailbox: null,
			tokens: await tokensOf(agent),
		});
		expect(await outcome()).toBe("unavailable");
	});
});

describe("the compiled role in KV", () => {
	const key = async () => `${workspace.id}/role/${(await workspace.admin("GET", "/v1/roles/support-agent")).json.hash}`;

	test("that is not there is read from D1", async () => {
		await env.ROLES.delete(await key());
		expect(await outcome()).toBe(200);
	});

	test("that does not hash to its name is not used", async () => {
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
		const name = await key();
		const compiled = (await env.ROLES.get(name)) ?? "";
		await env.ROLES.put(name, compiled.replace("acme.com", "gmail.com"));
		expect(await outcome()).toBe("guard_denied");
	});
});

describe("a revoked agent", () => {
	test("is refused at the next request, as an unknown one is, and its name stays on the log", async () => {
		expect(await outcome()).toBe(200);
		expect((await workspace.admin("DELETE", "/v1/agents/helpdesk-bot")).status).toBe(204);
		const refused = await agent.run("mail.send", MAIL);
		const { request_id, ...problem } = refused.json;
		expect([refused.status, problem]).toEqual([
			401,
			{
				type: "https://docs.hivekey.ai/errors#unauthenticated",
				title: "Not authenticated",
				status: 401,
				detail: "this takes a valid agent token (hk_agt_…) as Authorization: Bearer",
				code: "unauthenticated",
			},
		]);
		for (const path of ["/v1/actions", "/v1/calls/act_0000000000000000000000"]) expect((await agent.get(path)).status).toBe(401);
		const listed = (await workspace.admin("GET", "/v1/agents/helpdesk-bot")).json;
		expect(listed.revoked_at).toMatch(/^20\d\d-.*Z$/);
		const records = await workspace.log((all) => all.some((record) => record.action === "agent.revoke"));
		expect(records.at(-1)).toMatchObject({ kind: "admin", agent: "helpdesk-bot", state: "done" });
	});

	test("is refused also if its ledger was never touched before", async () => {
		await workspace.admin("DELETE", "/v1/agents/helpdesk-bot");
		expect(await outcome()).toBe("unauthenticated");
	});

	test("can be revoked again, and its name is not given to another", async () => {
		for (let i = 0; i < 2; i++) expect((await workspace.admin("DELETE", "/v1/agents/helpdesk-bot")).status).toBe(204);
		const taken = await workspace.admin("POST", "/v1/agents", { body: { name: "helpdesk-bot", role: "support-agent" } });
		expect([taken.status, taken.json.code]).toEqual([409, "already_exists"]);
	});

	test("is not brought back by a change of its role", async () => {
		await outcome();
		await workspace.admin("DELETE", "/v1/agents/helpdesk-bot");
		await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
		expect(await outcome()).toBe("unauthenticated");
	});

	test("lets the outcome of a call that ran meanwhile reach the log", async () => {
		const [answered] = await Promise.all([agent.run("mail.send", MAIL), workspace.admin("DELETE", "/v1/agents/helpdesk-bot")]);
		const statesIn = (all: AuditRecord[]) => all.filter((record) => record.kind === "action").map((record) => record.state);
		const expected = answered.status === 200 ? ["intent", "executed"] : [];
		const records = await workspace.log(
			(all) => all.some((record) => record.action === "agent.revoke") && statesIn(all).length >= expected.length,
		);
		expect(statesIn(records)).toEqual(expected);
	});
});

async function tokensOf(one: TestAgent) {
	const { results } = await env.DB.prepare("SELECT id, digest FROM agent_tokens WHERE agent_id = ?")
		.bind(one.id)
		.all<{ id: string; digest: string }>();
	return results.map((token) => ({ ...token, revoked: false, expires_at: null }));
}

test("a malformed request of a revoked agent is refused like any other of its requests", async () => {
	await outcome();
	await workspace.admin("DELETE", "/v1/agents/helpdesk-bot");
	const refused = await send("POST", "/v1/actions/mail.send", {
		token: agent.token,
		raw: "{",
		headers: { "content-type": "text/plain" },
	});
	expect(refused.status).toBe(401);
});
