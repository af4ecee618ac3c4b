/** The admission limit: how many calls of one agent are taken up, and what is said of the rest. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { mailRole } from "../support/roles.ts";
import { applySchema, newWorkspace } from "../support/worker/gateway.ts";
import { clearHooks, ledgerHooks, ledgerSettings } from "../support/worker/hooks.ts";
import { type LedgerBook, START, stateOf, verdict, withBook } from "../support/worker/ledger-book.ts";

beforeAll(applySchema);
afterEach(clearHooks);

const FIVE = { admissionPerSecond: 5 };
const TEN_SECONDS = 10_000;

/** Asks for as many calls as given, as the object does. @returns how many were taken up */
function call(book: LedgerBook, times: number, more: Parameters<LedgerBook["request"]>[0] = {}): number {
	let taken = 0;
	for (let i = 0; i < times; i++) {
		const request = book.request(more);
		book.ledger.tellExcess();
		if (book.ledger.isExcess(request)) continue;
		taken++;
		book.ledger.admit(request);
	}
	return taken;
}
const told = (book: LedgerBook) => book.records().filter((record) => record.reason_code === "admission_limit");
const countsTold = (book: LedgerBook) => told(book).map((record) => record.fields?.count);

describe("an agent", () => {
	test("has twice its limit at once, then its limit a second, denied calls included", () =>
		withBook((book) => {
			expect(call(book, 30, { decision: verdict("deny") })).toBe(10);
			expect(call(book, 5)).toBe(0);
			book.now += 200;
			expect(call(book, 5)).toBe(1);
			book.now += 1_000;
			expect(call(book, 30)).toBe(5);
			book.now += 3_600_000;
			expect(call(book, 30)).toBe(10);
		}, FIVE));

	test("whose clock is set back has what is left, not more", () =>
		withBook((book) => {
			expect(call(book, 30, { decision: verdict("deny") })).toBe(10);
			book.now -= 3_600_000;
			expect(call(book, 5)).toBe(0);
			book.now += 1_000;
			expect(call(book, 30)).toBe(5);
		}, FIVE));

	test("that is refused for its token or its binding uses nothing up", () =>
		withBook((book) => {
			const { who } = book.request();
			for (let i = 0; i < 50; i++) {
				expect(book.ledger.isExcess(book.request({ who: { ...who, digest: "another" } }))).toBe(false);
				expect(book.ledger.isExcess(book.request({ epoch: 7 }))).toBe(false);
			}
			expect(call(book, 30)).toBe(10);
		}, FIVE));
});

describe("the excess", () => {
	test("is one record with its number, its first and its last moment, ten seconds after it began", () =>
		withBook((book) => {
			call(book, 10);
			call(book, 3);
			book.now += 150;
			call(book, 4);
			expect(book.ledger.excessTellAt).toBe(START + TEN_SECONDS);
			book.now = START + TEN_SECONDS - 1;
			expect(book.ledger.tellExcess()).toBe(false);
			book.now = START + TEN_SECONDS;
			expect(book.ledger.tellExcess()).toBe(true);
			expect(book.ledger.tellExcess()).toBe(false);
			const [record] = told(book);
			expect(record).toMatchObject({
				kind: "action",
				agent: "helpdesk-bot",
				action: "*",
				state: "denied",
				verdict: "deny",
				reason: "7 calls refused, limit 5 calls a second",
				role: { name: "support-agent", rev: 1 },
				fields: { count: 7, since: new Date(START).toISOString(), until: new Date(START + 150).toISOString() },
			});
			expect(record?.act_id).toMatch(/^act_[0-9A-Za-z]{22}$/);
			expect(book.ledger.excessTellAt).toBeNull();
		}, FIVE));

	test("costs no row before: neither a record nor a count", () =>
		withBook((book) => {
			call(book, 10);
			const before = [book.records().length, book.uses().length];
			call(book, 200);
			expect([book.records().length, book.uses().length]).toEqual(before);
		}, FIVE));

	test("of a flood of a minute is told every ten seconds, and the numbers add up to the call", () =>
		withBook((book) => {
			let refused = 0;
			for (let ms = 0; ms < 60_000; ms += 100, book.now += 100) refused += 3 - call(book, 3, { decision: verdict("deny") });
			book.now += TEN_SECONDS;
			book.ledger.tellExcess();
			const counts = countsTold(book) as number[];
			expect(counts.reduce((sum, count) => sum + count, 0)).toBe(refused);
			expect(counts.length).toBeLessThanOrEqual(7);
			const moments = told(book).map((record) => Date.parse(record.time));
			for (const [i, at] of moments.entries())
				if (i > 0) expect(at - (moments[i - 1] as number)).toBeGreaterThanOrEqual(TEN_SECONDS);
		}, FIVE));

	test("counts a call once, however often its lost answer is asked for again", () =>
		withBook((book) => {
			call(book, 10);
			const request = book.request();
			for (const attempt of [1, 2, 3, 4]) {
				expect(book.ledger.isExcess({ ...request, attempt })).toBe(true);
				book.now += 500;
			}
			book.now = START + TEN_SECONDS;
			book.ledger.tellExcess();
			expect(countsTold(book)).toEqual([1]);
		}, FIVE));

	test("has no call in it that was taken up: its repeat is answered, and takes no other's place", () =>
		withBook((book) => {
			const request = book.request();
			expect(book.ledger.isExcess(request)).toBe(false);
			book.ledger.admit(request);
			expect(call(book, 30)).toBe(9);
			expect(book.ledger.isExcess({ ...request, attempt: 2 })).toBe(false);
		}, FIVE));

	test("is still told when the agent has been revoked meanwhile", () =>
		withBook((book) => {
			call(book, 12);
			book.ledger.bind(stateOf(2, { revoked: true }));
			book.now += TEN_SECONDS;
			expect(book.ledger.tellExcess()).toBe(true);
			expect(countsTold(book)).toEqual([2]);
		}, FIVE));
});

describe("over HTTP", () => {
	async function flooded() {
		ledgerSettings.admissionPerSecond = 3;
		let later = 0;
		ledgerHooks.now = () => START + later;
		const workspace = await newWorkspace();
		await workspace.applyRole(mailRole("support-agent"));
		const agent = await workspace.createAgent("helpdesk-bot", "support-agent");
		const run = () => agent.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "x" });
		const answers = [];
		for (let i = 0; i < 20; i++) answers.push(await run());
		return { workspace, agent, run, answers, turnTo: (ms: number) => (later = ms) };
	}

	test("it is a problem with Retry-After and nothing runs; the alarm tells of it once the flood is over", async () => {
		const { workspace, agent, answers, turnTo } = await flooded();
		expect(answers.map(({ status }) => status)).toEqual([...Array(6).fill(200), ...Array(14).fill(429)]);
		const refused = answers[6];
		expect(refused?.headers.get("content-type")).toBe("application/problem+json");
		expect(refused?.headers.get("retry-after")).toBe("1");
		expect(refused?.json).toMatchObject({ code: "rate_limited_admission", status: 429, title: "Too many calls" });
		expect(refused?.json).not.toHaveProperty("verdict");
		turnTo(TEN_SECONDS);
		await runDurableObjectAlarm(agent.ledger());
		const records = await workspace.log((all) => all.some((record) => record.action === "*"));
		const own = records.filter((record) => record.kind === "action");
		expect(own.filter((record) => record.state === "intent").length).toBe(6);
		expect(own.filter((record) => record.state === "denied")).toMatchObject([{ action: "*", fields: { count: 14 } }]);
	});

	test("the next call tells of it if it comes before the alarm", async () => {
		const { workspace, run, turnTo } = await flooded();
		turnTo(TEN_SECONDS);
		expect((await run()).status).toBe(200);
		const records = await workspace.log((all) => all.some((record) => record.action === "*"));
		expect(records.filter((record) => record.action === "*").map((record) => record.fields?.count)).toEqual([14]);
	});

	test("an eviction forgets the flood, and gives the agent no record that is wrong", async () => {
		const { agent, run, workspace, turnTo } = await flooded();
		await evictDurableObject(agent.ledger());
		expect((await run()).status).toBe(200);
		turnTo(TEN_SECONDS);
		await runDurableObjectAlarm(agent.ledger());
		const records = await workspace.log((all) => all.filter((record) => record.state === "executed").length === 7);
		expect(records.filter((record) => record.action === "*")).toEqual([]);
	});
});
