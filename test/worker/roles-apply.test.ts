/** Applying roles: whole or not at all, a revision for every change and for nothing else. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import { applySchema, newWorkspace, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";

beforeAll(applySchema);

let workspace: TestWorkspace;
beforeEach(async () => {
	workspace = await newWorkspace();
});

const YAML = { "content-type": "application/yaml" };
const put = (raw: BodyInit, headers: Record<string, string> = YAML, name = "support-agent") =>
	workspace.admin("PUT", `/v1/roles/${name}`, { raw, headers });
const patch = (body: unknown, headers?: Record<string, string>) =>
	workspace.admin("PATCH", "/v1/roles/support-agent", { body, headers });
const revisions = async () =>
	(
		await env.DB.prepare("SELECT rev FROM role_revisions WHERE workspace_id = ? ORDER BY rev").bind(workspace.id).all()
	).results.map((row) => row.rev);

describe("a role file", () => {
	test("is created at revision 1, with as many grants as it grants actions", async () => {
		const applied = await put(mailRole("support-agent"));
		expect(applied.status).toBe(200);
		expect(Object.keys(applied.json)).toEqual(["name", "rev", "hash", "grants", "warnings", "document", "change"]);
		expect(applied.json).toMatchObject({ name: "support-agent", rev: 1, grants: 2, change: "created", warnings: [] });
		expect(applied.json.document).toMatchObject({ kind: "Role", metadata: { name: "support-agent" }, guards: [] });
	});

	test("applied again changes nothing, in whatever format and layout it comes", async () => {
		const first = (await put(mailRole("support-agent"))).json;
		const again = [
			await put(mailRole("support-agent")),
			await put(`# a comment\n${mailRole("support-agent").replace("guards: []", "")}`),
			await put(JSON.stringify(first.document), { "content-type": "application/json" }),
		];
		for (const { json } of again) expect([json.rev, json.hash, json.change]).toEqual([1, first.hash, "unchanged"]);
		expect(await revisions()).toEqual([1]);
	});

	test("counts up by one with each change, and back is a change too", async () => {
		const one = mailRole("support-agent");
		const other = mailRole("support-agent").replace("    - mail.send\n", "");
		const seen: unknown[] = [];
		for (const file of [one, one, other, other, one]) {
			const { rev, change, grants } = (await put(file)).json;
			seen.push([rev, change, grants]);
		}
		expect(seen).toEqual([
			[1, "created", 2],
			[1, "unchanged", 2],
			[2, "updated", 1],
			[2, "unchanged", 1],
			[3, "updated", 2],
		]);
	});

	test("that grants what does not exist is applied with a warning, and grants it to nobody", async () => {
		const applied = await put(mailRole("support-agent").replace("mail.send", "mail.sned"));
		expect(applied.json).toMatchObject({ grants: 1, change: "created" });
		expect(applied.json.warnings).toMatchObject([{ path: "scope.allow[1]", line: 8 }]);
	});

	test("counts up also when only its description changes: the revision is the source's", async () => {
		await put(mailRole("support-agent"));
		const described = await put(mailRole("support-agent").replace("metadata:", "metadata:\n  description: new words"));
		expect([described.json.rev, described.json.change]).toEqual([2, "updated"]);
	});

	test("applied ten times at once is one revision a change, without a gap", async () => {
		const answers = await Promise.all(
			Array.from({ length: 10 }, (_, i) =>
				put(mailRole("support-agent").replace("metadata:", `metadata:\n  description: d${i}`)),
			),
		);
		const applied = answers.filter((answered) => answered.status === 200).map((answered) => answered.json.rev as number);
		expect(applied.sort((a, b) => a - b)).toEqual(Array.from({ length: applied.length }, (_, i) => i + 1));
		for (const answered of answers) if (answered.status !== 200) expectProblem(answered, 409, "conflict");
		expect(await revisions()).toEqual(applied);
		expect((await workspace.admin("GET", "/v1/roles/support-agent")).json.rev).toBe(applied.length);
	});
});

describe("the page's PATCH", () => {
	test("adds the guards, and keeps everything else", async () => {
		await put(mailRole("support-agent"));
		const patched = await patch(PAGE_GUARDS);
		expect(patched.status).toBe(200);
		expect(patched.json).toMatchObject({ rev: 2, change: "updated", grants: 2 });
		expect(patched.json.document.scope).toEqual({ allow: ["mail.read", "mail.send"] });
		expect(patched.json.document.guards).toMatchObject(PAGE_GUARDS.guards);
		expect((await patch(PAGE_GUARDS)).json).toMatchObject({ rev: 2, change: "unchanged" });
	});

	test("takes application/merge-patch+json as well", async () => {
		await put(mailRole("support-agent"));
		const patched = await workspace.admin("PATCH", "/v1/roles/support-agent", {
			raw: JSON.stringify(PAGE_GUARDS),
			headers: { "content-type": "application/merge-patch+json" },
		});
		expect(patched.json.change).toBe("updated");
	});

	test("removes with null what may be left out, and nothing that must be there", async () => {
		await put(mailRole("support-agent").replace("metadata:", "metadata:\n  description: words"));
		const patched = await patch({ metadata: { description: null }, guards: null });
		expect(patched.json.document.metadata).toEqual({ name: "support-agent" });
		expect(patched.json.document.guards).toEqual([]);
		for (const body of [{ scope: null }, { kind: null }, { metadata: null }, { apiVersion: null }, null, [], 7, "x"])
			expectProblem(await patch(body), 422, "invalid_document");
		expect(await revisions()).toEqual([1, 2]);
	});

	test("does not rename a role, and does not make one", async () => {
		await put(mailRole("support-agent"));
		expectProblem(await patch({ metadata: { name: "other" } }), 422, "invalid_document");
		expectProblem(await workspace.admin("PATCH", "/v1/roles/nobody", { body: PAGE_GUARDS }), 404, "not_found");
		expect(await revisions()).toEqual([1]);
	});

	test("that is not strict JSON is refused", async () => {
		await put(mailRole("support-agent"));
		for (const raw of ["{", '{"guards":[],"guards":[]}', '{"__proto__":{}}', "guards: []"]) {
			const answered = await workspace.admin("PATCH", "/v1/roles/support-agent", {
				raw,
				headers: { "content-type": "application/json" },
			});
			expectProblem(answered, 400, "malformed_body");
		}
		expectProblem(
			await workspace.admin("PATCH", "/v1/roles/support-agent", { raw: "guards: []", headers: YAML }),
			415,
			"unsupported_media_type",
		);
	});
});

describe("a role file that is wrong is not applied, and leaves no trace", () => {
	const cases: [what: string, file: string, place: object][] = [
		["YAML that does not parse", "kind: Role\n  metadata: [", {}],
		["nothing", "", {}],
		["a text", "hello", {}],
		["a list", "- 1\n- 2", {}],
		["an unknown field", mailRole("support-agent").replace("scope:", "scopes:\n  x: 1\nscope:"), { path: "scopes" }],
		[
			"an unknown field of a guard",
			mailRole("support-agent", "- { id: g, action: mail.send, efect: deny }"),
			{ path: "guards[0].efect" },
		],
		["an unknown operator", mailRole("support-agent", "- { id: g, action: mail.send, when: { field: to, equals: x } }"), {}],
		["a duplicate key", `${mailRole("support-agent")}kind: Role\n`, {}],
		["a duplicate guard id", mailRole("support-agent", "- { id: g, action: mail.send }\n- { id: g, action: mail.read }"), {}],
		["another version", mailRole("support-agent").replace("/v1", "/v2"), { path: "apiVersion" }],
		["another kind", mailRole("support-agent").replace("kind: Role", "kind: Connector"), { path: "kind" }],
		["another name", mailRole("another-name"), { path: "metadata.name" }],
		["a name that is none", mailRole("Support Agent"), { path: "metadata.name" }],
		["two documents", `${mailRole("support-agent")}---\n${mailRole("other")}`, {}],
		[
			"an alias bomb",
			`a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n${mailRole("support-agent")}`,
			{},
		],
		["a tag", mailRole("support-agent").replace("name: support-agent", "name: !!js/function support-agent"), {}],
		["a merge key", `${mailRole("support-agent")}<<: { guards: [] }\n`, {}],
		["a boolean for a list", mailRole("support-agent").replace("allow:\n    - mail.read\n    - mail.send", "allow: true"), {}],
		[
			"300 guards",
			mailRole("support-agent", Array.from({ length: 300 }, (_, i) => `- { id: g${i}, action: mail.send }`).join("\n")),
			{},
		],
	];

	for (const [what, file, place] of cases) {
		test(what, async () => {
			const answered = await put(file);
			expectProblem(answered, 422, "invalid_document");
			expect(answered.json.errors.length).toBeGreaterThan(0);
			if (Object.keys(place).length > 0) expect(answered.json.errors).toContainEqual(expect.objectContaining(place));
			expectProblem(await workspace.admin("GET", "/v1/roles/support-agent"), 404, "not_found");
			expect(await revisions()).toEqual([]);
		});
	}

	test("names line and column of each fault, in the order of the file", async () => {
		const answered = await put(mailRole("support-agent").replace("mail.read", "Mail.read").replace("mail.send", "mail send"));
		expectProblem(answered, 422, "invalid_document");
		const places = answered.json.errors.map((error: { line: number; column: number }) => [error.line, error.column]);
		expect(places).toEqual([
			[7, 7],
			[8, 7],
		]);
	});

	test("keeps the role in force when a later file is wrong", async () => {
		await put(mailRole("support-agent"));
		expectProblem(await put("guards: ["), 422, "invalid_document");
		const role = await workspace.admin("GET", "/v1/roles/support-agent");
		expect([role.json.rev, role.json.grants]).toEqual([1, 2]);
	});
});

test("a document with mistakes of every kind is refused with all of them, each with its place", async () => {
	const guards =
		"guards:\n  - { id: a, action: mail.send, efect: deny, when: { field: to.domian, in: [a.com] } }\ntimezone: Nowhere\n";
	const refused = await put(mailRole("support-agent").replace("guards: []\n", guards));
	expectProblem(refused, 422, "invalid_document");
	const found = refused.json.errors.map(({ code, path, line }: Record<string, unknown>) => [code, path, typeof line]);
	expect(found).toEqual([
		["unknown_key", "guards[0].efect", "number"],
		["unknown_field", "guards[0].when.field", "number"],
		["unknown_timezone", "timezone", "number"],
	]);
	expect(await revisions()).toEqual([]);
});

describe("the body of a PUT", () => {
	test("of 5 MB is 413, announced or streamed, and nothing is applied", async () => {
		const big = `${mailRole("support-agent")}# ${"x".repeat(5_000_000)}`;
		const refused = await put(big);
		expectProblem(refused, 413, "too_large");
		expect(refused.json.detail).toBe(
			"the document is larger than 262144 bytes (256 KiB), which is the most that a role may have",
		);
		const bytes = new TextEncoder().encode(big);
		const stream = new ReadableStream({
			start(controller) {
				for (let at = 0; at < bytes.length; at += 65_536) controller.enqueue(bytes.slice(at, at + 65_536));
				controller.close();
			},
		});
		expectProblem(await put(stream), 413, "too_large");
		expect(await revisions()).toEqual([]);
	});

	test.each(["text/plain", "application/x-yaml", "text/yaml", "application/merge-patch+json"])(
		"of type %s is 415",
		async (type) => {
			expectProblem(await put(mailRole("support-agent"), { "content-type": type }), 415, "unsupported_media_type");
		},
	);

	test("that is not UTF-8 is refused", async () => {
		const bytes = new TextEncoder().encode(mailRole("support-agent").replace("metadata:", "metadata:\n  description: ab"));
		bytes[bytes.indexOf("b".charCodeAt(0), 60)] = 0xff;
		expect((await put(bytes)).status).toBeGreaterThanOrEqual(400);
		expect(await revisions()).toEqual([]);
	});

	test("under a name that is none is 422", async () => {
		for (const name of ["Support", "a.b", "a%2Fb", "-a", "a".repeat(64), "%00"]) {
			expectProblem(await put(mailRole("support-agent"), YAML, name), 422, "invalid_request");
		}
	});
});

describe("an application", () => {
	test("is on the log: who, which role, revision and hash", async () => {
		const { json } = await put(mailRole("support-agent"));
		await put(mailRole("support-agent"));
		const records = await workspace.log((all) => all.some((record) => record.action === "role.apply"));
		const applies = records.filter((record) => record.action === "role.apply");
		expect(applies).toMatchObject([{ kind: "admin", state: "done", fields: { role: "support-agent", rev: 1, hash: json.hash } }]);
		expect(applies[0]?.token_id).toMatch(/^key_/);
	});
});
