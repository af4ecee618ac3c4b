/** Lists of a workspace: what roles take by name, and what a change of one changes. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDigests } from "../../src/keys/digests.ts";
import { COMPILED_VERSION } from "../../src/policy/compiled-role.ts";
import { createCompiledRoles } from "../../src/stores/kv/compiled-roles.ts";
import { mailRole } from "../support/roles.ts";
import { type Answered, applySchema, newWorkspace, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";
import { replaceCompiled } from "../support/worker/tampering.ts";

beforeAll(applySchema);

let workspace: TestWorkspace;
beforeEach(async () => {
	workspace = await newWorkspace();
});

const PARTNERS_ONLY = "- { id: partners-only, action: mail.send, when: { field: to.domain, in: { list: partners } } }";
const role = (name = "support-agent") => mailRole(name, PARTNERS_ONLY);
const document = (name: string, items: unknown, more: object = {}) => ({
	apiVersion: "policy.hivekey.ai/v1",
	kind: "List",
	metadata: { name, ...more },
	items,
});
const put = (name: string, items: unknown, more: object = {}) =>
	workspace.admin("PUT", `/v1/lists/${name}`, { body: document(name, items, more) });
const putText = (name: string, raw: BodyInit, type = "text/plain") =>
	workspace.admin("PUT", `/v1/lists/${name}`, { raw, headers: { "content-type": type } });
const read = async (path: string) => (await workspace.admin("GET", path)).json;
const mailTo = async (agent: TestAgent, to: string) => {
	const { status, json } = await agent.run("mail.send", { to, subject: "Hi", body: "x" });
	return json.reason_code ?? json.code ?? status;
};
/** A list, a role that takes it, and an agent under the role. */
async function helpdesk(items: unknown = ["acme.com"]): Promise<TestAgent> {
	expect((await put("partners", items)).status).toBe(200);
	await workspace.applyRole(role());
	return workspace.createAgent("helpdesk-bot", "support-agent");
}

describe("a list", () => {
	test("is created, unchanged, updated, listed, and read with its items", async () => {
		const first = await put("partners", ["acme.com", "b.example"], { description: "Whom we trust" });
		expect(Object.keys(first.json)).toEqual([
			...["name", "description", "sha256", "count", "changed_by", "created_at", "updated_at"],
			...["change", "roles"],
		]);
		expect(first.json).toMatchObject({ name: "partners", description: "Whom we trust", count: 2, change: "created", roles: [] });
		const again = await put("partners", ["acme.com", "b.example"], { description: "Whom we trust" });
		expect(again.json).toEqual({ ...first.json, change: "unchanged" });
		const updated = await put("partners", ["acme.com"]);
		expect(updated.json).toMatchObject({ description: "", count: 1, change: "updated", created_at: first.json.created_at });
		await put("blocked", [7, true, "x"]);
		const { change: _change, roles: _roles, ...partners } = updated.json;
		expect((await read("/v1/lists")).items.map((list: { name: string }) => list.name)).toEqual(["blocked", "partners"]);
		expect((await read("/v1/lists")).items[1]).toEqual(partners);
		expect(await read("/v1/lists/partners")).toEqual({ ...partners, items: ["acme.com"] });
		expect((await read("/v1/lists/blocked")).items).toEqual([7, true, "x"]);
	});

	test("may come as YAML, JSON or text with one item a line; what comes twice counts once", async () => {
		const yaml =
			"apiVersion: policy.hivekey.ai/v1\nkind: List\nmetadata: { name: partners }\nitems:\n  - acme.com\n  - b.example\n";
		const { sha256 } = (await putText("partners", yaml, "application/yaml")).json;
		const same = [
			await put("partners", ["acme.com", "b.example", "acme.com"]),
			await putText("partners", "acme.com\nb.example"),
			await putText(
				"partners",
				"\ufeff# our partners\r\n\r\n  acme.com \r\nb.example\r\nacme.com\r\n",
				"text/plain; charset=utf-8",
			),
		];
		expect(same.map(({ json }) => [json.change, json.sha256, json.count])).toEqual(Array(3).fill(["unchanged", sha256, 2]));
	});

	test("of another workspace is unknown", async () => {
		const other = await newWorkspace();
		await other.admin("PUT", "/v1/lists/partners", { body: document("partners", ["acme.com"]) });
		for (const method of ["GET", "DELETE"]) expectProblem(await workspace.admin(method, "/v1/lists/partners"), 404, "not_found");
		expect((await read("/v1/lists")).items).toEqual([]);
		const refused = await workspace.admin("PUT", "/v1/roles/support-agent", {
			raw: role(),
			headers: { "content-type": "application/yaml" },
		});
		expectProblem(refused, 422, "invalid_document");
		expect(refused.json.errors).toMatchObject([{ path: "guards[0].when.in.list", code: "unknown_list", line: 10 }]);
	});

	test("and its changes are on the log", async () => {
		const { sha256 } = (await put("partners", ["acme.com"])).json;
		await put("partners", ["acme.com"]);
		await workspace.admin("DELETE", "/v1/lists/partners");
		const records = await workspace.log((all) => all.some((record) => record.action === "list.delete"));
		const acts = records.filter((record) => record.action.startsWith("list."));
		expect(acts.map(({ action, kind, state, fields }) => ({ action, kind, state, fields }))).toEqual([
			{ action: "list.apply", kind: "admin", state: "done", fields: { list: "partners", sha256, count: 1 } },
			{ action: "list.delete", kind: "admin", state: "done", fields: { list: "partners" } },
		]);
	});
});

describe("a role that takes a list", () => {
	test("decides by it, and a change of it is in force at the next request, as a revision of the role", async () => {
		const agent = await helpdesk();
		expect([await mailTo(agent, "ann@acme.com"), await mailTo(agent, "bob@b.example")]).toEqual([200, "guard_denied"]);
		const changed = await put("partners", ["b.example"]);
		expect(changed.json).toMatchObject({ change: "updated", roles: [{ name: "support-agent", rev: 2 }] });
		expect([await mailTo(agent, "ann@acme.com"), await mailTo(agent, "bob@b.example")]).toEqual(["guard_denied", 200]);
		expect(await read("/v1/roles/support-agent")).toMatchObject({ rev: 2 });
		const back = await put("partners", ["acme.com"]);
		expect(back.json.roles).toEqual([{ name: "support-agent", rev: 3 }]);
		expect(await mailTo(agent, "ann@acme.com")).toBe(200);
	});

	test("is left alone by a list that it does not take, and by one that stays the same", async () => {
		await helpdesk();
		expect((await put("other", ["x"])).json.roles).toEqual([]);
		expect((await put("partners", ["acme.com"])).json.roles).toEqual([{ name: "support-agent", rev: 1 }]);
		expect((await put("partners", ["acme.com"], { description: "words" })).json).toMatchObject({
			change: "updated",
			roles: [{ name: "support-agent", rev: 1 }],
		});
	});

	test("takes it by way of `let`, under `not`, and for all roles that do", async () => {
		const named = mailRole("named", "- { id: g, action: mail.send, when: { use: known } }").replace(
			"guards:",
			"let: { known: { not: { field: to.domain, not_in: { list: partners } } } }\nguards:",
		);
		const agent = await helpdesk();
		await workspace.applyRole(named);
		const other = await workspace.createAgent("other-bot", "named");
		expect(await mailTo(other, "ann@acme.com")).toBe(200);
		const changed = await put("partners", ["b.example"]);
		expect(changed.json.roles).toEqual(["named", "support-agent"].map((name) => ({ name, rev: 2 })));
		expect([await mailTo(agent, "ann@acme.com"), await mailTo(other, "ann@acme.com")]).toEqual(["guard_denied", "guard_denied"]);
	});

	test("has its own list of the same name before it", async () => {
		await put("partners", ["acme.com"]);
		await workspace.applyRole(role().replace("guards:", "lists: { partners: [own.example] }\nguards:"));
		const agent = await workspace.createAgent("helpdesk-bot", "support-agent");
		expect([await mailTo(agent, "a@own.example"), await mailTo(agent, "a@acme.com")]).toEqual([200, "guard_denied"]);
		expect((await put("partners", ["b.example"])).json.roles).toEqual([]);
		expect((await workspace.admin("DELETE", "/v1/lists/partners")).status).toBe(204);
		expect(await mailTo(agent, "a@own.example")).toBe(200);
	});

	test("keeps every change of it from happening that would not fit, and is named", async () => {
		const agent = await helpdesk();
		for (const items of [["acme.com", "no domain"], [7]]) {
			const refused = await put("partners", items);
			expectProblem(refused, 422, "invalid_document");
			expect(refused.json.errors).toMatchObject([{ path: "guards[0].when.in.list" }]);
			expect(refused.json.detail).toMatch(/^role support-agent: the list `partners` does not fit here, item [12]: /);
		}
		expect(await read("/v1/lists/partners")).toMatchObject({ count: 1, items: ["acme.com"] });
		expect(await read("/v1/roles/support-agent")).toMatchObject({ rev: 1 });
		expect(await mailTo(agent, "ann@acme.com")).toBe(200);
	});

	test("keeps it from being deleted, and is named; what no role takes any more goes", async () => {
		const agent = await helpdesk();
		const refused = await workspace.admin("DELETE", "/v1/lists/partners");
		expectProblem(refused, 409, "still_in_use");
		expect(refused.json).toMatchObject({
			detail: "roles still take this list: support-agent. Change them first",
			errors: [{ path: "support-agent", code: "takes_list" }],
		});
		expect(await mailTo(agent, "ann@acme.com")).toBe(200);
		await workspace.applyRole(mailRole("support-agent"));
		expect((await workspace.admin("DELETE", "/v1/lists/partners")).status).toBe(204);
		expectProblem(await workspace.admin("GET", "/v1/lists/partners"), 404, "not_found");
		expect(await mailTo(agent, "eve@gmail.com")).toBe(200);
	});

	test("is widened by no change of the list: its patterns stand for what they stood for", async () => {
		await put("partners", ["acme.com"]);
		await workspace.applyRole(role().replace("    - mail.read\n    - mail.send", '    - "mail.*"'));
		const agent = await workspace.createAgent("helpdesk-bot", "support-agent");
		// As if `mail.read` had come with a later version of the connector.
		await replaceCompiled(workspace, "support-agent", (compiled) => {
			const { "mail.read": _later, ...actions } = compiled.actions;
			return { ...compiled, actions };
		});
		expect((await put("partners", ["b.example"])).json.roles).toEqual([{ name: "support-agent", rev: 2 }]);
		expect(await read("/v1/roles/support-agent")).toMatchObject({ rev: 2, grants: 1 });
		expect((await agent.get("/v1/actions")).json.items.map((one: { name: string }) => one.name)).toEqual(["mail.send"]);
		expect([await mailTo(agent, "bob@b.example"), await mailTo(agent, "ann@acme.com")]).toEqual([200, "guard_denied"]);
	});
});

describe("what is not taken, with the words for it", () => {
	const refused = (answered: Answered, status: number, code: string, words: string | RegExp) => {
		expectProblem(answered, status, code);
		expect(answered.json.detail).toMatch(words);
	};

	test.each([
		["no items", [], /^this may not be empty$/],
		["items that are maps", [{ a: 1 }], /a text, a number, true or false should stand here/],
		["items that are null", [null], /a text, a number, true or false should stand here/],
		["100,001 items", Array.from({ length: 100_001 }, (_, i) => i), /a list has at most 100000 items/],
	])("%s", async (_what, items, words) => {
		refused(await put("partners", items), 422, "invalid_document", words);
		expectProblem(await workspace.admin("GET", "/v1/lists/partners"), 404, "not_found");
	});

	test("other documents, other names, other types", async () => {
		const asYaml = (text: string) => putText("partners", text, "application/yaml");
		refused(await asYaml(role("partners")), 422, "invalid_document", "one document of `kind: List` should stand here");
		refused(await asYaml(""), 422, "invalid_document", "the file has no document in it");
		const two = `${JSON.stringify(document("partners", ["a"]))}\n---\n${JSON.stringify(document("others", ["a"]))}\n`;
		refused(await asYaml(two), 422, "invalid_document", "one document of `kind: List` should stand here");
		const other = await workspace.admin("PUT", "/v1/lists/partners", { body: document("others", ["a"]) });
		refused(other, 422, "invalid_document", 'the document is of list "others", the address of "partners"');
		refused(await put("partners", ["a"], { label: {} }), 422, "invalid_document", /unknown key `label`, did you mean `labels`/);
		refused(await putText("Partners", "a"), 422, "invalid_request", /^name: /);
		refused(await putText("partners", "a", "text/csv"), 415, "unsupported_media_type", /application\/yaml/);
	});

	test("text without an item, too many lines, bytes that are no UTF-8, a body that is too large", async () => {
		refused(
			await putText("partners", " \n# nothing\n\n"),
			422,
			"invalid_document",
			"the text has no items: put one on each line",
		);
		const lines = Array.from({ length: 100_001 }, (_, i) => i).join("\n");
		refused(await putText("partners", lines), 422, "invalid_document", "a list has at most 100000 items");
		for (const type of ["text/plain", "application/yaml", "application/json"])
			refused(await putText("partners", new Uint8Array([0x61, 0xff, 0x0a]), type), 422, "invalid_document", /UTF-8/);
		for (const type of ["text/plain", "application/json"]) {
			const large = await putText("partners", new Uint8Array(8_388_609).fill(0x61), type);
			refused(large, 413, "too_large", "the body is larger than 8388608 bytes");
		}
	});
});

describe("100,000 items", () => {
	test("are applied, read, decided by and changed", async () => {
		const domains = Array.from({ length: 100_000 }, (_, i) => `customer-${i}.example`);
		const times: Record<string, number> = {};
		const timed = async <T>(what: string, work: Promise<T>): Promise<T> => {
			const startedAt = Date.now();
			const result = await work;
			times[what] = Date.now() - startedAt;
			return result;
		};
		const applied = await timed("apply as text", putText("partners", domains.join("\n")));
		expect(applied.json).toMatchObject({ count: 100_000, change: "created" });
		await timed("apply the role", workspace.applyRole(role()));
		const agent = await workspace.createAgent("helpdesk-bot", "support-agent");
		expect(await timed("first decision", mailTo(agent, "ann@customer-99999.example"))).toBe(200);
		expect(await timed("warm decision", mailTo(agent, "ann@customer-100000.example"))).toBe("guard_denied");
		const changed = await timed("change as JSON", put("partners", [...domains.slice(1), "customer-100000.example"]));
		expect(changed.json).toMatchObject({ count: 100_000, roles: [{ name: "support-agent", rev: 2 }] });
		expect(await mailTo(agent, "ann@customer-100000.example")).toBe(200);
		expect(await mailTo(agent, "ann@customer-0.example")).toBe("guard_denied");
		expect((await timed("read", read("/v1/lists/partners"))).items.length).toBe(100_000);
		console.log(JSON.stringify(times));
	}, 60_000);
});

describe("the items in the stores", () => {
	const lose = async (store: "ROLES" | "BLOBS") => {
		const { sha256 } = await read("/v1/lists/partners");
		await env[store].delete(`${workspace.id}/list/${sha256}`);
	};

	test("lost from KV come from R2, and lost from R2 come from KV", async () => {
		for (const store of ["ROLES", "BLOBS"] as const) {
			workspace = await newWorkspace();
			const agent = await helpdesk();
			await lose(store);
			expect([await mailTo(agent, "ann@acme.com"), await mailTo(agent, "eve@gmail.com")]).toEqual([200, "guard_denied"]);
			expect((await read("/v1/lists/partners")).items).toEqual(["acme.com"]);
		}
	});

	test("that are not what their name says are not used", async () => {
		const agent = await helpdesk();
		const { sha256 } = await read("/v1/lists/partners");
		const key = `${workspace.id}/list/${sha256}`;
		await env.ROLES.put(key, '["gmail.com"]');
		expect([await mailTo(agent, "ann@acme.com"), await mailTo(agent, "eve@gmail.com")]).toEqual([200, "guard_denied"]);
		await env.BLOBS.put(key, '["gmail.com"]');
		expectProblem(await workspace.admin("GET", "/v1/lists/partners"), 503, "unavailable");
	});

	test("lost from both: the agent is refused and nothing runs, until the list is applied again", async () => {
		const agent = await helpdesk();
		await lose("ROLES");
		const { sha256 } = await read("/v1/lists/partners");
		await env.BLOBS.delete(`${workspace.id}/list/${sha256}`);
		const refused = await agent.run("mail.send", { to: "ann@acme.com", subject: "Hi", body: "x" });
		expectProblem(refused, 503, "unavailable");
		const gone = await workspace.admin("GET", "/v1/lists/partners");
		expectProblem(gone, 503, "unavailable");
		expect(gone.json.detail).toBe("no store has the items of list partners: apply it again");
		const records = await workspace.log((all) => all.some((record) => record.action === "agent.create"));
		expect(records.filter((record) => record.kind === "action")).toEqual([]);
		expect((await put("partners", ["acme.com"])).json).toMatchObject({ change: "unchanged" });
		expect(await mailTo(agent, "ann@acme.com")).toBe(200);
	});
});

test("an isolate keeps roles as long as their lists have half a million items in all", async () => {
	const digests = createDigests(env.HIVEKEY_TOKEN_KEY);
	const stored = new Map<string, string>();
	const asked: string[] = [];
	for (const name of ["a", "b", "c"]) {
		const lists = { partners: { sha256: "0".repeat(64), count: name === "c" ? 1 : 250_000 } };
		const text = JSON.stringify({ v: COMPILED_VERSION, name, rev: 1, timezone: "UTC", lists, actions: {}, guards: [] });
		stored.set(name, digests.sha256(text));
		await env.ROLES.put(`${workspace.id}/role/${digests.sha256(text)}`, text);
	}
	const sources = {
		fromDatabase: async () => null,
		recompile: async () => null,
		listItems: {
			async load() {
				asked.push("items");
				return ["acme.com"];
			},
			save: async () => {},
		},
		definitionPacks: { load: async () => null, save: async () => {} },
	};
	const roles = createCompiledRoles(env.ROLES, sources, digests);
	const loadings = async (name: string) => {
		asked.length = 0;
		expect((await roles.load(workspace.id, stored.get(name) ?? ""))?.compiled.name).toBe(name);
		return asked.length;
	};
	const seen = [];
	for (const name of ["a", "b", "a", "b", "c", "b", "c", "a", "c", "b"]) seen.push([name, await loadings(name)]);
	// With c there is one item too many, so a leaves, the oldest; a takes the place of b then, and b that of a.
	expect(seen).toEqual([
		...[
			["a", 1],
			["b", 1],
			["a", 0],
			["b", 0],
		],
		...[
			["c", 1],
			["b", 0],
			["c", 0],
			["a", 1],
			["c", 0],
			["b", 1],
		],
	]);
});

describe("at the same time", () => {
	/** The items that the role in force pins. */
	const pinned = async () => {
		const row = await env.DB.prepare(
			"SELECT compiled FROM role_revisions JOIN roles USING (workspace_id, name, rev) WHERE workspace_id = ?",
		)
			.bind(workspace.id)
			.first<{ compiled: string }>();
		return JSON.parse(row?.compiled ?? "{}").lists?.partners?.sha256;
	};

	test("a list and a role change: afterwards the role pins the newest items", async () => {
		await put("partners", ["acme.com"]);
		for (let round = 0; round < 25; round++) {
			// Every other round the role is there and takes the list already; the others it only begins to.
			if (round % 2 === 1) await workspace.applyRole(mailRole("support-agent"));
			const description = role().replace("metadata:", `metadata:\n  description: round ${round}`);
			const changes = await Promise.all([
				put("partners", [`round-${round}.example`]),
				workspace.applyRole(description),
				put("partners", [`round-${round}.test`]),
			]);
			expect(changes.map(({ status }) => status)).toEqual([200, 200, 200]);
			expect(await pinned(), `round ${round}`).toBe((await read("/v1/lists/partners")).sha256);
		}
	}, 60_000);

	test("a list is deleted and a role comes to take it: one of the two is refused", async () => {
		const seen = new Set<string>();
		for (let round = 0; round < 25; round++) {
			await workspace.applyRole(mailRole("support-agent"));
			await put("partners", ["acme.com"]);
			const [deleted, applied] = await Promise.all([
				workspace.admin("DELETE", "/v1/lists/partners"),
				workspace.admin("PUT", "/v1/roles/support-agent", { raw: role(), headers: { "content-type": "application/yaml" } }),
			]);
			seen.add(`${deleted.status} ${applied.status}`);
			const there = (await workspace.admin("GET", "/v1/lists/partners")).status;
			expect([await pinned(), there]).toEqual(applied.status === 200 ? [expect.any(String), 200] : [undefined, 404]);
		}
		for (const outcome of seen) expect(["204 422", "409 200"]).toContain(outcome);
	}, 60_000);
});
