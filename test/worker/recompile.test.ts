/** A compiled form that this version cannot read: the role decides as before, from its source, or its agents are refused. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { APPROVED_DOMAINS, mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";
import { replaceCompiled } from "../support/worker/tampering.ts";

beforeAll(applySchema);

let workspace: TestWorkspace;
let agent: TestAgent;
beforeEach(async () => {
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent", APPROVED_DOMAINS));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
});

const outcome = async (to: string) => {
	const { status, json } = await agent.run("mail.send", { to, subject: "Hi", body: "x" });
	return json.reason_code ?? json.code ?? status;
};
const outcomes = async () => [await outcome("ann@acme.com"), await outcome("eve@gmail.com")];
const visible = async () => (await agent.get("/v1/actions")).json.items.map((item: { name: string }) => item.name);

describe("a compiled form of a version that is not known", () => {
	const ofTomorrow = (compiled: { actions: Record<string, object> }) => ({
		v: 999,
		actions: Object.fromEntries(Object.keys(compiled.actions).map((name) => [name, { in: "another form" }])),
		rules: "in another form",
	});

	test("decides as before, from its source", async () => {
		expect(await outcomes()).toEqual([200, "guard_denied"]);
		const hash = await replaceCompiled(workspace, "support-agent", ofTomorrow);
		expect(await outcomes()).toEqual([200, "guard_denied"]);
		const records = await workspace.log((all) => all.filter((record) => record.state === "denied").length === 2);
		expect(records.at(-1)?.role).toEqual({ name: "support-agent", rev: 1, hash });
	});

	test("does so from D1 alone", async () => {
		const hash = await replaceCompiled(workspace, "support-agent", ofTomorrow);
		await env.ROLES.delete(`${workspace.id}/role/${hash}`);
		expect(await outcomes()).toEqual([200, "guard_denied"]);
	});

	test("with lists of the workspace takes what they hold", async () => {
		await workspace.admin("PUT", "/v1/lists/partners", { raw: "acme.com\n", headers: { "content-type": "text/plain" } });
		await workspace.applyRole(
			mailRole("support-agent", APPROVED_DOMAINS.replace("[acme.com, acme-support.com]", "{ list: partners }")),
		);
		await replaceCompiled(workspace, "support-agent", ofTomorrow);
		expect(await outcomes()).toEqual([200, "guard_denied"]);
	});

	test("grants no action that it did not grant before, whatever a pattern matches now", async () => {
		const pattern = mailRole("support-agent", APPROVED_DOMAINS).replace("    - mail.read\n    - mail.send", '    - "mail.*"');
		await workspace.applyRole(pattern);
		expect(await visible()).toEqual(["mail.read", "mail.send"]);
		await replaceCompiled(workspace, "support-agent", () => ({ v: 999, actions: { "mail.read": {} } }));
		expect(await outcomes()).toEqual(["not_in_scope", "not_in_scope"]);
		expect(await visible()).toEqual(["mail.read"]);
		await workspace.applyRole(pattern);
		expect(await outcomes()).toEqual([200, "guard_denied"]);
	});

	test("grants no action that its source does not grant, whatever it says itself", async () => {
		await workspace.applyRole(mailRole("support-agent").replace("    - mail.send\n", ""));
		await replaceCompiled(workspace, "support-agent", () => ({ v: 999, actions: { "mail.read": {}, "mail.send": {} } }));
		expect(await visible()).toEqual(["mail.read"]);
	});
});

describe("a compiled form that tells nothing", () => {
	test.each([
		["no JSON", "}{ not json"],
		["null", "null"],
		["a number", "7"],
		["actions that are a list", '{"v":999,"actions":["mail.send"]}'],
		["no actions", '{"v":999}'],
	])("%s: the agent is refused, and nothing runs", async (_what, text) => {
		expect(await outcome("ann@acme.com")).toBe(200);
		await replaceCompiled(workspace, "support-agent", () => text);
		const refused = await agent.run("mail.send", { to: "ann@acme.com", subject: "Hi", body: "x" });
		expectProblem(refused, 503, "unavailable");
		const records = await workspace.log((all) => all.some((record) => record.state === "executed"));
		expect(records.filter((record) => record.kind === "action").map((record) => record.state)).toEqual(["intent", "executed"]);
		await workspace.applyRole(
			mailRole("support-agent", APPROVED_DOMAINS).replace("metadata:", "metadata:\n  description: again"),
		);
		expect(await outcomes()).toEqual([200, "guard_denied"]);
	});
});
