/** Lists by keyset pages: everything once, in one order, whatever the page's size and whatever is added meanwhile. */
import { beforeAll, describe, expect, test } from "vitest";
import { mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";

let workspace: TestWorkspace;
const ROLES = Array.from({ length: 13 }, (_, i) => `role-${String.fromCharCode(97 + i)}`);
const AGENTS = Array.from({ length: 17 }, (_, i) => `agent-${String(i).padStart(2, "0")}`);

beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
	for (const role of [...ROLES].reverse()) await workspace.applyRole(mailRole(role));
	await Promise.all(AGENTS.map((agent, i) => workspace.createAgent(agent, ROLES[i % 13] as string)));
	await workspace.log((all) => all.length === 1 + 13 + 17);
}, 60_000);

/** What is on the log besides the reading of it. */
const isChange = (record: Record<string, unknown>) => record.action !== "audit.read";

/** Walks all pages of a list. */
async function walk(path: string, limit: number): Promise<{ items: Record<string, unknown>[]; sizes: number[] }> {
	const items: Record<string, unknown>[] = [];
	const sizes: number[] = [];
	for (let cursor = ""; ; ) {
		const page = await workspace.admin("GET", `${path}${path.includes("?") ? "&" : "?"}limit=${limit}${cursor}`);
		expect([page.status, Object.keys(page.json)]).toEqual([200, ["items", "next_cursor"]]);
		items.push(...page.json.items);
		sizes.push(page.json.items.length);
		if (page.json.next_cursor === null) return { items, sizes };
		cursor = `&cursor=${encodeURIComponent(page.json.next_cursor)}`;
	}
}

describe.each([1, 2, 5, 13, 17, 200])("with pages of %i", (limit) => {
	test("roles and agents are each listed once, by name", async () => {
		expect((await walk("/v1/roles", limit)).items.map((item) => item.name)).toEqual(ROLES);
		expect((await walk("/v1/agents", limit)).items.map((item) => item.name)).toEqual(AGENTS);
	});

	test("the log is walked once, either way round", async () => {
		const up = (await walk("/v1/audit?order=asc", limit)).items;
		expect(up.map((item) => item.seq)).toEqual(Array.from({ length: up.length }, (_, i) => i + 1));
		expect(up.filter(isChange).length).toBe(31);
		const down = (await walk("/v1/audit", limit)).items;
		expect(down.map((item) => item.seq)).toEqual(Array.from({ length: down.length }, (_, i) => down.length - i));
		expect(down.filter(isChange)).toEqual(up.filter(isChange).reverse());
	});

	test("no page is larger than asked for, and no last page is empty", async () => {
		const { sizes } = await walk("/v1/agents", limit);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
		expect(sizes.at(-1)).toBeGreaterThan(0);
	});
});

describe("a filter of the log", () => {
	const found = async (query: string) => (await walk(`/v1/audit?order=asc&${query}`, 4)).items.filter(isChange);

	test("by action, agent, kind, state, text and time finds its records, over all pages", async () => {
		expect((await found("action=role.apply")).length).toBe(13);
		expect((await found("agent=agent-03")).map((record) => record.action)).toEqual(["agent.create"]);
		expect((await found("kind=admin")).length).toBe(31);
		expect((await found("kind=action")).length).toBe(0);
		expect((await found("state=done&action=agent.create")).length).toBe(17);
		expect((await found("text=ROLE-C")).length).toBe(3);
		const all = await found("");
		const middle = all[15]?.time as string;
		expect((await found(`since=${middle}`)).length + (await found(`until=${middle}`)).length).toBe(31);
		expect((await found("since=2000-01-01T00:00:00%2B02:00")).length).toBe(31);
		const last = all.at(-1)?.seq as number;
		expect((await found(`after_seq=${last - 1}`)).map((record) => record.seq)).toEqual([last]);
	});

	test("takes what looks like SQL or a pattern for what it is", async () => {
		for (const text of ["%25", "_", "'", "' OR 1=1 --", "%00", "role-%25"]) {
			const answered = await workspace.admin("GET", `/v1/audit?text=${encodeURIComponent(decodeURIComponent(text))}`);
			expect(answered.status).toBe(200);
		}
		expect((await found("text=%25")).length).toBe(0);
		expect((await found("agent=agent-0%25")).length).toBe(0);
	});
});

describe("a page that cannot be", () => {
	test.each(["limit=0", "limit=-1", "limit=201", "limit=1.5", "limit=x", "limit=1e99", "limt=5"])("%s is 422", async (query) => {
		for (const path of ["/v1/roles", "/v1/agents", "/v1/audit"]) {
			expectProblem(await workspace.admin("GET", `${path}?${query}`), 422, "invalid_request");
		}
	});

	test.each(["verdict=maybe", "state=x", "order=up", "since=yesterday", "after_seq=-1", "kind=all"])(
		"of the log: %s is 422",
		async (query) => {
			expectProblem(await workspace.admin("GET", `/v1/audit?${query}`), 422, "invalid_request");
		},
	);

	test.each(["made-up", "x", "bnVsbA", "e30", "IjEi", "a".repeat(512)])(
		"of the log: the cursor %s is 422, and the message says where cursors come from",
		async (cursor) => {
			const answered = await workspace.admin("GET", `/v1/audit?cursor=${cursor}`);
			expectProblem(answered, 422, "invalid_request");
			expect(answered.json.detail).toBe("this cursor does not belong to this list");
			expect(answered.json.errors).toEqual([
				{ path: "cursor", code: "invalid_cursor", message: expect.stringContaining("next_cursor") },
			]);
		},
	);

	test("a cursor that is none of ours does not lead anywhere that a cursor of ours would not", async () => {
		for (const cursor of ["x", "%00", "bnVsbA", "e30", btoa('{"$ne":1}'), btoa("1e999"), "a".repeat(512)]) {
			for (const path of ["/v1/roles", "/v1/agents", "/v1/audit"]) {
				const answered = await workspace.admin("GET", `${path}?cursor=${encodeURIComponent(cursor)}`);
				expect([200, 422]).toContain(answered.status);
			}
		}
	});
});
