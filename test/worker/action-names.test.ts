/** An action has one spelling. Everything else is answered as an action that does not exist, and so is one outside the scope. */
import { beforeAll, describe, expect, test } from "vitest";
import { mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace, send, type TestAgent, type TestWorkspace } from "../support/worker/gateway.ts";
import { expectNoSecrets, PRIVATE_TEXT, timeless } from "../support/worker/problems.ts";

let workspace: TestWorkspace;
let agent: TestAgent;
let reader: TestAgent;

beforeAll(async () => {
	await applySchema();
	workspace = await newWorkspace();
	await workspace.applyRole(mailRole("support-agent"));
	await workspace.applyRole(mailRole("reader").replace("    - mail.send\n", ""));
	agent = await workspace.createAgent("helpdesk-bot", "support-agent");
	reader = await workspace.createAgent("reader-bot", "reader");
});

const MAIL = { to: "jordan@acme.com", subject: "Hi", body: PRIVATE_TEXT };

/** The answer to a path's action, with the name as it is answered taken out. */
async function answerTo(path: string, name: string) {
	const answered = await send("POST", `/v1/actions/${path}`, { token: agent.token, body: MAIL });
	expectNoSecrets(answered);
	expect(answered.json.action).toBe(name);
	const { text, ...rest } = timeless(answered);
	const quoted = JSON.stringify(name).slice(1, -1);
	return { ...rest, text: text.replace(`"action":"${quoted}"`, '"action":"…"').replace(`'${quoted}'`, "'…'") };
}

const NOT_THERE = {
	status: 403,
	text: `{"id":"act_…","action":"…","verdict":"deny","matched_guard":null,"reason":"action '…' is not in the role's scope","logged":true,"reason_code":"not_in_scope","agent":"helpdesk-bot","retryable":false,"approvable":false}`,
};

describe("a name that is not an action's exact spelling is not there", () => {
	test.each([
		["no.such", "no.such"],
		["MAIL.SEND", "MAIL.SEND"],
		["Mail.send", "Mail.send"],
		["mail.Send", "mail.Send"],
		["mail.send%00", "mail.send\u0000"],
		["mail.send%00.x", "mail.send\u0000.x"],
		["%00mail.send", "\u0000mail.send"],
		["mail.send%20", "mail.send "],
		["%20mail.send", " mail.send"],
		["mail.send%0A", "mail.send\n"],
		["mail.send%0D%0Ax-y:%20z", "mail.send\r\nx-y: z"],
		["mail.send%2F..%2Fx", "mail.send/../x"],
		["mail.send%2F", "mail.send/"],
		["..%2Fmail.send", "../mail.send"],
		["x%2F..%2Fmail.send", "x/../mail.send"],
		["mail.send%5C..%5Cx", "mail.send\\..\\x"],
		["mail.send%3Fx=1", "mail.send?x=1"],
		["mail.send%23x", "mail.send#x"],
		["mail.send;x=1", "mail.send;x=1"],
		["mail%252Esend", "mail%2Esend"],
		["mail..send", "mail..send"],
		[".mail.send", ".mail.send"],
		["mail.send.", "mail.send."],
		["mail.%73end%2E", "mail.send."],
		["mail", "mail"],
		["mail.*", "mail.*"],
		["**", "**"],
		["m%D0%B0il.send", "m\u0430il.send"],
		["%EF%BD%8Dail.send", "\uff4dail.send"],
		["mail%E2%80%A4send", "mail\u2024send"],
		["mail%EF%BC%8Esend", "mail\uff0esend"],
		["mail.send%CC%81", "mail.send\u0301"],
		["mail.send%E2%80%8B", "mail.send\u200b"],
		["%E2%80%AEmail.send", "\u202email.send"],
		["mail.%C5%BFend", "mail.\u017fend"],
		["constructor", "constructor"],
		["__proto__", "__proto__"],
		["mail.constructor", "mail.constructor"],
		["x.__proto__", "x.__proto__"],
		["hasOwnProperty", "hasOwnProperty"],
	])("%s", async (path, name) => {
		const { headers, ...answered } = await answerTo(path, name);
		expect(answered).toEqual(NOT_THERE);
		expect(headers).toEqual((await answerTo("crm.nothing", "crm.nothing")).headers);
	});

	test("a name of 129 characters, and one of 4,000, with no more of it on the log than helps", async () => {
		for (const length of [129, 4_000]) {
			const name = `mail.${"x".repeat(length - 5)}`;
			const answered = await agent.run(name, MAIL);
			expect([answered.status, answered.json.reason_code]).toEqual([403, "not_in_scope"]);
			const records = await workspace.log((all) => all.some((record) => record.act_id === answered.json.id));
			const record = records.find((one) => one.act_id === answered.json.id);
			expect(record?.action.length).toBeLessThanOrEqual(257);
			expect(JSON.stringify(record).length).toBeLessThan(2_000);
		}
	});
});

describe("an action's exact spelling", () => {
	test.each(["mail.send", "mail%2Esend", "%6Dail.send", "mail.sen%64", "%6d%61%69%6c%2e%73%65%6e%64"])(
		"%s is the action, however the path encodes it",
		async (path) => {
			const answered = await agent.run(path, MAIL);
			expect([answered.status, answered.json.action]).toEqual([200, "mail.send"]);
		},
	);

	test("in a path that the URL itself resolves is what the URL says", async () => {
		const answered = await agent.run("x/../mail.send", MAIL);
		expect([answered.status, answered.json.action]).toEqual([200, "mail.send"]);
		const gone = await agent.run("mail.send/../x", MAIL);
		expect([gone.status, gone.json.action]).toEqual([403, "x"]);
	});

	test.each(["", "mail.send/", "mail.send/x", "mail.send//"])("is no part of a longer path: '%s'", async (path) => {
		expect((await agent.run(path, MAIL)).status).toBe(404);
	});
});

describe("an action outside the scope", () => {
	const bodies = { good: MAIL, empty: {}, wrong: { to: 7 } };

	test("is answered as one that exists nowhere, whatever the body is", async () => {
		const answers = new Set<string>();
		for (const body of Object.values(bodies)) {
			for (const action of ["mail.send", "mail.sand", "crm.send"]) {
				const answered = await reader.run(action, body);
				answers.add(JSON.stringify(timeless(answered)).replaceAll(action, "…"));
			}
		}
		for (const action of ["mail.send", "mail.sand"]) {
			const raw = await send("POST", `/v1/actions/${action}`, {
				token: reader.token,
				raw: "{{{",
				headers: { "content-type": "text/plain" },
			});
			answers.add(JSON.stringify(timeless(raw)).replaceAll(action, "…"));
		}
		expect(answers.size).toBe(1);
	});

	test("is not listed, and nothing tells of it", async () => {
		const listed = await reader.get("/v1/actions");
		expect(listed.json.items.map((item: { name: string }) => item.name)).toEqual(["mail.read"]);
		expect(listed.json.next_cursor).toBeNull();
		expect(listed.text).not.toContain("mail.send");
	});

	test("is on the log as it was asked for", async () => {
		const answered = await agent.run("mail.send%00%E2%80%AE", MAIL);
		const records = await workspace.log((all) => all.some((record) => record.act_id === answered.json.id));
		expect(records.find((record) => record.act_id === answered.json.id)).toMatchObject({
			action: "mail.send\u0000\u202e",
			state: "denied",
			verdict: "deny",
			reason_code: "not_in_scope",
			agent: "helpdesk-bot",
		});
	});
});
