import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { HiveKey, HiveKeyAdmin, HiveKeyRoot, VERSION } from "../../sdk/typescript/src/index.ts";
import { ADMIN_KEY, AGENT_TOKEN, ContractGateway } from "./contract-gateway.ts";
import { ALLOWED, FAILED } from "./verdicts.ts";

const gateway = new ContractGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
});
afterEach(() => vi.unstubAllEnvs());

describe("HiveKey", () => {
	test("runs an action and resolves with the gateway's body and the request id", async () => {
		gateway.once.push({ status: 200, body: ALLOWED });
		const hk = new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url });
		const answer = await hk.actions.run<{ message_id: string }>("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "…" });
		expect(answer).toEqual({ ...ALLOWED, request_id: "req_1" });
		expect(answer.result.message_id).toBe("msg_a1b2c3");
		const [seen] = gateway.seen;
		expect([seen?.method, seen?.path, seen?.headers["content-type"]]).toEqual([
			"POST",
			"/v1/actions/mail.send",
			"application/json",
		]);
		expect(seen?.headers.authorization).toBe(`Bearer ${AGENT_TOKEN}`);
		expect(JSON.parse(seen?.body.toString() ?? "")).toEqual({ to: "jordan@acme.com", subject: "Hi", body: "…" });
	});

	test("a call that was signed off and done before is a success when asked for again", async () => {
		const result = { message_id: "msg_1", queued: true };
		const done = { ...FAILED, verdict: "review", state: "executed", error: undefined, result };
		gateway.once.push({ status: 200, body: done });
		const hk = new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url });
		const { action, agent, id, matched_guard } = FAILED;
		const body = { id, action, verdict: "allow", matched_guard, agent, result, request_id: "req_1" };
		expect(await hk.actions.run("mail.send", {}, { idempotencyKey: "k" })).toEqual(body);
	});

	test("asks how a call stands, and a failed one is an answer", async () => {
		gateway.once.push({ status: 200, body: FAILED });
		const call = await new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url }).calls.get("act_2Nf9kT", { waitSeconds: 30 });
		expect(call).toEqual({ ...FAILED, request_id: "req_1" });
		expect([gateway.seen[0]?.path, gateway.seen[0]?.query.get("wait")]).toEqual(["/v1/calls/act_2Nf9kT", "30"]);
	});

	test("lists visible actions", async () => {
		const action = { name: "mail.read", description: "Read", input_schema: { type: "object" } };
		gateway.once.push({ status: 200, body: { items: [action], next_cursor: null } });
		expect((await new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url }).actions.list()).items).toEqual([action]);
	});

	test.each([undefined, "", "  "])("without a token (%j) it says how to get one", (token) => {
		expect(() => new HiveKey(token)).toThrow(/process\.env\.HK_AGENT_TOKEN.*hivekey agent create/);
	});

	test("an admin key is refused, and not repeated", () => {
		expect(() => new HiveKey("hk_live_secret")).toThrow(/administrator's key \(hk_live_…\)/);
	});

	test("a token with a line break in it is refused, and not repeated", () => {
		const make = () => new HiveKey("hk_agt_abc\r\nx-evil: 1");
		expect(make).toThrow(/copied whole/);
		expect(make).not.toThrow(/hk_agt_abc/);
	});

	test.each(["", ".", ".."])("the name %j names no action", async (name) => {
		await expect(new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url }).actions.run(name)).rejects.toThrow(TypeError);
		expect(gateway.seen.length).toBe(0);
	});

	test("a name with a slash stays one segment", async () => {
		await new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url }).actions.run("../v1/agents?x").catch(() => undefined);
		expect(gateway.seen[0]?.path).toBe("/v1/actions/..%2Fv1%2Fagents%3Fx");
	});

	test("a number that JSON cannot carry is an error, not null", async () => {
		const hk = new HiveKey(AGENT_TOKEN, { baseUrl: gateway.url });
		await expect(hk.actions.run("pay", { amount: Number.NaN })).rejects.toThrow('"amount" is NaN');
		expect(gateway.seen.length).toBe(0);
	});

	test("the address is the option, else HIVEKEY_URL, else the public one", () => {
		vi.stubEnv("HIVEKEY_URL", "http://127.0.0.1:1234/");
		expect(new HiveKey("t", { baseUrl: "https://gw.acme.com/" }).baseUrl).toBe("https://gw.acme.com");
		expect(new HiveKey("t").baseUrl).toBe("http://127.0.0.1:1234");
		vi.stubEnv("HIVEKEY_URL", "");
		expect(new HiveKey("t").baseUrl).toBe("https://gateway.hivekey.ai");
	});

	test.each(["gateway", "ftp://gateway", "https://me:pw@gateway", "https://gateway?x=1"])("%s is no address", (baseUrl) => {
		expect(() => new HiveKey("t", { baseUrl })).toThrow(TypeError);
	});

	test("uses the fetch that it is given", async () => {
		const fake = vi.fn(async () => new Response(JSON.stringify(ALLOWED)));
		const answer = await new HiveKey("t", { baseUrl: "https://x.test", fetch: fake as typeof fetch }).actions.run(
			"mail.send",
			{},
		);
		expect(answer.id).toBe("act_2Nf9kQ");
		expect(fake).toHaveBeenCalledOnce();
	});
});

describe("HiveKeyAdmin", () => {
	const admin = () => new HiveKeyAdmin(ADMIN_KEY, { baseUrl: gateway.url });

	test("says whose key it is", async () => {
		expect(await admin().whoami()).toMatchObject({ organization: "acme-corp", workspace: "prod", request_id: "req_1" });
	});

	test("sends a role's own text as YAML, an object as JSON, a patch as a merge patch", async () => {
		await admin().roles.put("r", "kind: Role # mine");
		await admin().roles.put("r", { kind: "Role" });
		gateway.once.push({ status: 200, body: { name: "r", rev: 3, change: "updated" } });
		await admin().roles.patch("r", { guards: [] }, { ifMatch: '"2"' });
		expect(
			gateway.seen.map((seen) => [seen.method, seen.headers["content-type"], seen.headers["if-match"], seen.body.toString()]),
		).toEqual([
			["PUT", "application/yaml", undefined, "kind: Role # mine"],
			["PUT", "application/json", undefined, '{"kind":"Role"}'],
			["PATCH", "application/merge-patch+json", '"2"', '{"guards":[]}'],
		]);
	});

	test("sends a list's own text as what it is said to be", async () => {
		const applied = { name: "l", sha256: "ab", change: "created", roles: [] };
		gateway.once.push({ status: 200, body: applied }, { status: 200, body: applied });
		await admin().lists.apply("l", { content: "kind: List # mine" });
		const bytes = new TextEncoder().encode("a\nb\n");
		expect(await admin().lists.apply("l", { content: bytes, contentType: "text/plain" })).toEqual({
			...applied,
			request_id: "req_2",
		});
		expect(gateway.seen.map(({ headers, body }) => [headers["content-type"], body.toString()])).toEqual([
			["application/yaml", "kind: List # mine"],
			["text/plain", "a\nb\n"],
		]);
	});

	test("creates, shows, lists and revokes agents", async () => {
		const made = await admin().agents.create({ name: "helpdesk-bot", role: "support-agent", labels: { team: "support" } });
		expect(made.token).toBe("hk_agt_fresh");
		expect((await admin().agents.get("helpdesk-bot")).labels).toEqual({ team: "support" });
		expect(await admin().agents.revoke("helpdesk-bot")).toEqual({ request_id: "req_3" });
		expect((await admin().agents.get("helpdesk-bot")).revoked_at).toBe("2026-11-22T15:00:00Z");
	});

	test("iterates over every page, and awaits one", async () => {
		for (let i = 0; i < 7; i++) gateway.log({ agent: `bot-${i}` });
		const seqs: number[] = [];
		for await (const record of admin().audit.list({ limit: 3, order: "asc" })) seqs.push(record.seq);
		expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7]);
		expect(gateway.seen.length).toBe(3);
		const page = await admin().audit.list({ limit: 3 });
		expect([page.items.map((record) => record.seq), page.next_cursor]).toEqual([[7, 6, 5], "3"]);
		const pages: number[] = [];
		for await (const one of admin().audit.list({ limit: 3, cursor: "3" }).pages()) pages.push(one.items.length);
		expect(pages).toEqual([3, 1]);
	});

	test("asks only for what was named in a query", async () => {
		await admin().audit.list({ agent: "a b", verdict: undefined, after_seq: 0 });
		expect(gateway.seen[0]?.query.toString()).toBe("agent=a+b&after_seq=0");
	});

	test.each<[string, (client: HiveKeyAdmin) => PromiseLike<unknown>, string, unknown?]>([
		["a change of an agent", (a) => a.agents.change("bot", { role: "r" }), "PATCH /v1/agents/bot", { role: "r" }],
		[
			"a rotation",
			(a) => a.agents.tokens.create("bot", { overlap_seconds: 60 }),
			"POST /v1/agents/bot/tokens",
			{ overlap_seconds: 60 },
		],
		["a list of tokens", (a) => a.agents.tokens.list("bot"), "GET /v1/agents/bot/tokens"],
		["the end of a token", (a) => a.agents.tokens.revoke("bot", "tok_1"), "DELETE /v1/agents/bot/tokens/tok_1"],
		[
			"a new key",
			(a) => a.keys.create({ owner: "ann", scopes: ["audit"] }),
			"POST /v1/keys",
			{ owner: "ann", scopes: ["audit"] },
		],
		["the end of a key", (a) => a.keys.revoke("key_1"), "DELETE /v1/keys/key_1"],
		["the end of the last key", (a) => a.keys.revoke("key_1", { evenTheLast: true }), "DELETE /v1/keys/key_1?even_the_last=true"],
		["a page of keys", (a) => a.keys.list({ limit: 3, cursor: "c" }), "GET /v1/keys?limit=3&cursor=c"],
		["a new mailbox", (a) => a.mailboxes.create({ address: "a@b.c" }), "POST /v1/mailboxes", { address: "a@b.c" }],
		["the end of a mailbox", (a) => a.mailboxes.delete("a@b.c"), "DELETE /v1/mailboxes/a%40b.c"],
		[
			"a list of items",
			(a) => a.lists.apply("l", ["a", 1, true], { description: "d" }),
			"PUT /v1/lists/l",
			{ apiVersion: "policy.hivekey.ai/v1", kind: "List", metadata: { name: "l", description: "d" }, items: ["a", 1, true] },
		],
		["a list's items", (a) => a.lists.get("l"), "GET /v1/lists/l"],
		["a page of lists", (a) => a.lists.list({ limit: 2 }), "GET /v1/lists?limit=2"],
		["the end of a list", (a) => a.lists.delete("l"), "DELETE /v1/lists/l"],
		["revisions", (a) => a.roles.revisions("r", { limit: 2 }), "GET /v1/roles/r/revisions?limit=2"],
		["a rollback", (a) => a.roles.rollback("r", 1), "POST /v1/roles/r/rollback", { rev: 1 }],
		["the end of a role", (a) => a.roles.delete("r"), "DELETE /v1/roles/r"],
	])("asks for %s in the gateway's words", async (_name, call, wanted, body) => {
		gateway.once.push({ status: 500, body: {} });
		await Promise.resolve(call(admin())).catch(() => undefined);
		const [seen] = gateway.seen;
		const query = seen?.query.toString();
		expect(`${seen?.method} ${seen?.path}${query ? `?${query}` : ""}`).toBe(wanted);
		expect(seen?.body.length === 0 ? undefined : JSON.parse(seen?.body.toString() ?? "")).toEqual(body);
	});

	test("a condition goes out as it is, and its etag comes with every role", async () => {
		const role = { name: "r", rev: 2, change: "updated" };
		const reply = { status: 200, body: role, headers: { etag: '"2-ab"' } };
		gateway.once.push(reply, reply, { status: 204 }, reply);
		expect((await admin().roles.put("r", "x", { ifNoneMatch: "*" })).etag).toBe('"2-ab"');
		expect((await admin().roles.rollback("r", 1, { ifMatch: '"1-ab"' })).etag).toBe('"2-ab"');
		expect(await admin().roles.delete("r", { ifMatch: '"2-ab"' })).toEqual({ request_id: "req_3" });
		expect(await admin().roles.get("r")).toEqual({ ...role, etag: '"2-ab"', request_id: "req_4" });
		expect(gateway.seen.map(({ headers }) => [headers["if-match"], headers["if-none-match"]])).toEqual([
			[undefined, "*"],
			['"1-ab"', undefined],
			['"2-ab"', undefined],
			[undefined, undefined],
		]);
	});

	test("an etag that a proxy marked as weak still works, and one that it took away is null", async () => {
		const role = { name: "r", rev: 2 };
		gateway.once.push({ status: 200, body: role, headers: { etag: 'W/"2-ab"' } }, { status: 200, body: role });
		expect([(await admin().roles.get("r")).etag, (await admin().roles.get("r")).etag]).toEqual(['"2-ab"', null]);
	});

	test("a page that a proxy sends instead is no success of a deletion", async () => {
		gateway.once.push({ status: 200, raw: "<html>log in first</html>" });
		await expect(admin().mailboxes.delete("a@b.c")).rejects.toMatchObject({ code: "unexpected_answer" });
	});

	test("an agent's token is refused", () => {
		expect(() => new HiveKeyAdmin("hk_agt_x")).toThrow(/agent's token/);
	});
});

describe("HiveKeyRoot", () => {
	const root = () => new HiveKeyRoot("root-key", { baseUrl: gateway.url });

	test("makes a workspace, once", async () => {
		const made = { organization: "acme-corp", workspace: "prod", workspace_id: "ws_1", key_id: "key_1", key: "hk_live_x" };
		gateway.once.push({ status: 201, body: made });
		expect(await root().workspaces.create({ organization: "acme-corp", workspace: "prod" })).toEqual({
			...made,
			request_id: "req_1",
		});
		expect(gateway.seen[0]?.headers.authorization).toBe("Bearer root-key");
		gateway.once.push({ status: 503, body: {} });
		await expect(root().workspaces.replaceKey("ws_1", { owner: "ann" })).rejects.toMatchObject({ status: 503 });
		expect(gateway.seen.length).toBe(2);
	});

	test.each([undefined, " ", "hk_live_x", "hk_agt_x"])("%j is no root key, and is not repeated", (key) => {
		expect(() => new HiveKeyRoot(key)).toThrow(TypeError);
		expect(() => new HiveKeyRoot(key)).not.toThrow(/hk_(live|agt)_x/);
	});
});

test("the version is the package's", () => {
	const { version } = JSON.parse(readFileSync(new URL("../../sdk/typescript/package.json", import.meta.url), "utf8"));
	expect(VERSION).toBe(version);
});
