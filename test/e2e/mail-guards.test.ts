/** Somebody who tries to get a mail past the guards of the product page fails: looked at where the mail leaves the gateway. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientOf, newAgent } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { mailRole, PAGE_GUARDS } from "../support/roles.ts";
import { until } from "../support/until.ts";
import { attacks } from "./mail-attacks.ts";

/** Requests in flight. */
const AT_A_TIME = 16;

let gateway: LocalGateway;
let token: string;

beforeAll(async () => {
	gateway = await startLocalGateway();
	const admin = clientOf(gateway.url, gateway.adminKey);
	await admin("PUT", "/v1/roles/support-agent", mailRole("support-agent"));
	await admin("PATCH", "/v1/roles/support-agent", PAGE_GUARDS);
	token = (await admin("POST", "/v1/agents", { name: "helpdesk-bot", role: "support-agent" })).json.token;
}, 60_000);
afterAll(() => gateway.stop());

/** The body as it is, whatever it is. */
async function send(body: string, more: { path?: string; headers?: Record<string, string> } = {}) {
	const answer = await fetch(`${gateway.url}${more.path ?? "/v1/actions/mail.send"}`, {
		method: "POST",
		headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...more.headers },
		body,
	});
	return { status: answer.status, text: await answer.text() };
}

const EVIL = JSON.stringify({ to: "eve@gmail.com", subject: "Hi", body: "x" });
const mails = () => gateway.lines.filter((line) => line.startsWith("mail to"));

/** All that was sent before this has been told once this mail is. */
async function mailsWith(subject: string, fields: object): Promise<string[]> {
	const sent = await send(JSON.stringify({ to: `${subject}@acme.com`, subject, body: "x", ...fields }));
	expect(sent.status).toBe(200);
	return until(() => (mails().some((line) => line.includes(`mail to ${subject}@acme.com`)) ? mails() : null));
}

test("no body makes a mail of it, and every refusal is plain", async () => {
	const bodies = attacks();
	expect(bodies.length).toBeGreaterThan(350);
	const passed: [number, string][] = [];
	for (let at = 0; at < bodies.length; at += AT_A_TIME)
		await Promise.all(
			bodies.slice(at, at + AT_A_TIME).map(async (body) => {
				const { status } = await send(body);
				if (![400, 403, 422].includes(status)) passed.push([status, body]);
			}),
		);
	expect(passed).toEqual([]);
	expect(await mailsWith("after-bodies", {})).toEqual([expect.stringContaining("mail to after-bodies@acme.com written to")]);
}, 60_000);

test("no header, query or path makes another call of it", async () => {
	const before = (await mailsWith("before-headers", {})).length;
	const headers: Record<string, string>[] = [
		{ "x-http-method-override": "GET" },
		{ "x-original-url": "/v1/actions/mail.read", "x-rewrite-url": "/healthz" },
		{ "x-dry-run": "1", prefer: "handling=lenient" },
		{ "x-hivekey-role": "admin", "x-agent": "other", "x-forwarded-for": "10.0.0.1" },
		{ "content-type": "application/json; charset=utf-7" },
		{ "content-type": "application/x-www-form-urlencoded" },
		{ "content-type": "application/vnd.api+json" },
		{ "content-encoding": "gzip" },
	];
	const paths = [
		"/v1/actions/mail.send/",
		"/v1/actions//mail.send",
		"/v1/actions/mail%2Esend",
		"/v1/actions/mail.read/../mail.send",
		"/v1/actions/MAIL.SEND",
		"/v1/actions/mail.send?dry_run=1&to=jordan%40acme.com",
		"/v1/actions/mail.send;to=jordan%40acme.com",
		"/v1/actions/mail.send:batch",
		"/v1/actions/batch",
	];
	const answers = [
		...(await Promise.all(headers.map((one) => send(EVIL, { headers: one })))),
		...(await Promise.all(paths.map((path) => send(EVIL, { path })))),
	];
	expect(answers.filter(({ status }) => ![403, 404, 415].includes(status))).toEqual([]);
	expect((await mailsWith("after-headers", {})).length).toBe(before + 1);
});

test("nobody says from which country he calls, or from which address", async () => {
	const guarded = `- { id: from-here, action: mail.send, when: { any: [{ field: request.country, exists: true }, { field: request.ip, cidr: 10.0.0.0/8 }] } }`;
	const { token: abroad } = await newAgent(gateway.url, gateway.adminKey, "abroad-bot", mailRole("abroad", guarded));
	const claims: Record<string, string>[] = [
		{},
		{ "mf-cf-blob": '{"country":"AT","clientIp":"10.0.0.1"}' },
		{ "cf-ipcountry": "AT", "cf-connecting-ip": "10.0.0.1" },
		{ "x-forwarded-for": "10.0.0.1", "x-real-ip": "10.0.0.1", "true-client-ip": "10.0.0.1", forwarded: "for=10.0.0.1" },
	];
	for (const claim of claims) {
		const answer = await send(EVIL, { headers: { authorization: `Bearer ${abroad}`, ...claim } });
		expect([claim, answer.status]).toEqual([claim, 403]);
	}
});

test("one idempotency key raced with two bodies sends at most the one that the guards let pass", async () => {
	const good = JSON.stringify({ to: "raced@acme.com", subject: "Hi", body: "x" });
	const headers = { "idempotency-key": "raced" };
	const answers = await Promise.all(Array.from({ length: 24 }, (_, n) => send(n % 2 === 0 ? EVIL : good, { headers })));
	expect(new Set(answers.filter((_, n) => n % 2 === 0).map(({ status }) => status >= 400))).toEqual(new Set([true]));
	const sent = await mailsWith("after-race", {});
	expect(sent.filter((line) => line.includes("raced@")).length).toBeLessThanOrEqual(1);
	expect(sent.filter((line) => line.includes("gmail"))).toEqual([]);
});

test("the mail that leaves goes to whom the guards saw, and no line of its text can be taken for a command", async () => {
	const body = "a\n.\nb\r.\r\nMAIL FROM:<eve@gmail.com>\r\r\n\n.";
	const cc = ["b@acme.com", "c@acme-support.com"];
	const sent = await mailsWith("whole", { cc, bcc: "D.E@ACME.com", reply_to: "f@acme.com", body });
	const [, recipients, file = ""] = /^mail to (.*) written to (\S+)$/.exec(sent.at(-1) as string) ?? [];
	expect(recipients).toBe("whole@acme.com, cc b@acme.com, c@acme-support.com, bcc D.E@acme.com");
	expect(readFileSync(file, "utf8")).toBe("a\r\n.\r\nb\r\n.\r\nMAIL FROM:<eve@gmail.com>\r\n\r\n\r\n.");
});
