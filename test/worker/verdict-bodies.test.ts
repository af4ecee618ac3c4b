/** The answers of the product page, to the letter: bodies are compared as text, so that the order of the keys counts. */
import { beforeAll, describe, expect, test } from "vitest";
import { APPROVED_DOMAINS, mailRole, PAGE_GUARDS, rateGuard } from "../support/roles.ts";
import { type Answered, applySchema, newWorkspace, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";

let workspace: TestWorkspace;
let bot: TestAgent;

beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	const patched = await workspace.admin("PATCH", "/v1/roles/support-agent", { body: PAGE_GUARDS });
	expect(patched.status).toBe(200);
	bot = await workspace.createAgent("helpdesk-bot", "support-agent");
});

let roles = 0;
/** An agent under a role of its own with these guards. */
async function botUnder(guards: string): Promise<TestAgent> {
	const name = `role-${++roles}`;
	await workspace.applyRole(mailRole(name, guards));
	return workspace.createAgent(`bot-${roles}`, name);
}

const mail = (to: unknown = "jordan@acme.com", more: object = {}) => ({ to, subject: "Hi", body: "…", ...more });

/** A body with its ids and times blotted out, each kind of id checked for its form. */
function blotted({ text, headers }: Answered): string {
	expect(headers.get("content-type")).toBe("application/json");
	expect(headers.get("x-request-id")).toMatch(/^req_[0-9A-Za-z]{22}$/);
	return text
		.replace(/\b(act|msg|rev)_[0-9A-Za-z]{22}\b/g, "$1_…")
		.replace(/"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/g, '"time"');
}

describe("an allowed call", () => {
	test("is answered as the page shows it", async () => {
		const answered = await bot.run("mail.send", mail());
		expect(answered.status).toBe(200);
		expect(blotted(answered)).toBe(
			'{"id":"act_…","action":"mail.send","verdict":"allow","matched_guard":"approved-domains","agent":"helpdesk-bot","result":{"message_id":"msg_…","queued":true}}',
		);
	});

	test("that no guard concerns has no matched guard", async () => {
		const answered = await bot.run("mail.read", {});
		expect(blotted(answered)).toBe(
			'{"id":"act_…","action":"mail.read","verdict":"allow","matched_guard":null,"agent":"helpdesk-bot","result":{"messages":[],"next_cursor":null}}',
		);
	});

	test("can be looked up, with its state behind the page's keys", async () => {
		const { json } = await bot.run("mail.send", mail());
		const looked = await bot.get(`/v1/calls/${json.id}`);
		expect(looked.status).toBe(200);
		expect(blotted(looked)).toBe(
			'{"id":"act_…","action":"mail.send","verdict":"allow","matched_guard":"approved-domains","agent":"helpdesk-bot","state":"executed","result":{"message_id":"msg_…","queued":true}}',
		);
		expect(looked.json.id).toBe(json.id);
		expect(looked.json.result).toEqual(json.result);
	});

	test("has on its record what the page's table shows, and not the mail's text", async () => {
		const { json } = await bot.run("mail.send", { to: "jordan@acme.com", subject: "the subject", body: "the body" });
		const records = await workspace.log((all) => all.filter((record) => record.act_id === json.id).length === 2);
		const [intent, outcome] = records.filter((record) => record.act_id === json.id);
		expect(intent).toMatchObject({
			state: "intent",
			verdict: "allow",
			matched_guard: "approved-domains",
			fields: { to: "jordan@acme.com" },
		});
		expect(intent?.input_digest).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
		expect(outcome).toMatchObject({ state: "executed", verdict: "allow" });
		expect(JSON.stringify([intent, outcome])).not.toMatch(/the subject|the body/);
	});
});

describe("a denied call", () => {
	test("is answered as the page shows it, then what we add", async () => {
		const answered = await bot.run("mail.send", mail("jordan@gmail.com"));
		expect(answered.status).toBe(403);
		expect(blotted(answered)).toBe(
			`{"id":"act_…","action":"mail.send","verdict":"deny","matched_guard":"approved-domains","reason":"recipient domain 'gmail.com' not in allowlist","logged":true,"reason_code":"guard_denied","agent":"helpdesk-bot","retryable":false,"approvable":false}`,
		);
		expect(answered.headers.has("retry-after")).toBe(false);
	});

	test("has the table's phrase on its record", async () => {
		const { json } = await bot.run("mail.send", mail("jordan@gmail.com"));
		const records = await workspace.log((all) => all.some((record) => record.act_id === json.id));
		const record = records.find((one) => one.act_id === json.id);
		expect(record).toMatchObject({
			state: "denied",
			fields: { to: "jordan@gmail.com" },
			reason: json.reason,
			reason_code: "guard_denied",
		});
		expect(record?.facts?.map((fact) => fact.detail)).toEqual(["domain gmail.com not allowed"]);
	});

	test("can be looked up by its id, now and once it is on the log", async () => {
		const { json } = await bot.run("mail.send", mail("jordan@gmail.com"));
		const text = `{"id":"act_…","action":"mail.send","verdict":"deny","matched_guard":"approved-domains","reason":"recipient domain 'gmail.com' not in allowlist","reason_code":"guard_denied","agent":"helpdesk-bot","state":"denied"}`;
		expect(blotted(await bot.get(`/v1/calls/${json.id}`))).toBe(text);
		await workspace.log((all) => all.some((record) => record.act_id === json.id));
		expect(blotted(await bot.get(`/v1/calls/${json.id}`))).toBe(text);
	});

	test("by a rate is 429, and says when to come again in the fields that clients know", async () => {
		const capped = await botUnder(rateGuard(1, "deny", "per_hour"));
		expect((await capped.run("mail.send", mail())).status).toBe(200);
		const answered = await capped.run("mail.send", mail());
		expect(answered.status).toBe(429);
		expect(blotted(answered)).toBe(
			`{"id":"act_…","action":"mail.send","verdict":"deny","matched_guard":"cap","reason":"2 calls in the last hour, limit 1","logged":true,"reason_code":"rate_exceeded","agent":"${capped.name}","retryable":true,"approvable":false,"retry_at":"time"}`,
		);
		const seconds = Number(answered.headers.get("retry-after"));
		expect(seconds).toBeGreaterThan(3_590);
		expect(seconds).toBeLessThanOrEqual(3_600);
		expect(answered.headers.get("ratelimit-policy")).toBe('"cap";q=1;w=3600');
		expect(answered.headers.get("ratelimit")).toBe(`"cap";r=0;t=${seconds}`);
		const retryAt = Date.parse(answered.json.retry_at) - Date.now();
		expect(retryAt).toBeGreaterThan(3_580_000);
		expect(retryAt).toBeLessThanOrEqual(3_600_000);
	});

	test("by a rate that nothing passes does not invite to come again", async () => {
		const capped = await botUnder(rateGuard(0, "deny"));
		const answered = await capped.run("mail.send", mail());
		expect([answered.status, answered.json.retryable, answered.headers.get("retry-after")]).toEqual([429, false, null]);
	});

	test("because of a guard before the rate is no rate's denial", async () => {
		const both = await botUnder(`${APPROVED_DOMAINS}\n${rateGuard(0, "deny")}`);
		const answered = await both.run("mail.send", mail("x@gmail.com"));
		expect([answered.status, answered.json.matched_guard, answered.json.reason_code]).toEqual([
			403,
			"approved-domains",
			"guard_denied",
		]);
	});
});

describe("a call held for review", () => {
	test("is answered 202 with where to look", async () => {
		const capped = await botUnder(rateGuard(1, "review"));
		await capped.run("mail.send", mail());
		const answered = await capped.run("mail.send", mail());
		expect(answered.status).toBe(202);
		expect(blotted(answered)).toBe(
			`{"id":"act_…","action":"mail.send","verdict":"review","matched_guard":"cap","reason_code":"guard_review","reason":"2 calls in the last day, limit 1","agent":"${capped.name}","logged":true,"review":{"id":"rev_…","state":"pending","expires_at":"time","poll":"/v1/calls/act_…"}}`,
		);
		expect(answered.json.review.poll).toBe(`/v1/calls/${answered.json.id}`);
		const looked = await capped.get(answered.json.review.poll);
		expect(looked.json).toMatchObject({
			id: answered.json.id,
			verdict: "review",
			state: "pending",
			review: answered.json.review,
		});
	});

	test("does not run, and does not count", async () => {
		const capped = await botUnder(rateGuard(1, "review"));
		await capped.run("mail.send", mail());
		for (let i = 0; i < 3; i++) {
			const held = await capped.run("mail.send", mail());
			expect(held.json.reason).toBe("2 calls in the last day, limit 1");
			const records = await workspace.log((all) => all.some((record) => record.act_id === held.json.id));
			expect(records.filter((record) => record.act_id === held.json.id).map((record) => record.state)).toEqual(["held"]);
		}
	});
});

describe("the same call again under its Idempotency-Key", () => {
	const cases: [name: string, guards: string, to: string, status: number][] = [
		["allowed", "[]", "jordan@acme.com", 200],
		["held", "- { id: ask, action: mail.send, effect: review }", "jordan@acme.com", 202],
	];
	for (const [name, guards, to, status] of cases) {
		test(`is answered what it was answered: ${name}`, async () => {
			const agent = await botUnder(guards);
			const first = await agent.run("mail.send", mail(to), { "idempotency-key": "key-1" });
			const again = await agent.run("mail.send", mail(to), { "idempotency-key": "key-1" });
			expect([first.status, again.status]).toEqual([status, status]);
			expect(again.text).toBe(first.text);
		});
	}

	test("is answered what it was answered: failed at the upstream", async () => {
		const agent = await botUnder("[]");
		const message = { message_id: "msg_none" };
		const first = await agent.run("mail.read", message, { "idempotency-key": "key-1" });
		const again = await agent.run("mail.read", message, { "idempotency-key": "key-1" });
		expect([first.status, first.json.state, first.json.error.upstream_status]).toEqual([502, "failed", 404]);
		expect(again.text).toBe(first.text);
		expect(blotted(first)).toBe(
			`{"id":"act_…","action":"mail.read","verdict":"allow","matched_guard":null,"agent":"${agent.name}","state":"failed","error":{"code":"upstream_failed","message":"this mailbox has no such message","upstream_status":404}}`,
		);
	});

	test("sends one mail for 20 tries at once", async () => {
		const agent = await botUnder(rateGuard(5, "deny"));
		const answers = await Promise.all(
			Array.from({ length: 20 }, () => agent.run("mail.send", mail(), { "idempotency-key": "key-1" })),
		);
		const ids = new Set(answers.map((answered) => answered.json.id));
		expect(ids.size).toBe(1);
		for (const { status, json } of answers) expect([200, 409]).toContain(json.code === "call_in_flight" ? 409 : status);
		const records = await workspace.log((all) =>
			all.some((record) => record.agent === agent.name && record.state === "executed"),
		);
		expect(
			records.filter((record) => record.agent === agent.name && record.kind === "action").map((record) => record.state),
		).toEqual(["intent", "executed"]);
	});

	test("with another input is 422, whatever spelling the same input has", async () => {
		const agent = await botUnder("[]");
		await agent.run("mail.send", mail("Jordan@ACME.com"), { "idempotency-key": "key-1" });
		const reordered = await agent.run(
			"mail.send",
			{ body: "…", to: "Jordan@acme.COM", subject: "Hi" },
			{ "idempotency-key": "key-1" },
		);
		expect(reordered.status).toBe(200);
		const other = await agent.run("mail.send", mail("sam@acme.com"), { "idempotency-key": "key-1" });
		expect([other.status, other.json.code]).toEqual([422, "idempotency_mismatch"]);
	});

	test("belongs to one agent: another's key of the same text is another key", async () => {
		const [one, other] = [await botUnder("[]"), await botUnder("[]")];
		const [first, second] = [
			await one.run("mail.send", mail(), { "idempotency-key": "key-1" }),
			await other.run("mail.send", mail("sam@acme.com"), { "idempotency-key": "key-1" }),
		];
		expect([first.status, second.status]).toEqual([200, 200]);
	});
});

describe("a call that failed before it reached anything", () => {
	test("is 502, and gives its place in the limit back", async () => {
		const bare = await newWorkspace({ mailbox: false });
		await bare.applyRole(mailRole("support-agent", rateGuard(1, "deny")));
		const agent = await bare.createAgent("helpdesk-bot", "support-agent");
		for (let i = 0; i < 3; i++) {
			const answered = await agent.run("mail.send", mail());
			expect([answered.status, answered.json.state, answered.json.error.code]).toEqual([502, "failed", "no_mailbox"]);
			expect(answered.headers.has("retry-after")).toBe(false);
		}
	});
});

describe("the list of actions", () => {
	test("has name, description and input schema of what the role grants", async () => {
		const listed = await bot.get("/v1/actions");
		expect(Object.keys(listed.json)).toEqual(["items", "next_cursor"]);
		expect(listed.json.items.map((item: object) => Object.keys(item))).toEqual(
			Array(2).fill(["name", "description", "input_schema"]),
		);
		expect(listed.json.items.map((item: { name: string }) => item.name)).toEqual(["mail.read", "mail.send"]);
	});
});
