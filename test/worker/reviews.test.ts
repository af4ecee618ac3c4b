/** Signing off, over HTTP inside workerd: one word decides, what was shown is what runs, and the log tells it in order. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailRole, rateGuard } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { applySchema, newWorkspace, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { heldMail, holdCall, keyMadeBy, MAIL, personOf, type Reviewer, reviewerWith } from "../support/worker/reviewing.ts";

beforeAll(applySchema);

let workspace: TestWorkspace;
let agent: TestAgent;
let ann: Reviewer;

beforeEach(async () => {
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent", heldMail()));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
	ann = reviewerWith(workspace.key);
});

const statesOf = async (actId: string, count: number) => {
	const records = await workspace.log((all) => all.filter((record) => record.act_id === actId).length >= count);
	return records.filter((record) => record.act_id === actId);
};

describe("an approved call", () => {
	test("runs as it was shown, answers its agent, and stands on the log in order with who decided", async () => {
		const { id, actId } = await holdCall(agent, ann.key);
		const shown = await ann.show(id);
		expect(shown.json).toMatchObject({
			id,
			state: "pending",
			act_id: actId,
			agent: "helpdesk-bot",
			action: "mail.send",
			matched_guard: "sign-off",
			input: MAIL,
			approvals: { wanted: 1, given: 0 },
			call: { state: "pending" },
			guards: [{ guard: "sign-off", took: "review" }],
			binding: { role: { name: "support-agent", rev: 1 }, labels: {} },
		});
		const approved = await ann.approveAs(id, shown.json.digest, "looks right");
		expect(approved.status, approved.text).toBe(200);
		expect(approved.json).toMatchObject({
			state: "released",
			decided_by: ["root"],
			input: null,
			call: { state: "executed" },
			decisions: [{ decision: "approve", owner: "root", note: "looks right", counts: true }],
		});
		const call = await agent.get(`/v1/calls/${actId}`);
		expect(call.json).toMatchObject({
			id: actId,
			verdict: "allow",
			matched_guard: "sign-off",
			state: "executed",
			result: { queued: true },
			review: { id, state: "released" },
		});
		const records = await statesOf(actId, 3);
		expect(records.map((record) => record.state)).toEqual(["held", "released", "executed"]);
		expect(records[1]).toMatchObject({
			verdict: "allow",
			reason: "approved by root: looks right",
			fields: { review: id, approved_by: ["root"] },
		});
		const all = await workspace.log((log) => log.some((record) => record.action === "review.approve"));
		const decision = all.find((record) => record.action === "review.approve");
		expect(decision).toMatchObject({ kind: "admin", agent: "helpdesk-bot", fields: { review: id, act: actId, owner: "root" } });
		expect(decision?.seq).toBe((records[1]?.seq ?? 0) - 1);
	});

	test("is found by its idempotency key at every stage, and runs once", async () => {
		const key = { "idempotency-key": "one" };
		const { id, actId, answer } = await holdCall(agent, ann.key, MAIL, key);
		const again = await agent.run("mail.send", MAIL, key);
		expect([again.status, again.text]).toEqual([202, answer.text]);
		expect((await ann.approve(id)).status).toBe(200);
		const after = await agent.run("mail.send", MAIL, key);
		expect([after.status, after.json.id, after.json.verdict]).toEqual([200, actId, "allow"]);
		expect((await statesOf(actId, 3)).map((record) => record.state)).toEqual(["held", "released", "executed"]);
	});

	test("counts from its release on, and exceeds the guard that held it, and that one alone", async () => {
		await workspace.applyRole(mailRole("support-agent", rateGuard(1, "review")));
		expect((await agent.run("mail.send", MAIL)).status).toBe(200);
		const first = await holdCall(agent, ann.key);
		const second = await holdCall(agent, ann.key, { ...MAIL, subject: "2" });
		expect(first.answer.json.reason).toBe(second.answer.json.reason);
		expect((await ann.approve(first.id)).json.state).toBe("released");
		const third = await agent.run("mail.send", MAIL);
		expect(third.json.reason).toContain("3 calls in the last day, limit 1");
		expect((await ann.approve(second.id)).json.state).toBe("released");
	});

	test("whose input is large lies in R2 while it is held, and not afterwards", async () => {
		const { env } = await import("cloudflare:workers");
		const body = "ä".repeat(100_000);
		const { id, actId } = await holdCall(agent, ann.key, { ...MAIL, body });
		const key = `${workspace.id}/held/${actId}`;
		expect(await env.BLOBS.head(key)).not.toBeNull();
		expect((await ann.show(id)).json.input.body).toBe(body);
		expect((await ann.approve(id)).json.call).toEqual({ state: "executed" });
		await until(async () => (await env.BLOBS.head(key)) === null);
	});
});

describe("refused, and nothing is changed", () => {
	test("approving twice, denying what was approved, approving what was denied", async () => {
		const one = await holdCall(agent, ann.key);
		const { digest } = (await ann.show(one.id)).json;
		expect((await ann.approveAs(one.id, digest)).status).toBe(200);
		for (const again of [await ann.approveAs(one.id, digest), await ann.deny(one.id)])
			expect([again.status, again.json.code]).toEqual([409, "review_decided"]);
		const two = await holdCall(agent, ann.key);
		const denied = await ann.deny(two.id, "not today");
		expect([denied.status, denied.json.state, denied.json.call]).toEqual([200, "denied", { state: "denied" }]);
		const late = await ann.approveAs(two.id, digest);
		expect([late.status, late.json.code]).toEqual([409, "review_decided"]);
		const call = await agent.get(`/v1/calls/${two.actId}`);
		expect(call.json).toMatchObject({
			state: "denied",
			verdict: "deny",
			reason_code: "review_denied",
			reason: "denied by root: not today",
			review: { state: "denied" },
		});
		expect((await statesOf(two.actId, 2)).map((record) => record.state)).toEqual(["held", "denied"]);
	});

	test("another workspace's review, one that never was, a digest of something else", async () => {
		const { id } = await holdCall(agent, ann.key);
		const stranger = reviewerWith((await newWorkspace()).key);
		const { digest } = (await ann.show(id)).json;
		for (const answer of [
			await stranger.show(id),
			await stranger.approveAs(id, digest),
			await stranger.deny(id),
			await ann.approveAs("rev_0000000000000000000000", digest),
		])
			expect([answer.status, answer.json.code]).toEqual([404, "not_found"]);
		const other = await ann.approveAs(id, "0".repeat(64));
		expect([other.status, other.json.code]).toEqual([409, "review_changed"]);
		expect((await ann.approveAs(id, "yes")).status).toBe(422);
		expect((await ann.show(id)).json.state).toBe("pending");
	});

	test("one's own agent, where somebody else could sign off; not where nobody could, unless the role says so", async () => {
		const alone = await holdCall(agent, ann.key);
		expect((await ann.approve(alone.id)).status).toBe(200);
		const byOwnKey = await keyMadeBy(ann.key, "Somebody Else");
		const bob = await personOf(workspace, "bob@acme.com");
		const own = await holdCall(agent, ann.key);
		for (const reviewer of [ann, byOwnKey]) {
			const refused = await reviewer.approve(own.id);
			expect([refused.status, refused.json.code]).toEqual([403, "own_agent"]);
		}
		expect((await bob.approve(own.id)).json.decided_by).toEqual(["bob@acme.com"]);
		await workspace.applyRole(mailRole("support-agent", heldMail("{ self_approval: true }")));
		const allowed = await holdCall(agent, ann.key);
		expect((await ann.approve(allowed.id)).status).toBe(200);

		const lonely = await newWorkspace();
		await lonely.applyRole(mailRole("support-agent", heldMail("{ self_approval: false }")));
		const eve = reviewerWith(lonely.key);
		const strict = await holdCall(await lonely.createAgent("bot", "support-agent"), lonely.key);
		expect((await eve.approve(strict.id)).json.code).toBe("own_agent");
	});

	test("the second of two approvals by the same owner, under whatever key", async () => {
		await workspace.applyRole(mailRole("support-agent", heldMail("{ approvals: 2, self_approval: true }")));
		const { id, actId } = await holdCall(agent, ann.key);
		const half = await ann.approve(id);
		expect(half.json).toMatchObject({ state: "pending", approvals: { wanted: 2, given: 1 } });
		const puppet = await keyMadeBy(ann.key, "bob@acme.com");
		const double = await personOf(workspace, "ROOT ");
		for (const reviewer of [ann, puppet, double]) {
			const refused = await reviewer.approve(id);
			expect([refused.status, refused.json.code]).toEqual([409, "already_approved"]);
		}
		expect((await agent.get(`/v1/calls/${actId}`)).json.state).toBe("pending");
		const bob = await personOf(workspace, "bob@acme.com");
		expect((await bob.approve(id)).json).toMatchObject({ state: "released", decided_by: ["root", "bob@acme.com"] });
		expect((await statesOf(actId, 3))[1]?.reason).toBe("approved by root and bob@acme.com");
	});

	test("a further call of an agent of which too many wait", async () => {
		const held = await Promise.all(Array.from({ length: 100 }, () => agent.run("mail.send", MAIL)));
		expect(held.filter(({ status }) => status === 202).length).toBe(100);
		const more = await agent.run("mail.send", MAIL);
		expect([more.status, more.json.reason_code, more.json.reason]).toEqual([
			403,
			"too_many_pending",
			"100 calls of this agent wait for sign-off already, limit 100",
		]);
	});
});
