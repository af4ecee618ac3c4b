/** The SDK against the real gateway: what it promises an administrator, kept by the Worker itself. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
	AuthenticationError,
	ConflictError,
	HiveKey,
	HiveKeyAdmin,
	HiveKeyRoot,
	InvalidRequestError,
	NotFoundError,
} from "../../sdk/typescript/src/index.ts";
import { RealGateway, ROOT_KEY } from "./real-gateway.ts";

const ROLE = {
	apiVersion: "policy.hivekey.ai/v1",
	kind: "Role",
	metadata: { name: "support-agent" },
	scope: { allow: ["mail.read", "mail.send"] },
};

const gateway = new RealGateway();
let admin: HiveKeyAdmin;
let workspace: string;
beforeAll(() => gateway.start(), 60_000);
beforeEach(async () => {
	const made = await gateway.makeWorkspace();
	workspace = made.workspace_id;
	admin = new HiveKeyAdmin(made.key, { baseUrl: gateway.url });
});

async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
	const items: T[] = [];
	for await (const item of list) items.push(item);
	return items;
}

describe("roles", () => {
	test("carry an etag that keeps changes from overwriting each other", async () => {
		const first = await admin.roles.put("support-agent", ROLE, { ifNoneMatch: "*" });
		expect([first.change, first.etag]).toEqual(["created", `"1-${first.hash.slice(0, 16)}"`]);
		expect((await admin.roles.get("support-agent")).etag).toBe(first.etag);
		const ifMatch = first.etag ?? "";
		const second = await admin.roles.patch("support-agent", { scope: { allow: ["mail.read"] } }, { ifMatch });
		expect([second.change, second.rev]).toEqual(["updated", 2]);

		const stale = [
			() => admin.roles.put("support-agent", ROLE, { ifMatch }),
			() => admin.roles.put("support-agent", ROLE, { ifNoneMatch: "*" }),
			() => admin.roles.patch("support-agent", {}, { ifMatch }),
			() => admin.roles.rollback("support-agent", 1, { ifMatch }),
			() => admin.roles.delete("support-agent", { ifMatch }),
		];
		for (const change of stale) await expect(change()).rejects.toMatchObject({ status: 412, code: "stale_revision" });
		expect((await admin.roles.get("support-agent")).rev).toBe(2);
	});

	test("say which actions they make visible, with the schemas of their inputs", async () => {
		await admin.roles.put("support-agent", ROLE);
		const actions = await all(admin.roles.actions("support-agent"));
		expect(actions.map(({ name }) => name)).toEqual(["mail.read", "mail.send"]);
		expect(actions[1]?.input_schema).toMatchObject({ type: "object", required: ["to", "subject", "body"] });
		await expect(all(admin.roles.actions("nobody"))).rejects.toBeInstanceOf(NotFoundError);
	});

	test("have revisions, page by page, and go back to one of them", async () => {
		for (const allow of [["mail.read"], ["mail.send"], ["mail.read", "mail.send"]])
			await admin.roles.put("support-agent", { ...ROLE, scope: { allow } });
		const revisions = await all(admin.roles.revisions("support-agent", { limit: 2 }));
		expect(revisions.map(({ rev, in_force, grants }) => [rev, in_force, grants])).toEqual([
			[3, true, 2],
			[2, false, 1],
			[1, false, 1],
		]);
		expect(await admin.roles.rollback("support-agent", 1)).toMatchObject({ rev: 4, change: "updated", grants: 1 });
		await expect(admin.roles.rollback("support-agent", 9)).rejects.toBeInstanceOf(NotFoundError);
	});

	test("are not deleted while agents use them", async () => {
		await admin.roles.put("support-agent", ROLE);
		await admin.agents.create({ name: "helpdesk-bot", role: "support-agent" });
		await expect(admin.roles.delete("support-agent")).rejects.toThrow(/helpdesk-bot/);
		await admin.agents.revoke("helpdesk-bot");
		expect((await admin.roles.delete("support-agent")).request_id).toMatch(/^req_/);
		await expect(admin.roles.get("support-agent")).rejects.toBeInstanceOf(NotFoundError);
	});
});

describe("agents", () => {
	beforeEach(() => admin.roles.put("support-agent", ROLE));
	const visible = (token: string) => new HiveKey(token, { baseUrl: gateway.url }).actions.list();

	test("take another role, other labels, and a new token", async () => {
		await admin.roles.put("reader", { ...ROLE, metadata: { name: "reader" }, scope: { allow: ["mail.read"] } });
		const made = await admin.agents.create({ name: "helpdesk-bot", role: "support-agent" });
		expect(made.last_seen_at).toBe(null);
		const changed = await admin.agents.change("helpdesk-bot", { role: "reader", labels: { team: "support" } });
		expect([changed.role, changed.labels]).toEqual(["reader", { team: "support" }]);
		expect((await visible(made.token)).items.length).toBe(1);
		await expect(admin.agents.change("helpdesk-bot", {})).rejects.toBeInstanceOf(InvalidRequestError);

		const beside = await admin.agents.tokens.create("helpdesk-bot", { overlap_seconds: 3_600 });
		expect([(await visible(made.token)).items.length, (await visible(beside.token)).items.length]).toEqual([1, 1]);
		const alone = await admin.agents.tokens.create("helpdesk-bot");
		await expect(visible(beside.token)).rejects.toBeInstanceOf(AuthenticationError);
		expect((await all(admin.agents.tokens.list("helpdesk-bot"))).length).toBe(3);
		await admin.agents.tokens.revoke("helpdesk-bot", alone.id);
		await expect(visible(alone.token)).rejects.toBeInstanceOf(AuthenticationError);
	});

	test("are listed to the last, page after page", async () => {
		for (const name of ["a", "b", "c", "d", "e"]) await admin.agents.create({ name, role: "support-agent" });
		expect((await all(admin.agents.list({ limit: 2 }))).map((agent) => agent.name)).toEqual(["a", "b", "c", "d", "e"]);
		const page = await admin.agents.list({ limit: 2 });
		expect([page.items.length, typeof page.next_cursor]).toEqual([2, "string"]);
	});
});

test("keys have an owner and scopes, and the last admin key stays", async () => {
	const { key: own } = await admin.whoami();
	const made = await admin.keys.create({ owner: "ci", scopes: ["policy"] });
	expect((await all(admin.keys.list({ limit: 1 }))).map((key) => key.id).sort()).toEqual([made.id, own.id].sort());
	const ci = new HiveKeyAdmin(made.key, { baseUrl: gateway.url });
	expect((await ci.roles.put("support-agent", ROLE)).rev).toBe(1);
	await expect(ci.keys.list()).rejects.toMatchObject({ name: "MissingScopeError" });
	await admin.keys.revoke(made.id);
	await expect(ci.whoami()).rejects.toBeInstanceOf(AuthenticationError);
	await expect(admin.keys.revoke(own.id)).rejects.toBeInstanceOf(ConflictError);
	await admin.keys.revoke(own.id, { evenTheLast: true });
	await expect(admin.whoami()).rejects.toBeInstanceOf(AuthenticationError);
});

test("lists are applied, read, listed and deleted, and change the roles that take them", async () => {
	const created = await admin.lists.apply("partners", ["acme.com", "b.example"], { description: "Whom we trust" });
	expect(created).toMatchObject({ change: "created", count: 2, description: "Whom we trust", roles: [] });
	const when = { field: "to.domain", in: { list: "partners" } };
	await admin.roles.put("support-agent", { ...ROLE, guards: [{ id: "partners-only", action: "mail.send", when }] });
	const changed = await admin.lists.apply("partners", { content: "acme.com\n", contentType: "text/plain" });
	expect(changed).toMatchObject({ change: "updated", count: 1, roles: [{ name: "support-agent", rev: 2 }] });
	expect((await admin.lists.get("partners")).items).toEqual(["acme.com"]);
	await admin.lists.apply("blocked", [1, true]);
	expect((await all(admin.lists.list({ limit: 1 }))).map((list) => list.name)).toEqual(["blocked", "partners"]);
	await expect(admin.lists.apply("partners", ["no domain"])).rejects.toMatchObject({
		name: "InvalidRequestError",
		message: expect.stringMatching(/^role support-agent: /),
	});
	await expect(admin.lists.delete("partners")).rejects.toThrow(/support-agent/);
	await admin.roles.delete("support-agent");
	expect((await admin.lists.delete("partners")).request_id).toMatch(/^req_/);
	await expect(admin.lists.get("partners")).rejects.toBeInstanceOf(NotFoundError);
});

test("mailboxes are made, listed and deleted", async () => {
	const address = `sdk-${workspace.toLowerCase().slice(3)}@acme.com`;
	expect(await admin.mailboxes.create({ address })).toMatchObject({ address, agents: [] });
	await expect(admin.mailboxes.create({ address })).rejects.toBeInstanceOf(ConflictError);
	expect((await admin.mailboxes.list()).items.map((mailbox) => mailbox.address)).toEqual([address]);
	await admin.mailboxes.delete(address);
	await expect(admin.mailboxes.delete(address)).rejects.toBeInstanceOf(NotFoundError);
});

test("the operator makes workspaces, lists them, and replaces keys", async () => {
	const root = new HiveKeyRoot(ROOT_KEY, { baseUrl: gateway.url });
	expect((await all(root.workspaces.list({ limit: 1 }))).map((one) => one.workspace_id)).toContain(workspace);
	const replaced = await root.workspaces.replaceKey(workspace, { owner: "bob", revoke_others: true });
	expect([replaced.owner, replaced.made_by]).toEqual(["bob", null]);
	await expect(admin.whoami()).rejects.toBeInstanceOf(AuthenticationError);
	expect((await new HiveKeyAdmin(replaced.key, { baseUrl: gateway.url }).whoami()).workspace_id).toBe(workspace);
	const wrong = new HiveKeyRoot("wrong", { baseUrl: gateway.url });
	await expect(wrong.workspaces.list()).rejects.toBeInstanceOf(AuthenticationError);
});
