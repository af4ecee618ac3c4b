import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fullTime } from "../../cli/src/audit/moment.ts";
import { ADMIN_KEY, ContractGateway } from "../sdk/contract-gateway.ts";
import { cliIn, freshFolder } from "./run-cli.ts";

const gateway = new ContractGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.records.length = 0;
});

const cli = (line: string) => cliIn(freshFolder())(line, { env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url } });

test("explains a decision: every guard with what it saw, every state, how long it took", async () => {
	const head = { act_id: "act_x", agent: "helpdesk-bot" };
	const held = gateway.log({
		...head,
		state: "held",
		verdict: "review",
		matched_guard: "daily-volume-cap",
		reason_code: "guard_review",
		reason: "501 calls in the last day, limit 500",
		role: { name: "support-agent", rev: 2, hash: "ab12" },
		token_id: "tok_1",
		request_id: "req_9",
		source_ip: "10.0.0.1",
		fields: { to: "jordan@acme.com" },
		facts: [
			{ guard: "approved-domains", when: true, took: "allow", saw: { "to.domain": "acme.com" } },
			{ guard: "daily-volume-cap", when: false, took: "review", saw: { "rate.per_day": 501 }, detail: "501 of 500 a day" },
			{ guard: "office-hours", when: null, took: "deny", saw: {}, shadow: true },
		],
	});
	const released = gateway.log({ ...head, state: "released", reason: "fine by me" });
	const done = gateway.log({ ...head, state: "executed", duration_ms: 41 });
	const { exit, stdout } = await cli("audit show act_x");
	expect(exit).toBe(0);
	expect(stdout).toBe(`act       act_x
time      ${fullTime(held.time)}
agent     helpdesk-bot
action    mail.send
verdict   review
guard     daily-volume-cap
reason    501 calls in the last day, limit 500 (guard_review)
role      support-agent · rev 2 · ab12
fields    to=jordan@acme.com
duration  41 ms
token     tok_1
from      10.0.0.1
request   req_9

GUARD                  WHEN           TOOK    SAW
approved-domains       true           allow   to.domain=acme.com
daily-volume-cap *     false          review  rate.per_day=501 · 501 of 500 a day
office-hours (shadow)  indeterminate  deny

TIME                            STATE     SEQ
${fullTime(held.time)}  held      1
${fullTime(released.time)}  released  2    fine by me
${fullTime(done.time)}  executed  3    41 ms
`);
});

test("JSON has the records themselves", async () => {
	gateway.log({ act_id: "act_x" });
	expect(JSON.parse((await cli("audit show act_x -o json")).stdout)).toEqual(gateway.records);
});

test("an act that is not there is exit code 1, and points to the tail", async () => {
	const ran = await cli("audit show act_nothing");
	expect([ran.exit, ran.stdout]).toEqual([1, ""]);
	expect(ran.stderr).toContain("there is no act act_nothing\n  `hivekey audit tail`");
});

test("hostile values are printed escaped", async () => {
	gateway.log({
		act_id: "act_x",
		reason: "a\u001b[2Jb\u202e",
		facts: [{ guard: "g\n", when: false, took: "deny", saw: { "to\u0007": ["\u001b]8;;http://x\u0007"] } }],
	});
	expect((await cli("audit show act_x")).stdout.replaceAll("·", "")).toMatch(/^[\x20-\x7e\n]*$/);
});
