/** The CLI as users meet it: built, laid out as its package is, run as a process of its own. */
import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN_KEY, ContractGateway } from "../sdk/contract-gateway.ts";
import { DENIED } from "../sdk/verdicts.ts";
import { builtCli } from "../support/built.ts";
import { freshFolder } from "./run-cli.ts";

const CLI = fileURLToPath(new URL("../../cli/", import.meta.url));
const installed = join(freshFolder(), "node_modules", "@hivekey", "cli");
const bin = join(installed, "bin", "hivekey.mjs");
const gateway = new ContractGateway();

beforeAll(async () => {
	cpSync(await builtCli(), installed, { recursive: true });
	await gateway.start();
});
afterAll(() => gateway.stop());

interface Finished {
	exit: number | null;
	stdout: string;
	stderr: string;
}

function start(args: string[], env: Record<string, string> = {}) {
	const home = freshFolder();
	const path = process.env.PATH ?? "";
	const child = spawn(process.execPath, [bin, ...args], {
		env: {
			PATH: path,
			HOME: home,
			HIVEKEY_CONFIG: join(home, "config.json"),
			HIVEKEY_URL: gateway.url,
			HIVEKEY_KEY: ADMIN_KEY,
			...env,
		},
	});
	const written = { stdout: "", stderr: "" };
	child.stdout.on("data", (data) => (written.stdout += data));
	child.stderr.on("data", (data) => (written.stderr += data));
	const finished = new Promise<Finished>((resolve) => child.on("close", (exit) => resolve({ exit, ...written })));
	return { child, written, finished };
}
const hivekey = (args: string, env?: Record<string, string>) => start(args.split(" "), env).finished;

test("needs nothing but itself at run time", () => {
	const { dependencies, files, bin: bins } = JSON.parse(readFileSync(join(CLI, "package.json"), "utf8"));
	expect([dependencies, files, bins]).toEqual([undefined, ["bin", "dist"], { hivekey: "bin/hivekey.mjs" }]);
	expect(readFileSync(join(installed, "dist", "THIRD-PARTY-LICENSES.txt"), "utf8")).toMatch(
		/^commander 13[\s\S]*^yaml 2[\s\S]*^zod 4/m,
	);
});

test("ships the schemas of policy files", async () => {
	const schemas = ["connector", "list", "policy", "role-test", "role", "sink"].map((name) => `${name}.schema.json`);
	expect(readdirSync(join(installed, "dist", "schemas")).sort()).toEqual(schemas.sort());
	expect(readFileSync(join(installed, "dist", "schemas", "policy.schema.json"), "utf8")).toBe(
		(await hivekey("role schema")).stdout,
	);
});

test("says its version, without loading anything", async () => {
	const { version } = JSON.parse(readFileSync(join(CLI, "package.json"), "utf8"));
	expect(await hivekey("--version")).toEqual({ exit: 0, stdout: `${version}\n`, stderr: "" });
	expect((await hivekey("whoami --version")).stdout).toBe(`${version}\n`);
});

test.each<[string, string, Record<string, string>, number]>([
	["a success", "whoami", {}, 0],
	["help", "role apply --help", {}, 0],
	["a role that is not there", "role get nobody", {}, 1],
	["a gateway that is not there", "whoami --url http://127.0.0.1:1", {}, 1],
	["a command that is not there", "roel list", {}, 2],
	["a noun alone", "role", {}, 2],
	["no key", "whoami", { HIVEKEY_KEY: "" }, 4],
	["a wrong key", "whoami", { HIVEKEY_KEY: "hk_live_wrong" }, 4],
])("%s: `hivekey %s` exits with its code", async (_name, args, env, exit) => {
	expect((await hivekey(args, env)).exit).toBe(exit);
});

test("a denial by policy is exit code 3", async () => {
	gateway.once.push({ status: 403, body: DENIED });
	const ran = await hivekey("role list");
	expect([ran.exit, ran.stdout]).toEqual([3, ""]);
});

test("a pipe gets no colour and no tick, FORCE_COLOR brings colour, NO_COLOR beats it", async () => {
	gateway.log({ agent: "bot", verdict: "deny", state: "denied", reason: "no" });
	expect((await hivekey("audit tail")).stdout).not.toContain("\u001b");
	expect((await hivekey("audit tail", { FORCE_COLOR: "1" })).stdout).toContain("\u001b[31mdeny");
	expect((await hivekey("audit tail", { FORCE_COLOR: "1", NO_COLOR: "1" })).stdout).not.toContain("\u001b");
	expect((await hivekey("role get x")).stderr).not.toContain("\u001b");
});

test("parses YAML, which it loads only then", async () => {
	const { child, finished } = start(["role", "apply", "-f", "-"]);
	child.stdin.end("kind: Role\nmetadata: { name: support-agent }\n");
	expect(await finished).toEqual({ exit: 0, stdout: "Role support-agent created · rev 1 · 2 grants\n", stderr: "" });
});

test("following ends with exit code 0 on Ctrl-C", async () => {
	const { child, written, finished } = start(["audit", "tail", "-f"]);
	while (!written.stdout.includes("TIME")) await new Promise((resolve) => setTimeout(resolve, 20));
	await new Promise((resolve) => setTimeout(resolve, 100));
	child.kill("SIGINT");
	const ran = await finished;
	expect([ran.exit, ran.stderr]).toEqual([0, ""]);
});

test("a reader that leaves early is no failure", async () => {
	for (let i = 0; i < 2_000; i++) gateway.log({ agent: "bot", verdict: "allow", fields: { text: "x".repeat(200) } });
	const { child, written } = start(["audit", "tail", "-n", "2000", "-o", "ndjson"]);
	child.stdout.once("data", () => child.stdout.destroy());
	const exit = await new Promise((resolve) => child.on("exit", resolve));
	expect([exit, written.stderr]).toEqual([0, ""]);
});

test("a checkout that is not built yet says what to do", async () => {
	const copy = join(freshFolder(), "cli");
	cpSync(installed, copy, { recursive: true });
	rmSync(join(copy, "dist"), { recursive: true });
	const child = spawn(process.execPath, [join(copy, "bin", "hivekey.mjs"), "whoami"]);
	let stderr = "";
	child.stderr.on("data", (data) => (stderr += data));
	const exit = await new Promise((resolve) => child.on("close", resolve));
	expect([exit, stderr]).toEqual([1, "hivekey is not built yet.\n  Run `npm run build` in the checkout first.\n"]);
});
