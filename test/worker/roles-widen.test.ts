/** `dry_run` and `no_widen`: what a change of a role would let pass, said and refused. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";

beforeAll(applySchema);

let workspace: TestWorkspace;
beforeEach(async () => {
	workspace = await newWorkspace();
});

const guard = (domains: string) =>
	`- { id: approved-domains, action: mail.send, when: { field: to.domain, in: [${domains}] }, effect: allow, otherwise: deny }`;
const role = (domains: string) => mailRole("support-agent", guard(domains));
const put = (raw: string, query = "", headers = {}) =>
	workspace.admin("PUT", `/v1/roles/support-agent${query}`, { raw, headers: { "content-type": "application/yaml", ...headers } });
const patch = (body: unknown, query = "") => workspace.admin("PATCH", `/v1/roles/support-agent${query}`, { body });
const inForce = async () => (await workspace.admin("GET", "/v1/roles/support-agent")).json;
const revisions = async () =>
	(
		await env.DB.prepare("SELECT rev FROM role_revisions WHERE workspace_id = ? ORDER BY rev").bind(workspace.id).all()
	).results.map((row) => row.rev);
const WIDER = {
	action: "mail.send",
	guard: "approved-domains",
	why: "guard approved-domains: to.domain in gains gmail.com; mail.send with to=someone@gmail.com: denied before, allowed now",
	sure: true,
};

describe("dry_run", () => {
	test("answers the role as it would be and what would pass, and changes nothing", async () => {
		await put(role("acme.com"));
		const dry = await put(role("acme.com, gmail.com"), "?dry_run=true");
		expect([dry.status, dry.headers.get("etag")]).toEqual([200, null]);
		expect(dry.json).toMatchObject({
			name: "support-agent",
			rev: 2,
			grants: 2,
			change: "updated",
			warnings: [],
			comparison: { result: "widens", reasons: [WIDER] },
		});
		expect([(await inForce()).rev, await revisions()]).toEqual([1, [1]]);
		const records = await workspace.log((all) => all.some((record) => record.action === "role.apply"));
		expect(records.filter((record) => record.action === "role.apply").length).toBe(1);
	});

	test("of a new role says what it grants", async () => {
		const dry = await put(role("acme.com"), "?dry_run=true");
		expect(dry.json).toMatchObject({ rev: 1, change: "created", comparison: { result: "widens" } });
		expect(dry.json.comparison.reasons.map(({ why }: { why: string }) => why)).toEqual(["grants mail.read", "grants mail.send"]);
		expect(await revisions()).toEqual([]);
	});

	test("of the role in force says unchanged, and that nothing widens", async () => {
		await put(role("acme.com"));
		expect((await put(role("acme.com"), "?dry_run=true")).json).toMatchObject({
			rev: 1,
			change: "unchanged",
			comparison: { result: "does_not_widen", reasons: [] },
		});
	});

	test("of a patch, and of what is not valid, answers as the change itself would", async () => {
		await put(role("acme.com"));
		const dry = await patch({ guards: [] }, "?dry_run=true");
		expect(dry.json).toMatchObject({ rev: 2, change: "updated", comparison: { result: "widens" } });
		expectProblem(await patch({ guards: [{ id: "x" }] }, "?dry_run=true"), 422, "invalid_document");
		expect(await revisions()).toEqual([1]);
	});
});

describe("no_widen", () => {
	test("refuses what lets more pass, with the reasons, and changes nothing", async () => {
		await put(role("acme.com"));
		for (const query of ["?no_widen=true", "?no_widen=true&dry_run=true"]) {
			const refused = await put(role("acme.com, gmail.com"), query);
			expectProblem(refused, 409, "would_widen");
			expect(refused.json.errors).toEqual([{ path: "mail.send", code: "widens", message: WIDER.why }]);
		}
		expectProblem(await patch({ guards: [] }, "?no_widen=true"), 409, "would_widen");
		expect([(await inForce()).rev, await revisions()]).toEqual([1, [1]]);
	});

	test("refuses what nobody can tell of", async () => {
		const matching = (pattern: string) =>
			mailRole(
				"support-agent",
				`- { id: g, action: mail.send, when: { field: subject, matches: "${pattern}" }, effect: allow, otherwise: deny }`,
			);
		await put(matching("^a+$"));
		const refused = await put(matching("^(a)+$"), "?no_widen=true");
		expectProblem(refused, 409, "would_widen");
		expect(refused.json.errors).toMatchObject([{ path: "mail.send", code: "cannot_tell" }]);
	});

	test("applies what does not widen, and says so", async () => {
		await put(role("acme.com, gmail.com"));
		const applied = await put(role("acme.com"), "?no_widen=true");
		expect(applied.json).toMatchObject({ rev: 2, change: "updated", comparison: { result: "does_not_widen", reasons: [] } });
		expect(applied.headers.get("etag")).toMatch(/^"2-/);
		expect((await inForce()).rev).toBe(2);
	});

	test("looks at the very revision that is replaced: of many changes at once none widens what the one before it said", async () => {
		const domains = ["a.com", "b.com", "c.com", "d.com"];
		await put(role(domains.join(", ")));
		await Promise.all(domains.map((kept) => put(role(kept), "?no_widen=true")));
		const history = (await workspace.admin("GET", "/v1/roles/support-agent/revisions")).json.items;
		const allowed = history.map((one: { document: { guards: [{ when: { in: string[] } }] } }) => one.document.guards[0].when.in);
		expect([allowed.length, allowed.at(-1)]).toEqual([2, domains]);
		expect(domains).toContain(allowed[0][0]);
	});
});

test.each(["?dry_run=maybe", "?no_widen=1", "?dry_run=true&dry_run=false", "?dryrun=true"])(
	"%s is refused, and nothing is changed",
	async (query) => {
		const refused = await put(role("acme.com"), query);
		expectProblem(refused, 422, "invalid_request");
		if (query.startsWith("?dry_run=maybe")) expect(refused.json.errors[0].message).toBe("put true, or false, or leave it out");
		expect(await revisions()).toEqual([]);
	},
);
