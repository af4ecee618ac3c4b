/** What changes between the hold and the approval: decided afresh, and an approval is good for what was shown and nothing else. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { applySchema, newWorkspace, send, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { clearHooks, ledgerHooks } from "../support/worker/hooks.ts";
import { heldMail, holdCall, MAIL, personOf, type Reviewer, reviewerWith } from "../support/worker/reviewing.ts";

beforeAll(applySchema);
afterEach(clearHooks);

let workspace: TestWorkspace;
let agent: TestAgent;
let ann: Reviewer;

beforeEach(async () => {
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent", heldMail()));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
	ann = reviewerWith(workspace.key);
});

const callOf = async (actId: string) => (await agent.get(`/v1/calls/${actId}`)).json;
const guards = (yaml: string) => workspace.applyRole(mailRole("support-agent", yaml));

/** Held only where the subject asks for it, and up to one mail a day besides. @param otherwise - of the second mail */
const ASK = (otherwise: string) => `- { id: sign-off, action: mail.send, when: { field: subject, ne: ask }, otherwise: review }
- { id: cap, action: mail.send, when: { field: rate.per_day, lte: 1 }, otherwise: ${otherwise} }`;

describe("what binds the agent has changed since the hold", () => {
	test("a role that still asks: 409 with the difference, a fresh look, approvals void", async () => {
		await guards(heldMail("{ approvals: 2, self_approval: true }"));
		const bob = await personOf(workspace, "bob@acme.com");
		const { id, actId } = await holdCall(agent, ann.key);
		expect((await ann.approve(id)).json.approvals.given).toBe(1);
		const before = (await ann.show(id)).json;
		await guards(`${heldMail("{ approvals: 2, self_approval: true }")}\n- { id: other, action: mail.read, effect: deny }`);
		const late = await bob.approveAs(id, before.digest);
		expect([late.status, late.json.code]).toEqual([409, "review_changed"]);
		expect(late.json.errors).toEqual([
			{
				path: "role",
				code: "changed",
				message: expect.stringMatching(/^role was support-agent rev 2 .*, is support-agent rev 3 /),
			},
		]);
		const after = (await ann.show(id)).json;
		expect(after).toMatchObject({ state: "pending", approvals: { wanted: 2, given: 0 }, decisions: [{ counts: false }] });
		expect(after.digest).not.toBe(before.digest);
		expect((await bob.approveAs(id, before.digest)).json.code).toBe("review_changed");
		expect((await bob.approve(id)).json.approvals.given).toBe(1);
		expect((await ann.approve(id)).json.state).toBe("released");
		const log = await workspace.log((all) => all.some((one) => one.act_id === actId && one.state === "executed"));
		expect(log.filter((one) => one.act_id === actId).map((one) => one.state)).toEqual(["held", "held", "released", "executed"]);
	});

	test("a role whose guard denies now: the call is denied, and does not run", async () => {
		const { id, actId } = await holdCall(agent, ann.key);
		await guards("- { id: sign-off, action: mail.send, effect: deny }");
		const approved = await ann.approve(id);
		expect([approved.status, approved.json.code]).toEqual([409, "review_changed"]);
		expect(approved.json.detail).toContain("denied: refused by guard 'sign-off'");
		expect(await callOf(actId)).toMatchObject({ state: "denied", reason_code: "guard_denied", verdict: "deny" });
		expect((await ann.approve(id)).json.code).toBe("review_decided");
	});

	test("a role that does not grant the action any more: the call is denied", async () => {
		const { id, actId } = await holdCall(agent, ann.key);
		await workspace.applyRole(mailRole("support-agent").replace("    - mail.send\n", ""));
		expect((await ann.approve(id)).json.code).toBe("review_changed");
		expect(await callOf(actId)).toMatchObject({ state: "denied", reason_code: "not_in_scope" });
	});

	test("a role that lets it pass now: it runs once, by the role's word and nobody else's", async () => {
		const { id, actId } = await holdCall(agent, ann.key);
		await guards("[]");
		const approved = await ann.approve(id);
		expect([approved.status, approved.json.detail]).toEqual([409, expect.stringContaining("the role in force lets it pass")]);
		expect(await callOf(actId)).toMatchObject({ state: "executed" });
		const log = await workspace.log((all) => all.some((one) => one.act_id === actId && one.state === "executed"));
		expect(log.find((one) => one.act_id === actId && one.state === "released")?.reason).toBe("the role in force lets it pass");
	});

	test("labels, and another role", async () => {
		const { id } = await holdCall(agent, ann.key);
		await workspace.admin("PATCH", "/v1/agents/helpdesk-bot", { body: { labels: { team: "sales" } } });
		expect((await ann.approve(id)).json.errors).toEqual([
			{ path: "labels", code: "changed", message: 'labels was {}, is {"team":"sales"}' },
		]);
		await workspace.applyRole(mailRole("other", heldMail()));
		await workspace.admin("PATCH", "/v1/agents/helpdesk-bot", { body: { role: "other" } });
		expect((await ann.approve(id)).json.errors.map(({ path }: { path: string }) => path)).toEqual(["role"]);
		expect((await ann.approve(id)).json.state).toBe("released");
	});
});

describe("the rest is decided again", () => {
	test("a guard that asks only afterwards is not satisfied: it wants a fresh look", async () => {
		await guards(ASK("review"));
		const { id } = await holdCall(agent, ann.key, { ...MAIL, subject: "ask" });
		expect((await agent.run("mail.send", MAIL)).status).toBe(200);
		const first = await ann.approve(id);
		expect([first.status, first.json.code, first.json.errors]).toEqual([409, "review_changed", []]);
		const shown = (await ann.show(id)).json;
		expect(shown.guards.map(({ guard, took }: { guard: string; took: string }) => [guard, took])).toEqual([
			["sign-off", "review"],
			["cap", "review"],
		]);
		expect((await ann.approve(id)).json.state).toBe("released");
	});

	test("a deny is never satisfied", async () => {
		await guards(ASK("deny"));
		const { id, actId } = await holdCall(agent, ann.key, { ...MAIL, subject: "ask" });
		expect((await agent.run("mail.send", MAIL)).status).toBe(200);
		const approved = await ann.approve(id);
		expect([approved.status, approved.json.detail]).toEqual([409, expect.stringContaining("denied: 2 calls in the last day")]);
		expect(await callOf(actId)).toMatchObject({ state: "denied", reason_code: "rate_exceeded" });
	});

	test("a guard that asked because it could not tell says so, and is approved as that", async () => {
		await guards("- { id: no-copies, action: mail.send, when: { field: 'cc[0]', ne: x@y.example }, otherwise: review }");
		const { id } = await holdCall(agent, ann.key);
		expect((await ann.show(id)).json).toMatchObject({
			reason_code: "guard_indeterminate",
			guards: [{ when: null, took: "review" }],
		});
		expect((await ann.approve(id)).json.state).toBe("released");
	});

	test("a counter that all agents of the role share: the release takes its place in it, and may exceed it", async () => {
		await guards(`- { id: fleet, action: mail.send, when: { field: rate.per_day, by: role, lte: 1 }, otherwise: review }
- { id: wall, action: mail.send, when: { field: rate.per_day, by: role, lte: 2 } }`);
		const other = await workspace.createAgent("other-bot", "support-agent");
		expect((await other.run("mail.send", MAIL)).status).toBe(200);
		const one = await holdCall(agent, ann.key);
		const two = await holdCall(other, ann.key, { ...MAIL, subject: "2" });
		expect((await ann.approve(one.id)).json.state).toBe("released");
		const full = await ann.approve(two.id);
		expect([full.status, full.json.detail]).toEqual([409, expect.stringContaining("limit 2")]);
		expect((await agent.run("mail.send", MAIL)).status).toBe(429);
	});
});

describe("the agent's token", () => {
	test("rotated away: the call is still held, and runs", async () => {
		const { id, actId } = await holdCall(agent, ann.key);
		const rotated = await workspace.admin("POST", "/v1/agents/helpdesk-bot/tokens", { body: {} });
		expect(rotated.status).toBe(201);
		expect((await agent.get(`/v1/calls/${actId}`)).status).toBe(401);
		expect((await ann.approve(id)).json.state).toBe("released");
		const seen = await send("GET", `/v1/calls/${actId}`, { token: rotated.json.token });
		expect(seen.json.state).toBe("executed");
	});

	test("revoked: the call has ended, for whoever waits and whoever decides", async () => {
		const { id, actId } = await holdCall(agent, ann.key);
		const second = await workspace.admin("POST", "/v1/agents/helpdesk-bot/tokens", { body: { overlap_seconds: 60 } });
		const waiting = [agent.token, second.json.token].map((token) => send("GET", `/v1/calls/${actId}?wait=30`, { token }));
		const { items } = (await workspace.admin("GET", "/v1/agents/helpdesk-bot/tokens")).json;
		await workspace.admin("DELETE", `/v1/agents/helpdesk-bot/tokens/${items[0].id}`);
		const [revoked, good] = await Promise.all(waiting);
		expect([revoked?.status, good?.json.state, good?.json.reason_code]).toEqual([401, "denied", "revoked"]);
		expect((await ann.approve(id)).json.code).toBe("review_decided");
	});

	test("of a revoked agent: all that is held has ended, on the list and on the log too", async () => {
		const held = [await holdCall(agent, ann.key), await holdCall(agent, ann.key)];
		expect((await workspace.admin("DELETE", "/v1/agents/helpdesk-bot")).status).toBe(204);
		for (const { id } of held) expect((await ann.approve(id)).json.code).toBe("review_decided");
		await until(async () => (await ann.list()).json.items.length === 0);
		const log = await workspace.log((all) => all.filter((one) => one.state === "denied").length === 2);
		expect(log.filter((one) => one.state === "denied").map((one) => one.reason_code)).toEqual(["revoked", "revoked"]);
	});
});

describe("when something is away", () => {
	test("D1: the call is held, and on the list once D1 is back", async () => {
		let tries = 0;
		ledgerHooks.putReviews = async () => {
			tries++;
			throw new Error("D1_ERROR: away");
		};
		const held = await agent.run("mail.send", MAIL);
		expect(held.status).toBe(202);
		await until(() => tries > 0);
		expect((await ann.list()).json.items).toEqual([]);
		clearHooks();
		await until(async () => (await ann.list()).json.items.length === 1);
		expect((await ann.approve(held.json.review.id)).json.state).toBe("released");
	});

	test("the Worker that took the approval: the ledger carries it on by itself, once", async () => {
		const { id, actId } = await holdCall(agent, ann.key);
		const { digest } = (await ann.show(id)).json;
		const by = { key_id: "key_1", owner: "ann", principal: "ann", is_maker: false, others: true, revoked_keys: [] };
		const stub = env.AGENT_LEDGER.getByName(`${workspace.id}/${agent.id}`);
		const decide = () =>
			stub.decideReview({
				review_id: id,
				decision: { kind: "approve", digest },
				note: null,
				by: { ...by, request_id: "req_1", source_ip: undefined },
			});
		expect([await decide(), await decide()]).toEqual([{ kind: "approved" }, { kind: "approved" }]);
		expect((await callOf(actId)).state).toBe("pending");
		const ended = await agent.get(`/v1/calls/${actId}?wait=15`);
		expect(ended.json).toMatchObject({ state: "executed", review: { state: "released" } });
		const log = await workspace.log((all) => all.some((one) => one.act_id === actId && one.state === "executed"));
		expect(log.filter((one) => one.act_id === actId).map((one) => one.state)).toEqual(["held", "released", "executed"]);
	}, 30_000);
});

describe("the long poll", () => {
	test("answers at once what has ended, after its time what has not, and what makes no sense is said after the token", async () => {
		const { actId } = await holdCall(agent, ann.key);
		const startedAt = Date.now();
		const waited = await agent.get(`/v1/calls/${actId}?wait=1`);
		expect([waited.status, waited.json.state]).toEqual([200, "pending"]);
		expect(Date.now() - startedAt).toBeGreaterThanOrEqual(950);
		for (const query of ["wait=-1", "wait=61", "wait=x", "wait=1&wait=2", "hold=1"]) {
			const bad = await agent.get(`/v1/calls/${actId}?${query}`);
			expect([bad.status, bad.json.code]).toEqual([422, "invalid_request"]);
			expect((await send("GET", `/v1/calls/${actId}?${query}`, { token: "hk_agt_x" })).status).toBe(401);
		}
	});
});
