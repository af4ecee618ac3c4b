import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { AuditRecord } from "../../src/contract/audit-record.ts";
import { ADMIN_KEY, ContractGateway, problem } from "../sdk/contract-gateway.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const gateway = new ContractGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.seen.length = 0;
	gateway.once.length = 0;
	gateway.records.length = 0;
	gateway.route = () => undefined;
});

const cli = (line: string | string[], circumstances: Circumstances = {}) =>
	cliIn(freshFolder())(line, {
		...circumstances,
		env: { HIVEKEY_KEY: ADMIN_KEY, HIVEKEY_URL: gateway.url, ...circumstances.env },
	});

/** A time that is shown as this one, wherever the test runs. */
const at = (hours: number, minutes: number, seconds: number) => new Date(2026, 10, 22, hours, minutes, seconds).toISOString();

const allow = (record: Partial<AuditRecord> = {}) =>
	gateway.log({ agent: "helpdesk-bot", verdict: "allow", state: "intent", fields: { to: "jordan@acme.com" }, ...record });
const deny = (record: Partial<AuditRecord> = {}) =>
	gateway.log({
		agent: "helpdesk-bot",
		verdict: "deny",
		state: "denied",
		matched_guard: "approved-domains",
		reason_code: "guard_denied",
		reason: "recipient domain 'gmail.com' not in allowlist",
		facts: [
			{
				guard: "approved-domains",
				when: false,
				took: "deny",
				saw: { "to.domain": "gmail.com" },
				detail: "domain gmail.com not allowed",
			},
		],
		fields: { to: "eve@gmail.com" },
		...record,
	});

function productPage(): void {
	const sent = allow({ time: at(14, 2, 11) });
	gateway.log({ ...sent, seq: 2, state: "executed" });
	deny({ time: at(14, 2, 39) });
	allow({ time: at(14, 3, 2), action: "mail.read", fields: { folder: "inbox", limit: 20 } });
}

const bodyOf = (stdout: string) => stdout.trimEnd().split("\n").slice(1);
const details = (stdout: string) => bodyOf(stdout).map((line) => line.split(/ {2,}/).slice(4).join("  "));

test("prints the table of the product page", async () => {
	productPage();
	const expected = `TIME      AGENT         ACTION      VERDICT  DETAIL
14:02:11  helpdesk-bot  mail.send   allow    to=jordan@acme.com
14:02:39  helpdesk-bot  mail.send   deny     domain gmail.com not allowed
14:03:02  helpdesk-bot  mail.read   allow    folder=inbox limit=20
`;
	expect(await cli("audit tail")).toEqual({ exit: 0, stdout: expected, stderr: "" });
	expect((await cli("audit tail", { terminal: 80, env: { NO_COLOR: "1" } })).stdout).toBe(expected);
});

test("colours the verdict on a terminal, and nothing in a pipe", async () => {
	productPage();
	const { stdout } = await cli("audit tail", { terminal: 80 });
	expect(stdout).toContain("\u001b[31mdeny   \u001b[39m  domain");
	expect((await cli("audit tail", { env: { TERM: "xterm" } })).stdout).not.toContain("\u001b");
});

describe("rows", () => {
	test("what came of an act later has a row of its own, a success has none", async () => {
		const act = (act_id: string, states: Partial<AuditRecord>[]) => {
			for (const state of states) gateway.log({ agent: "bot", act_id, ...state });
		};
		act("act_a", [
			{ state: "intent", verdict: "allow" },
			{ state: "failed", upstream_status: 550 },
		]);
		act("act_b", [{ state: "intent", verdict: "allow" }, { state: "unknown" }]);
		act("act_c", [
			{ state: "held", verdict: "review", reason: "501 calls" },
			{ state: "released" },
			{ state: "intent" },
			{ state: "executed" },
		]);
		act("act_d", [
			{ state: "held", verdict: "review", reason: "502 calls" },
			{ state: "denied", verdict: "deny", reason: "not today" },
		]);
		act("act_e", [
			{ state: "held", verdict: "review", reason: "503 calls" },
			{ state: "expired", verdict: "review" },
		]);
		const { stdout } = await cli("audit tail");
		expect(bodyOf(stdout).map((line) => line.split(/ {2,}/).slice(3))).toEqual([
			["allow"],
			["allow", "failed upstream_status=550"],
			["allow"],
			["allow", "unknown"],
			["review", "501 calls"],
			["review", "released"],
			["review", "502 calls"],
			["deny", "denied: not today"],
			["review", "503 calls"],
			["review", "expired"],
		]);
	});

	test("a review's denial is told by its verdict where the hold is out of sight", async () => {
		gateway.log({ act_id: "act_a", state: "denied", verdict: "review" });
		allow();
		expect(details((await cli("audit tail -n 1")).stdout)).toEqual(["to=jordan@acme.com"]);
		expect(details((await cli("audit tail -n 5")).stdout)).toEqual(["denied", "to=jordan@acme.com"]);
	});

	test("a denial without a phrase shows its reason, a guard in shadow does not speak", async () => {
		deny({ facts: [] });
		deny({ facts: [{ guard: "approved-domains", when: false, took: "deny", saw: {}, detail: "shadowed", shadow: true }] });
		deny({ facts: undefined, matched_guard: undefined, reason: undefined, reason_code: "not_in_scope" });
		const reason = "recipient domain 'gmail.com' not in allowlist";
		expect(details((await cli("audit tail")).stdout)).toEqual([reason, reason, "not_in_scope"]);
	});

	test("calls above the admission limit are one row, with their number", async () => {
		const reason = "1234 calls refused, limit 500 calls a second";
		const fields = { count: 1234, since: at(14, 2, 1), until: at(14, 2, 10) };
		deny({ action: "*", reason_code: "admission_limit", reason, fields, matched_guard: undefined, facts: undefined });
		const { stdout } = await cli("audit tail");
		expect(bodyOf(stdout)[0]).toMatch(/ helpdesk-bot +\* +deny +1234 calls refused, limit 500 calls a second$/);
	});

	test("values that could be taken for more are quoted, lists are joined, what was kept off the log shows no more than that", async () => {
		allow({
			fields: {
				to: ["a@acme.com", "b@acme.com"],
				folder: "inbox limit=999",
				empty: "",
				on: true,
				note: { type: "string", length: 12, digest: "d" },
				nested: { a: 1 },
			},
		});
		expect(details((await cli("audit tail")).stdout)).toEqual([
			'to=a@acme.com,b@acme.com folder="inbox limit=999" empty="" on=true note=<string of 12, not logged> nested={"a":1}',
		]);
	});

	test("administrative acts are there with --all", async () => {
		allow();
		gateway.log({ kind: "admin", action: "role.apply", state: "done", fields: { role: "support-agent", rev: 2 } });
		expect(details((await cli("audit tail")).stdout)).toEqual(["to=jordan@acme.com"]);
		expect(bodyOf((await cli("audit tail --all -o csv")).stdout).at(-1)).toBe(
			'2026-11-22T14:00:02.000Z,2,act_2,,role.apply,,done,,,"role=support-agent rev=2"',
		);
		expect(bodyOf((await cli("audit tail --all")).stdout).at(-1)).toMatch(
			/^\S+ {2}- {13}role\.apply {2}- {8}role=support-agent rev=2$/,
		);
	});
});

describe("how much", () => {
	test("the last 20 acts, oldest first, -n as many, --since all since then", async () => {
		for (let i = 0; i < 250; i++) {
			const record = allow({ act_id: `act_${i}`, fields: { n: i } });
			gateway.log({ ...record, seq: gateway.records.length + 1, state: "executed" });
		}
		const numbers = async (line: string) => details((await cli(line)).stdout).map((detail) => Number(detail.slice(2)));
		expect(await numbers("audit tail")).toEqual(Array.from({ length: 20 }, (_, i) => 230 + i));
		expect((await numbers("audit tail -n 150"))[0]).toBe(100);
		expect(await numbers("audit tail -n 1")).toEqual([249]);
		expect((await numbers("audit tail -n 9999")).length).toBe(250);
		expect((await numbers("audit tail --since 2026-11-22T00:00:00Z")).length).toBe(250);
		expect((await cli("audit tail -n 0")).stdout).toBe("TIME      AGENT         ACTION      VERDICT  DETAIL\n");
	});

	test("--since and --until may be the same moment, whatever the zone", async () => {
		const ran = await cli("audit tail --since 2026-11-22T15:00:02+01:00 --until 2026-11-22T14:00:02Z");
		expect([ran.exit, ran.stderr]).toEqual([0, ""]);
	});

	test("filters go to the gateway, moments as UTC", async () => {
		const now = new Date("2026-11-22T14:00:00Z");
		await cli(
			[
				"audit",
				"tail",
				"--agent",
				"a",
				"--action",
				"mail.send",
				"--verdict",
				"deny",
				"--since",
				"90m",
				"--until",
				"2026-11-22T15:00:00+01:00",
				"--text",
				"x y",
			],
			{ now },
		);
		expect(Object.fromEntries(gateway.seen[0]?.query ?? [])).toEqual({
			agent: "a",
			action: "mail.send",
			verdict: "deny",
			since: "2026-11-22T12:30:00.000Z",
			until: "2026-11-22T14:00:00.000Z",
			text: "x y",
			kind: "action",
			order: "desc",
			limit: "100",
		});
	});

	test.each([
		["audit tail --since yesterday", "--since yesterday is not a time"],
		["audit tail --since 2026-13-01T00:00:00Z", "is not a time"],
		["audit tail --since 2099-01-01T00:00:00Z", "--since 2099-01-01T00:00:00Z is in the future\n  Say how long ago"],
		["audit tail -f --since 2099-01-01T00:00:00Z", "is in the future"],
		["audit tail -n many", "-n many is not a number of acts"],
		["audit tail --verdict maybe", "Allowed choices are allow, deny, review."],
		["audit tail -f -o json", "-f never ends, and a JSON array must"],
		[
			"audit tail --since 1h --until 2d",
			"--since 1h is later than --until 2d: nothing lies between them\n  Swap them: --since 2d --until 1h\n",
		],
		["audit tail --since 2026-11-22T14:00:00+01:00 --until 2026-11-22T12:59:59Z", "is later than --until 2026-11-22T12:59:59Z"],
		["audit tail -f --until 1h", "-f and --until contradict each other"],
	])("%s is a usage error", async (line, message) => {
		expect(await cli(line)).toEqual({ exit: 2, stdout: "", stderr: expect.stringContaining(message) });
	});
});

describe("what an attacker writes into a field", () => {
	const HOSTILE = "x\u001b[2K\r\nforged\u202etxt\u009b31m\u200b\u{e0041}=1";

	test("is printed escaped in the table", async () => {
		allow({ agent: "bot\u001b[1m", fields: { to: HOSTILE } });
		const { stdout } = await cli("audit tail", { terminal: 200, env: { NO_COLOR: "1" } });
		expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
		expect(stdout.trimEnd().split("\n").length).toBe(2);
		expect(stdout).toContain("bot\\x1b[1m");
	});

	test("is the same value for a program, and still nothing that a terminal obeys", async () => {
		allow({ fields: { to: HOSTILE } });
		const { stdout } = await cli("audit tail -o ndjson");
		expect(stdout).toMatch(/^[\x20-\x7e]*\n$/);
		expect(JSON.parse(stdout).fields.to).toBe(HOSTILE);
		expect(JSON.parse((await cli("audit tail -o json")).stdout)).toEqual(gateway.records);
	});

	test.each(["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\t=1", "\r=1", "＝1"])("%j starts no formula in CSV", async (reason) => {
		deny({ facts: [], reason });
		const row = bodyOf((await cli("audit tail -o csv")).stdout)[0] ?? "";
		expect(row.split(",").at(-1)).toMatch(/^"?'/);
	});

	test("does not break a CSV row", async () => {
		deny({ facts: [], reason: 'a,"b"\nc;d' });
		const { stdout } = await cli("audit tail -o csv");
		expect(stdout).toBe(
			"time,seq,act_id,agent,action,verdict,state,matched_guard,reason_code,detail\n" +
				'2026-11-22T14:00:01.000Z,1,act_1,helpdesk-bot,mail.send,deny,denied,approved-domains,guard_denied,"a,""b""\\nc;d"\n',
		);
	});
});

test("a table fits its terminal, and is whole in a pipe", async () => {
	allow({ fields: { to: "x".repeat(100) } });
	const shown = bodyOf((await cli("audit tail", { terminal: 80, env: { NO_COLOR: "1" } })).stdout)[0];
	expect([shown?.length, shown?.endsWith("x…")]).toEqual([80, true]);
	expect(bodyOf((await cli("audit tail")).stdout)[0]).toContain("x".repeat(100));
});

describe("-f", () => {
	/** Follows until a text was written, having done each step when the one before was seen. */
	const following = (line: string, steps: [seen: string, then: () => unknown][]) =>
		cli(line, {
			during(interrupt, written) {
				const timer = setInterval(() => {
					const [step] = steps;
					if (step === undefined) {
						clearInterval(timer);
						interrupt();
					} else if (written().includes(step[0])) {
						steps.shift();
						step[1]();
					}
				}, 10);
			},
		});

	test("goes on with what happens, each once, and ends well on Ctrl-C", async () => {
		allow({ fields: { n: 1 } });
		const ran = await following("audit tail -f", [
			[
				"n=1",
				() => [
					allow({ fields: { n: 2 } }),
					gateway.log({ agent: "an-agent-with-a-long-name", verdict: "deny", state: "denied", reason: "n=3" }),
				],
			],
			["n=3", () => deny({ facts: [], reason: "n=4" })],
			["n=4", () => undefined],
		]);
		expect(ran.exit).toBe(0);
		expect(ran.stderr).toBe("");
		expect(ran.stdout.match(/n=\d/g)).toEqual(["n=1", "n=2", "n=3", "n=4"]);
		const [, , third, fourth] = bodyOf(ran.stdout);
		expect(third?.indexOf("mail.send")).toBe(fourth?.indexOf("mail.send"));
	});

	test("asks only for what is new", async () => {
		allow({ fields: { n: 1 } });
		await following("audit tail -f -n 0 --agent helpdesk-bot", [
			["TIME", () => allow({ fields: { n: 2 } })],
			["n=2", () => undefined],
		]);
		const { order, after_seq, agent, kind } = Object.fromEntries(gateway.seen.at(-1)?.query ?? []);
		expect({ order, agent, kind }).toEqual({ order: "asc", agent: "helpdesk-bot", kind: "action" });
		expect(["1", "2"]).toContain(after_seq);
	});

	test("survives a restart of the gateway without a gap or a duplicate, and says so once", async () => {
		allow({ fields: { n: 1 } });
		const ran = await following("audit tail -f -o ndjson", [
			['"n":1', () => gateway.stop()],
			["Lost the gateway", () => setTimeout(() => [allow({ fields: { n: 2 } }), gateway.start()], 1_500)],
			['"n":2', () => undefined],
		]);
		expect(ran.exit).toBe(0);
		expect(
			ran.stdout
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line).fields.n),
		).toEqual([1, 2]);
		expect(ran.stderr).toBe(
			`Lost the gateway at ${gateway.url}; following goes on when it is back. Ctrl-C ends it.\nThe gateway is back.\n`,
		);
	}, 20_000);

	test("says that the gateway is back also where it went away before it was asked for a stream, and has none", async () => {
		allow({ fields: { n: 1 } });
		let streams = 0;
		gateway.route = ({ path }) => (path === "/v1/audit/stream" && ++streams === 1 ? { status: 200, hangUp: true } : undefined);
		const ran = await following("audit tail -f -o ndjson", [
			["Lost the gateway", () => allow({ fields: { n: 2 } })],
			['"n":2', () => undefined],
		]);
		expect([ran.exit, ran.stderr.split("\n").slice(1)]).toEqual([0, ["The gateway is back.", ""]]);
		expect(ran.stdout.match(/"n":\d/g)).toEqual(['"n":1', '"n":2']);
	});

	test("waits out a gateway that is not ready, and reads more than one page at a time", async () => {
		allow({ fields: { n: 0 } });
		const ran = await following("audit tail -f -o csv -n 1", [
			[
				"n=0",
				() => {
					gateway.once.push(problem(503, "not_ready", "starting"), problem(503, "not_ready", "starting"));
					for (let n = 1; n <= 250; n++) allow({ fields: { n } });
				},
			],
			["n=250", () => undefined],
		]);
		expect(ran.stdout.match(/n=\d+/g)).toEqual(Array.from({ length: 251 }, (_, n) => `n=${n}`));
		expect(ran.stderr.split("\n").length).toBeLessThanOrEqual(3);
	}, 20_000);

	test("ends with exit code 4 when the key is no longer taken", async () => {
		let asked = 0;
		gateway.route = () => (++asked > 1 ? problem(401, "unauthenticated", "the key is not known") : undefined);
		const ran = await cli("audit tail -f");
		expect([ran.exit, ran.stderr]).toEqual([4, expect.stringContaining("The gateway did not take the key")]);
	});
});
