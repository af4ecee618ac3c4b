/** A guard on `to` holds for everybody who would get the mail, and for one spelling of an address only. */
import { beforeAll, describe, expect, test } from "vitest";
import { APPROVED_DOMAINS, mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectProblem } from "../support/worker/problems.ts";

let workspace: TestWorkspace;
let agent: TestAgent;

beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent", APPROVED_DOMAINS));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
});

const send = (fields: object) => agent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x", ...fields });

describe("a recipient outside the allowlist", () => {
	test.each<[string, object, string]>([
		["alone", { to: "x@gmail.com" }, "recipient domain 'gmail.com' not in allowlist"],
		["last in a list", { to: ["jordan@acme.com", "x@gmail.com"] }, "recipient domain 'gmail.com' not in allowlist"],
		["first of two strangers", { to: ["x@gmail.com", "y@example.org"] }, "recipient domain 'gmail.com' not in allowlist"],
		["in cc", { cc: "x@gmail.com" }, "cc recipient domain 'gmail.com' not in allowlist"],
		["in a list in cc", { cc: ["jordan@acme.com", "x@gmail.com"] }, "cc recipient domain 'gmail.com' not in allowlist"],
		["in bcc", { bcc: ["x@gmail.com"] }, "bcc recipient domain 'gmail.com' not in allowlist"],
		["in reply_to", { reply_to: "x@gmail.com" }, "reply-to address domain 'gmail.com' not in allowlist"],
		["in a list in reply_to", { reply_to: ["x@gmail.com"] }, "reply-to address domain 'gmail.com' not in allowlist"],
		["at a subdomain", { to: "x@mail.acme.com" }, "recipient domain 'mail.acme.com' not in allowlist"],
		["at a longer domain", { to: "x@acme.com.evil.org" }, "recipient domain 'acme.com.evil.org' not in allowlist"],
		["at a similar domain", { to: "x@notacme.com" }, "recipient domain 'notacme.com' not in allowlist"],
	])("%s denies the whole call", async (_where, fields, reason) => {
		const answered = await send(fields);
		expect([answered.status, answered.json.reason_code, answered.json.reason]).toEqual([403, "guard_denied", reason]);
		const records = await workspace.log((all) => all.some((record) => record.act_id === answered.json.id));
		expect(records.filter((record) => record.act_id === answered.json.id).map((record) => record.state)).toEqual(["denied"]);
	});
});

describe("recipients that are all allowed", () => {
	test.each<[string, object]>([
		[
			"in every field",
			{ to: ["a@acme.com"], cc: "b@acme-support.com", bcc: ["c@acme.com", "d@acme.com"], reply_to: "e@acme.com" },
		],
		["with a domain in another case", { to: "Jordan@ACME.Com" }],
		["with empty lists beside them", { cc: [], bcc: [], reply_to: [] }],
		["with a plus and dots", { to: "jordan.b+tickets@acme.com" }],
	])("pass %s", async (_what, fields) => {
		expect((await send(fields)).status).toBe(200);
	});

	test("are on the log, every address field that was given", async () => {
		const answered = await send({ cc: ["a@acme.com", "b@acme.com"], reply_to: "c@acme.com" });
		const records = await workspace.log((all) => all.some((record) => record.act_id === answered.json.id));
		expect(records.find((record) => record.act_id === answered.json.id)?.fields).toEqual({
			to: "jordan@acme.com",
			cc: ["a@acme.com", "b@acme.com"],
			reply_to: "c@acme.com",
		});
	});
});

describe("an address that two parsers could read differently", () => {
	test.each([
		"Jordan <jordan@acme.com>",
		"<jordan@acme.com>",
		"jordan@acme.com, mallory@gmail.com",
		"jordan@acme.com;mallory@gmail.com",
		"mallory@gmail.com\n@acme.com",
		"mallory@gmail.com\u0000@acme.com",
		'"mallory@gmail.com "@acme.com',
		'"a\\"b"@acme.com',
		"mallory@gmail.com(@acme.com)",
		"mallory(@gmail.com)@acme.com",
		"@gmail.com:jordan@acme.com",
		"mallory@gmail.com@acme.com",
		"mallory%gmail.com@acme.com ",
		"jordan@acme.com.",
		"jordan@.acme.com",
		"jordan@acme..com",
		".jordan@acme.com",
		"jordan@[127.0.0.1]",
		"jordan@ａcme.com",
		"jordan@аcme.com",
		"jordan@acme\u3002com",
		"jordan@acme\u00ad.com",
		"jordän@acme.com",
		"jordan @acme.com",
		" jordan@acme.com",
		"jordan@acme.com\t",
		"mailto:jordan@acme.com",
		"jordan",
		"@acme.com",
		"jordan@",
		`${"x".repeat(65)}@acme.com`,
	])("is no address, in any field: %j", async (address) => {
		for (const field of ["to", "cc", "bcc", "reply_to"]) {
			const answered = await send({ [field]: address });
			expect([answered.status, answered.json.code]).toEqual([422, "invalid_request"]);
		}
	});
});

describe("the number of recipients", () => {
	const addresses = (count: number, name = "a") => Array.from({ length: count }, (_, i) => `${name}${i}@acme.com`);

	test("may be 50 over all fields", async () => {
		expect((await send({ to: addresses(50) })).status).toBe(200);
		expect(
			(await send({ to: addresses(20), cc: addresses(20, "b"), bcc: addresses(9, "c"), reply_to: "d@acme.com" })).status,
		).toBe(200);
	});

	test.each<[string, object]>([
		["in one list", { to: addresses(51) }],
		["over the fields", { to: addresses(20), cc: addresses(20, "b"), bcc: addresses(10, "c"), reply_to: "d@acme.com" }],
		["the same one", { to: Array(51).fill("a@acme.com") }],
	])("may not be 51 %s", async (_where, fields) => {
		expectProblem(await send(fields), 422, "invalid_request");
	});
});
