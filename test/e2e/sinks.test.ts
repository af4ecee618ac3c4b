/** Telling people, against a real receiver: signed as Standard Webhooks have it, tried again, and nothing in it that the log may not show. */
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { webhookSignature } from "../../src/keys/webhook-signature.ts";
import { cliIn } from "../support/e2e/cli.ts";
import { temporaryFolder } from "../support/e2e/folder.ts";
import { type Client, clientOf, newAgent } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { type Heard, json, startUpstream, type Upstream } from "../support/e2e/upstream.ts";
import { mailRole } from "../support/roles.ts";
import { until } from "../support/until.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const HELD = mailRole("held", "- { id: sign-off, action: mail.send, effect: review }");
const MAIL = { to: "jordan@acme.com", subject: "<!channel> private subject", body: "private body" };

const folder = temporaryFolder();
let gateway: LocalGateway;
let receiver: Upstream;
let admin: Client;
let agent: Client;
/** What the receiver answers, in turn; 200 once that is used up. */
let answers: number[] = [];

beforeAll(async () => {
	receiver = await startUpstream((_heard, response) => json(response, answers.shift() ?? 200, {}));
	gateway = await startLocalGateway();
	admin = clientOf(gateway.url, gateway.adminKey);
	agent = (await newAgent(gateway.url, gateway.adminKey, "helpdesk-bot", HELD)).call;
	await admin("PUT", "/v1/secrets/signing", { value: SECRET });
	await admin("PUT", "/v1/secrets/chat-url", { value: `${receiver.url}/chat/T0K3N` });
}, 60_000);
beforeEach(async () => {
	const { items } = (await admin("GET", "/v1/sinks")).json;
	for (const { name } of items) await admin("DELETE", `/v1/sinks/${name}`);
	receiver.heard.splice(0);
	answers = [];
});
afterAll(async () => {
	await gateway.stop();
	await receiver.stop();
	folder.remove();
});

const sink = (name: string, more: object) => ({ apiVersion: "policy.hivekey.ai/v1", kind: "Sink", metadata: { name }, ...more });
const webhook = () => ({ webhook: { url: `${receiver.url}/hook`, signing: { secret: "signing" } } });
const apply = async (name: string, more: object) => {
	const applied = await admin("PUT", `/v1/sinks/${name}`, sink(name, more));
	expect([applied.status, applied.json.change], applied.text).toEqual([200, "created"]);
};
const heardOnce = () => until(() => receiver.heard[0]);

/** As the specification has receivers check it. */
function verify({ headers, body }: Heard): boolean {
	const key = Buffer.from(SECRET.slice("whsec_".length), "base64");
	const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
	const fresh = Math.abs(Date.now() / 1_000 - Number(headers["webhook-timestamp"])) < 300;
	return fresh && headers["webhook-signature"] === `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

test("the signature is that of the specification's example, and there is none under a secret of another form", () => {
	const sign = (secret: string) =>
		webhookSignature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, '{"test": 2432232314}');
	expect(sign(SECRET)).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
	for (const other of ["", "whsec_", "whsec_c2hvcnQ=", SECRET.slice(6), `whsec_${"A".repeat(90)}`])
		expect(sign(other)).toBeNull();
});

test("a webhook is told that a call is held, and what became of it, signed, with no more than the log may show", async () => {
	await apply("on-call", { ...webhook(), events: ["review.held", "review.decided"] });
	const held = await agent("POST", "/v1/actions/mail.send", MAIL);
	const first = await heardOnce();
	expect([first.method, first.url, verify(first)]).toEqual(["POST", "/hook", true]);
	const told = JSON.parse(first.body);
	expect(told).toMatchObject({
		type: "review.held",
		data: {
			id: held.json.review.id,
			agent: "helpdesk-bot",
			action: "mail.send",
			state: "pending",
			fields: { to: "jordan@acme.com" },
		},
	});
	expect(first.body).not.toContain("private");
	expect((await admin("POST", `/v1/reviews/${told.data.id}/deny`, { reason: "no" })).status).toBe(200);
	const second = await until(() => receiver.heard[1]);
	expect(verify(second)).toBe(true);
	expect(JSON.parse(second.body)).toMatchObject({ type: "review.decided", data: { state: "denied", decided_by: ["root"] } });
	expect(second.headers["webhook-id"]).not.toBe(first.headers["webhook-id"]);
});

test("what the receiver does not take is tried again under the same id, and the sink says why it waits", async () => {
	await apply("on-call", webhook());
	answers = [500];
	await agent("POST", "/v1/actions/mail.send", MAIL);
	const first = await heardOnce();
	const waits = await until(async () => {
		const { json } = await admin("GET", "/v1/sinks/on-call");
		return json.last_fault === null ? null : json;
	});
	expect([waits.waiting, waits.last_fault]).toEqual([1, "the receiver answered 500"]);
	const second = await until(
		async () => {
			await gateway.tick();
			return receiver.heard[1];
		},
		{ withinMs: 20_000, everyMs: 500 },
	);
	expect([second.headers["webhook-id"], verify(second)]).toEqual([first.headers["webhook-id"], true]);
	await until(async () => (await admin("GET", "/v1/sinks/on-call")).json.waiting === 0);
}, 30_000);

test("a chat gets one text in which nothing calls anybody, at an address that is shown nowhere", async () => {
	await apply("chat", { chat: { url: { secret: "chat-url" } } });
	const held = await agent("POST", "/v1/actions/mail.send", MAIL);
	const told = await heardOnce();
	expect(told.url).toBe("/chat/T0K3N");
	const { text } = JSON.parse(told.body);
	expect(text.split("\n")[0]).toBe("helpdesk-bot wants mail.send: held for review by guard 'sign-off'");
	expect(text).toContain(`hivekey review show ${held.json.review.id}`);
	expect(text).not.toMatch(/[<>]|private|https?:/);
	expect((await admin("GET", "/v1/sinks/chat")).text).not.toContain("T0K3N");
});

test("reviewers get a mail, from a mailbox of the workspace", async () => {
	await apply("reviewers", { mail: { to: ["ann@acme.com"], from: "helpdesk@acme.com" } });
	await agent("POST", "/v1/actions/mail.send", MAIL);
	expect(await until(() => gateway.lines.find((line) => line.includes("ann@acme.com")))).toContain("mail to ann@acme.com");
	const stranger = sink("x", { mail: { to: ["ann@acme.com"], from: "ceo@elsewhere.com" } });
	const refused = await admin("PUT", "/v1/sinks/x", stranger);
	expect([refused.status, refused.json.errors[0].path]).toEqual([422, "mail.from"]);
});

test.each([
	["none of the three", {}, ""],
	["two of them", { ...webhook, chat: { url: { secret: "a" } }, mail: { to: ["a@b.example"], from: "a@b.example" } }, ""],
	[
		"an address of a cloud's metadata",
		{ webhook: { url: "http://169.254.169.254/x", signing: { secret: "signing" } } },
		"webhook.url",
	],
	["an event that there is not", { chat: { url: { secret: "a" } }, events: ["review.everything"] }, "events.0"],
])("a sink with %s is refused", async (_what, more, path) => {
	const refused = await admin("PUT", "/v1/sinks/bad", sink("bad", more));
	expect([refused.status, refused.json.errors[0].path], refused.text).toEqual([422, path]);
});

test("a secret that a sink takes is not deleted, and the answer names the sink", async () => {
	await apply("on-call", webhook());
	await apply("chat", { chat: { url: { secret: "chat-url" } } });
	for (const [secret, name] of [
		["signing", "on-call"],
		["chat-url", "chat"],
	]) {
		const refused = await admin("DELETE", `/v1/secrets/${secret}`);
		expect([refused.status, refused.json.code, refused.json.errors]).toEqual([
			409,
			"still_in_use",
			[{ path: name, code: "takes_secret", message: `sink ${name} takes the secret` }],
		]);
		expect(refused.json.detail).toBe(`still taken by sink ${name}. Change or delete what takes it first, or set another value`);
	}
	await admin("PUT", "/v1/secrets/unused", { value: "x" });
	expect((await admin("DELETE", "/v1/secrets/unused")).status).toBe(204);
	expect((await admin("DELETE", "/v1/sinks/chat")).status).toBe(204);
	expect((await admin("DELETE", "/v1/secrets/chat-url")).status).toBe(204);
	expect((await admin("PUT", "/v1/secrets/chat-url", { value: `${receiver.url}/chat/T0K3N` })).status).toBe(200);
});

test("the CLI applies, lists, shows and deletes one", async () => {
	const hivekey = cliIn(folder.path, { HIVEKEY_KEY: gateway.adminKey, HIVEKEY_URL: gateway.url });
	writeFileSync(
		join(folder.path, "sink.yaml"),
		"apiVersion: policy.hivekey.ai/v1\nkind: Sink\nmetadata: { name: on-call }\nchat: { url: { secret: chat-url } }\n",
	);
	const apply = () => hivekey("sink", "apply", "-f", "sink.yaml");
	expect((await apply()).stdout).toBe("Sink on-call created · chat · review.held\n");
	expect((await apply()).stdout).toBe("Sink on-call unchanged · chat · review.held\n");
	expect((await hivekey("sink", "list")).stdout).toContain("on-call  chat  review.held  0");
	expect((await hivekey("sink", "show", "on-call")).stdout).toContain('"secret": "chat-url"');
	expect((await hivekey("sink", "delete", "on-call")).stdout).toBe("Sink on-call deleted\n");
	expect((await hivekey("sink", "show", "on-call")).exit).toBe(1);
});
