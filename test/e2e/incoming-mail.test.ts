/** Mail that comes in, from the Worker's email handler to what an agent reads. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, clientOf, newAgent } from "../support/e2e/http.ts";
import { type LocalGateway, startLocalGateway } from "../support/e2e/local-gateway.ts";
import { mailRole } from "../support/roles.ts";

let gateway: LocalGateway;
let admin: Client;
let orders: Client;
let other: Client;

beforeAll(async () => {
	gateway = await startLocalGateway();
	admin = clientOf(gateway.url, gateway.adminKey);
	orders = (await newAgent(gateway.url, gateway.adminKey, "orders-bot", mailRole("reader"))).call;
	other = (await newAgent(gateway.url, gateway.adminKey, "other-bot", mailRole("reader"))).call;
	const made = await admin("POST", "/v1/mailboxes", { address: "Orders@Shop.example", agents: ["orders-bot"] });
	expect([made.status, made.json.address]).toEqual([201, "orders@shop.example"]);
}, 60_000);
afterAll(() => gateway.stop());

const read = async (agent: Client, input: object) => (await agent("POST", "/v1/actions/mail.read", input)).json.result;
const subjects = async (agent: Client, input: object) =>
	(await read(agent, input)).messages.map((message: { subject: string }) => message.subject);

function multipart(subject: string): string {
	return [
		"From: Ann Example <ann@customer.example>",
		"To: orders@shop.example, Copy <copy@shop.example>",
		`Subject: ${subject}`,
		"Message-ID: <attached@customer.example>",
		"MIME-Version: 1.0",
		'Content-Type: multipart/mixed; boundary="b"',
		"",
		"--b",
		"Content-Type: text/plain; charset=utf-8",
		"Content-Transfer-Encoding: base64",
		"",
		Buffer.from("Grüße aus Graz").toString("base64"),
		"--b",
		'Content-Type: application/pdf; name="order.pdf"',
		'Content-Disposition: attachment; filename="order.pdf"',
		"Content-Transfer-Encoding: base64",
		"",
		Buffer.from("%PDF-1.7 not much of one").toString("base64"),
		"--b--",
		"",
	].join("\r\n");
}

describe("a mail that comes in", () => {
	test("is read whole by its mailbox's agent, attachments listed, and by nobody else", async () => {
		await gateway.deliver("orders@shop.example", { from: "ann@customer.example", raw: multipart("Order 7") });
		const [listed] = (await read(orders, {})).messages;
		expect(listed).toMatchObject({
			from: "ann@customer.example",
			to: ["orders@shop.example", "copy@shop.example"],
			subject: "Order 7",
		});
		const { message } = await read(orders, { message_id: listed.message_id });
		expect(message.body.trim()).toBe("Grüße aus Graz");
		expect(message).toMatchObject({
			message_id: listed.message_id,
			folder: "inbox",
			body_type: "text/plain",
			attachments: [{ name: "order.pdf", type: "application/pdf", size: 24 }],
		});

		const foreign = await other("POST", "/v1/actions/mail.read", { message_id: listed.message_id });
		expect([foreign.status, foreign.json.state, foreign.json.error.upstream_status]).toEqual([502, "failed", 404]);
		expect(await subjects(other, {})).not.toContain("Order 7");
	});

	test("goes to the folder that its address names, and is found by its words", async () => {
		await gateway.deliver("orders+returns@shop.example", {
			from: "bob@customer.example",
			subject: "Sent back",
			body: "The blue one.",
		});
		expect(await subjects(orders, { folder: "returns" })).toEqual(["Sent back"]);
		expect(await subjects(orders, {})).not.toContain("Sent back");
		expect(await subjects(orders, { folder: "returns", search: "BLUE" })).toEqual(["Sent back"]);
		expect(await subjects(orders, { folder: "returns", search: "green" })).toEqual([]);
	});

	test("is listed by pages, each once, the newest first", async () => {
		for (let n = 1; n <= 5; n++)
			await gateway.deliver("orders+many@shop.example", { from: "a@b.example", subject: `${n}`, body: "x" });
		const seen: string[] = [];
		let cursor: string | null = null;
		do {
			const page: { messages: { subject: string }[]; next_cursor: string | null } = await read(orders, {
				folder: "many",
				limit: 2,
				...(cursor === null ? {} : { cursor }),
			});
			seen.push(...page.messages.map((message) => message.subject));
			cursor = page.next_cursor;
		} while (cursor !== null);
		expect(seen).toEqual(["5", "4", "3", "2", "1"]);

		const bad = await orders("POST", "/v1/actions/mail.read", { cursor: "made-up" });
		expect([bad.status, bad.json.state]).toEqual([502, "failed"]);
	});

	test("that is delivered twice, for a reply was lost, is there once", async () => {
		const raw = multipart("Only once").replace("attached@", "once@");
		for (let time = 0; time < 2; time++) await gateway.deliver("orders+once@shop.example", { from: "ann@customer.example", raw });
		expect(await subjects(orders, { folder: "once" })).toEqual(["Only once"]);
	});

	test.each([
		["nobody's address", "nobody@shop.example"],
		["a folder of nobody's", "nobody+orders@shop.example"],
		["no plain address", '"orders"@shop.example'],
	])("for %s is refused while the sender waits", async (_, to) => {
		await expect(gateway.deliver(to, { from: "ann@customer.example", subject: "Hi", body: "x" })).rejects.toThrow(
			/550 5\.1\.1|[Ii]nvalid/,
		);
	});

	test.each([
		["without any structure", "\u0000\u0001 no headers at all"],
		["with headers alone", "Subject: nothing else\r\nMessage-ID: <h@x.example>\r\n\r\n"],
		[
			"nested too deep",
			`Message-ID: <d@x.example>\r\n${'Content-Type: multipart/mixed; boundary="a"\r\n\r\n--a\r\n'.repeat(200)}`,
		],
		["in HTML alone", "Message-ID: <t@x.example>\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>"],
	])("%s is kept or refused, never half", async (name, raw) => {
		const folder = `odd-${name.length}`;
		const before = (await read(orders, { folder })).messages.length;
		const kept = await gateway.deliver(`orders+${folder}@shop.example`, { from: "x@x.example", raw }).then(
			() => true,
			() => false,
		);
		const { messages } = await read(orders, { folder });
		expect(messages.length - before).toBe(kept ? 1 : 0);
		for (const { message_id } of messages) expect((await read(orders, { message_id })).message.message_id).toBe(message_id);
	});

	test("is gone with its mailbox, and further mail is refused", async () => {
		await admin("POST", "/v1/mailboxes", { address: "short@shop.example" });
		await gateway.deliver("short@shop.example", { from: "a@b.example", subject: "Hi", body: "x" });
		expect((await admin("DELETE", "/v1/mailboxes/short@shop.example")).status).toBe(204);
		await expect(gateway.deliver("short@shop.example", { from: "a@b.example", subject: "Hi", body: "x" })).rejects.toThrow("550");
		const db = await gateway.miniflare.getD1Database("DB", "hivekey");
		const { results } = await db.prepare("SELECT 1 FROM messages WHERE mailbox = 'short@shop.example'").all();
		expect(results).toEqual([]);
	});
});

describe("which mailbox is an agent's", () => {
	test("changes with the next request: the one that names it, else the only one for all", async () => {
		const send = async () => (await other("POST", "/v1/actions/mail.send", { to: "a@b.example", subject: "Hi", body: "x" })).json;
		expect((await send()).verdict).toBe("allow");
		await admin("POST", "/v1/mailboxes", { address: "second@shop.example" });
		expect(await send()).toMatchObject({ state: "failed", error: { code: "no_mailbox" } });
		await admin("DELETE", "/v1/mailboxes/second@shop.example");
		expect((await send()).verdict).toBe("allow");
	});
});
