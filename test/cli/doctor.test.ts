import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { ADMIN_KEY, ContractGateway, problem, type Reply } from "../sdk/contract-gateway.ts";
import { type Circumstances, cliIn, freshFolder } from "./run-cli.ts";

const NOW = new Date("2026-11-22T14:00:00Z");
const gateway = new ContractGateway();
let folder: string;
let config: string;
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
beforeEach(() => {
	gateway.once.length = 0;
	gateway.route = health({});
	folder = freshFolder();
	config = join(folder, "config.json");
});

/** Answers /healthz, with a clock that is off by so many seconds. */
function health({ skewSeconds = 0, version, reply }: { skewSeconds?: number; version?: string; reply?: Reply }) {
	const date = new Date(NOW.getTime() + skewSeconds * 1_000).toUTCString();
	return (seen: { path: string }) =>
		seen.path === "/healthz" ? (reply ?? { status: 200, headers: { date }, body: { status: "ok", version } }) : undefined;
}
const doctor = (circumstances: Circumstances = {}, line = "doctor") =>
	cliIn(folder)(line, { now: NOW, ...circumstances, env: { HIVEKEY_URL: gateway.url, ...circumstances.env } });
const loggedIn = { env: { HIVEKEY_KEY: ADMIN_KEY } };
const store = (mode: number) => {
	writeFileSync(config, JSON.stringify({ current: "prod", profiles: { prod: { url: gateway.url, key: ADMIN_KEY } } }));
	chmodSync(config, mode);
};

test("where all is well it says so, check by check", async () => {
	store(0o600);
	gateway.route = health({ version: "0.2.0" });
	expect(await doctor({ env: { HIVEKEY_URL: "" } })).toEqual({
		exit: 0,
		stdout: `✓ config    ${config} · prod
✓ address   ${gateway.url} (from the profile) answers
✓ clock     agrees with the gateway's
✓ key       key_1 of root (from the profile) · acme-corp · workspace prod · admin
✓ versions  CLI 0.0.0-test · Node.js 24.0.0 · gateway 0.2.0
✓ log       readable
`,
		stderr: "",
	});
});

test("is JSON for programs", async () => {
	const findings = JSON.parse((await doctor(loggedIn, "doctor -o json")).stdout);
	expect(findings.map((one: { check: string; status: string }) => `${one.check} ${one.status}`)).toEqual([
		"config ok",
		"address ok",
		"clock ok",
		"key ok",
		"versions ok",
		"log ok",
	]);
});

test("a config file that others can read is a failure with the command that closes it", async () => {
	store(0o644);
	const ran = await doctor();
	expect([ran.exit, ran.stdout]).toEqual([
		1,
		expect.stringContaining(
			`✗ config    ${config} has mode 0644: others on this machine can read the keys in it\n            chmod 600 ${config}\n`,
		),
	]);
	expect(ran.stderr).toContain("error: 1 of 6 checks failed\n  See to it in this order: config.\n");
});

test("a broken config file, and a profile that is not there", async () => {
	writeFileSync(config, "{", { mode: 0o600 });
	expect((await doctor()).stdout).toMatch(/^✗ config {4}The config file .* is broken: it is not JSON\n.*\n✓ versions/);
	store(0o600);
	const ran = await doctor({}, "doctor --profile nope");
	expect([ran.exit, ran.stdout]).toEqual([1, expect.stringContaining("✗ address   There is no profile `nope`\n")]);
});

test.each([
	[-32, "! clock     31 s ahead of the gateway's"],
	[-29, "✓ clock     agrees"],
	[29, "✓ clock     agrees"],
	[32, "! clock     32 s behind the gateway's"],
	[3_600, "! clock     3600 s behind the gateway's"],
])("a clock that is off by %i s is told as it is: %s", async (skewSeconds, told) => {
	gateway.route = health({ skewSeconds });
	const ran = await doctor(loggedIn);
	expect([ran.exit, ran.stdout]).toEqual([0, expect.stringContaining(told)]);
});

test("a gateway that does not run, is not ready, or is none", async () => {
	const gone = await new ContractGateway().start();
	await gone.stop();
	const ran = await doctor({ env: { ...loggedIn.env, HIVEKEY_URL: gone.url } });
	expect([ran.exit, ran.stdout]).toEqual([
		1,
		expect.stringContaining(`✗ address   ${gone.url} (from HIVEKEY_URL) cannot be reached: ECONNREFUSED\n`),
	]);
	expect(ran.stdout).not.toContain(" key ");
	gateway.route = health({ reply: problem(503, "not_ready", "apply the migrations") });
	expect((await doctor(loggedIn)).stdout).toContain("answered 503: apply the migrations\n");
	gateway.route = health({ reply: { status: 200, raw: "<html>" } });
	expect((await doctor(loggedIn)).stdout).toContain("Is that a HiveKey gateway?");
	expect((await doctor({ ...loggedIn, env: { ...loggedIn.env, HIVEKEY_URL: "gateway" } })).exit).toBe(1);
});

test("no key, a wrong one, and one that may not read the log", async () => {
	const none = await doctor();
	expect([none.exit, none.stdout]).toEqual([1, expect.stringContaining("✗ key       there is none\n            Log in")]);
	const wrong = await doctor({ env: { HIVEKEY_KEY: "hk_live_wrong" } });
	expect([wrong.exit, wrong.stdout]).toEqual([1, expect.stringContaining("✗ key       The gateway did not take the key")]);
	const agents = await doctor({ env: { HIVEKEY_KEY: "hk_agt_x" } });
	expect([agents.exit, agents.stdout]).toEqual([1, expect.stringContaining("✗ key       That is an agent's token")]);
	const all = gateway.route;
	gateway.route = (seen) =>
		seen.path === "/v1/audit" ? problem(403, "missing_scope", "this key lacks the scope audit") : all(seen);
	const narrow = await doctor(loggedIn);
	expect([narrow.exit, narrow.stdout]).toEqual([0, expect.stringContaining("! log       this key lacks the scope audit\n")]);
});
