/** Administrators who do not know of each other: a condition on what somebody saw holds, and no two changes make a third. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import { type Answered, applySchema, newWorkspace, send, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";

beforeAll(applySchema);

let workspace: TestWorkspace;
beforeEach(async () => {
	workspace = await newWorkspace();
});

const put = (headers: Record<string, string> = {}, yaml = mailRole("support-agent")) =>
	workspace.admin("PUT", "/v1/roles/support-agent", { raw: yaml, headers: { "content-type": "application/yaml", ...headers } });
const patch = (headers: Record<string, string>, body: unknown = { metadata: { description: "another" } }) =>
	workspace.admin("PATCH", "/v1/roles/support-agent", { body, headers });
const rollback = (headers: Record<string, string>) =>
	workspace.admin("POST", "/v1/roles/support-agent/rollback", { body: { rev: 1 }, headers });
const remove = (headers: Record<string, string>) => workspace.admin("DELETE", "/v1/roles/support-agent", { headers });
const revision = async () => (await workspace.admin("GET", "/v1/roles/support-agent")).json.rev;
const tagOf = (answered: Answered) => answered.headers.get("etag") ?? "";

const CHANGES = { PUT: put, PATCH: patch, rollback, DELETE: remove };

describe.each(Object.entries(CHANGES))("a %s on a condition", (name, change) => {
	let old: string;
	let current: string;
	beforeEach(async () => {
		old = tagOf(await put());
		current = tagOf(await patch({}));
		expect([old, current].every((tag) => /^"[12]-[0-9a-f]{16}"$/.test(tag))).toBe(true);
	});

	test("that does not hold changes nothing, whatever form it has", async () => {
		const stale: Record<string, string>[] = [
			{ "if-match": old },
			{ "if-match": `W/${current}` },
			{ "if-match": current.replaceAll('"', "") },
			{ "if-match": `${old}, "x"` },
			{ "if-none-match": "*" },
			{ "if-none-match": current },
			{ "if-none-match": `${old}, ${current}` },
			{ "if-match": current, "if-none-match": current },
		];
		for (const headers of stale) {
			const answered = await change(headers);
			expect([headers, answered.status]).toEqual([headers, 412]);
			expectProblem(answered, 412, "stale_revision");
		}
		expect(await revision()).toBe(2);
	});

	test.each<[string, () => Record<string, string>]>([
		["the revision in force", () => ({ "if-match": current })],
		["one of several", () => ({ "if-match": `${old} , ${current}` })],
		["any that there is", () => ({ "if-match": "*" })],
		["not the one before", () => ({ "if-none-match": old })],
	])("that names %s is carried out", async (_what, headers) => {
		expect((await change(headers())).status).toBe(name === "DELETE" ? 204 : 200);
	});
});

test("a role is made under If-None-Match: * only where there is none, and under If-Match only where there is one", async () => {
	expectProblem(await put({ "if-match": "*" }), 412, "stale_revision");
	expect((await put({ "if-none-match": "*" })).json.change).toBe("created");
	expectProblem(await put({ "if-none-match": "*" }), 412, "stale_revision");
});

describe("at the same time", () => {
	test("of ten changes on the same revision one is carried out, and the others hear of it", async () => {
		const tag = tagOf(await put());
		const answers = await Promise.all(
			Array.from({ length: 10 }, (_, n) => patch({ "if-match": tag }, { metadata: { description: `change ${n}` } })),
		);
		expect(answers.filter(({ status }) => status === 200).length).toBe(1);
		for (const answered of answers) if (answered.status !== 200) expect([409, 412]).toContain(answered.status);
		expect(await revision()).toBe(2);
		const said = answers.find(({ status }) => status === 200)?.json.document.metadata.description;
		expect((await workspace.admin("GET", "/v1/roles/support-agent")).json.document.metadata.description).toBe(said);
	});

	test("changes without a condition are revisions one after the other, each on the log", async () => {
		await put();
		const answers = await Promise.all(
			Array.from({ length: 6 }, (_, n) => patch({}, { metadata: { description: `change ${n}` } })),
		);
		const done = answers.filter(({ status }) => status === 200).map(({ json }) => json.rev);
		for (const answered of answers) if (answered.status !== 200) expectProblem(answered, 409, "conflict");
		expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: done.length }, (_, n) => n + 2));
		expect(await revision()).toBe(done.length + 1);
		const records = await workspace.log(
			(all) => all.filter((record) => record.action === "role.apply").length === done.length + 1,
		);
		const logged = records.filter((record) => record.action === "role.apply").map((record) => record.fields?.rev);
		expect(logged).toEqual(Array.from({ length: done.length + 1 }, (_, n) => n + 1));
	});

	test("two admin keys that revoke each other: one is left", async () => {
		for (let round = 0; round < 5; round++) {
			const own = (await workspace.admin("GET", "/v1/whoami")).json.key.id;
			const other = (await workspace.admin("POST", "/v1/keys", { body: { owner: "ann@acme.com", scopes: ["admin"] } })).json;
			const answers = await Promise.all([
				workspace.admin("DELETE", `/v1/keys/${other.id}`),
				send("DELETE", `/v1/keys/${own}`, { token: other.key }),
			]);
			const left: string[] = [];
			for (const token of [workspace.key, other.key as string])
				if ((await send("GET", "/v1/whoami", { token })).status === 200) left.push(token);
			expect(left.length).toBe(1);
			expect(answers.filter(({ status }) => status === 204).length).toBe(1);
			workspace = {
				...workspace,
				key: left[0] as string,
				admin: (...[method, path, more]) => send(method, path, { token: left[0] as string, ...more }),
			};
		}
	});

	test("a role that is deleted and an agent that gets it: no agent is left under a role that is gone", async () => {
		await workspace.applyRole(mailRole("other"));
		const mover = await workspace.createAgent("mover", "other");
		await mover.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" });
		for (let round = 0; round < 6; round++) {
			await put({}, mailRole("support-agent", `- ${JSON.stringify(PAGE_GUARDS.guards[0])}`));
			const taking =
				round % 2 === 0
					? workspace.admin("POST", "/v1/agents", { body: { name: `bot-${round}`, role: "support-agent" } })
					: workspace.admin("PATCH", "/v1/agents/mover", { body: { role: "support-agent" } });
			const [deleted, taken] = await Promise.all([remove({}), taking]);
			expect([
				[204, 422],
				[204, 409],
				[409, 201],
				[409, 200],
			]).toContainEqual([deleted.status, taken.status]);
			const name = round % 2 === 0 ? `bot-${round}` : "mover";
			if (taken.status < 300) {
				const sent = round % 2 === 0 ? taken.json.token : mover.token;
				expect((await send("GET", "/v1/actions", { token: sent })).status).toBe(200);
				await workspace.admin("PATCH", `/v1/agents/${name}`, { body: { role: "other" } });
				expect((await remove({})).status).toBe(204);
			}
		}
	});
});
