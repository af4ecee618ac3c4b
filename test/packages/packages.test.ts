/** The packages as users meet them: installed from their tarballs, run on every Node that they promise to run on. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CreatedWorkspace, HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { RealGateway } from "../sdk/real-gateway.ts";
import { bundledSize, runInWorkerd } from "./bundled.ts";
import { NODE_VERSIONS, nodeBinary } from "./node-versions.ts";
import { type Finished, type Packed, packAndInstall, runOn } from "./packed.ts";
import { publishingProblems } from "./publishing.ts";

const ROLE = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: support-agent }
scope: { allow: [mail.read, mail.send] }
guards:
  - id: approved-domains
    action: mail.send
    when: { field: to.domain, in: [acme.com] }
`;

/** The tour's snippet, to the letter, and the three values that it takes. */
const TOUR = `const [to, subject, body] = ["jordan@acme.com", "Hi", "…"];
import { HiveKey } from "@hivekey/sdk";

const hk = new HiveKey(process.env.HK_AGENT_TOKEN);
await hk.actions.run("mail.send", { to, subject, body });
`;

const AGENT = `import { DeniedError, HiveKey } from "@hivekey/sdk";

const hk = new HiveKey(process.env.HK_AGENT_TOKEN);
const allowed = await hk.actions.run("mail.send", { to: "jordan@acme.com", subject: "Hi", body: "…" });
const denied = await hk.actions.run("mail.send", { to: "eve@gmail.com", subject: "Hi", body: "…" }).catch((error) => error);
console.log(JSON.stringify({
	verdict: allowed.verdict,
	queued: allowed.result.queued,
	denied: denied instanceof DeniedError,
	reason: denied.reason,
}));
`;

const TYPED = `import { type AllowBody, DeniedError, HiveKey, HiveKeyAdmin, HiveKeyRoot } from "@hivekey/sdk";

export const body: Promise<AllowBody<{ message_id: string }>> = new HiveKey("hk_agt_x").actions.run("mail.send", {});
export const token: Promise<string> = new HiveKeyAdmin("x").agents.tokens.create("bot").then((made) => made.token);
export const workspaces = new HiveKeyRoot("x").workspaces;
declare const env: { HK_AGENT_TOKEN: string | undefined; HIVEKEY_URL: string | undefined };
export const hk = new HiveKey(env.HK_AGENT_TOKEN, { baseUrl: env.HIVEKEY_URL });
export const isDenied = (error: unknown): boolean => error instanceof DeniedError && error.retryable;
// @ts-expect-error a role is no number
new HiveKeyAdmin("x").agents.change("bot", { role: 1 });
`;

const KNOWING = `import { HiveKey } from "@hivekey/sdk";

const hk = new HiveKey("hk_agt_x");
export const done = hk.actions.run("mail.send", { to: ["jordan@acme.com"], subject: "Hi", body: "x" });
export const read = hk.actions.run("mail.read");
export const typed: Promise<{ result: { queued: boolean } }> = hk.actions.run<{ queued: boolean }>("mail.send", { to: "a@acme.com", subject: "Hi", body: "x" });
// @ts-expect-error no such action
hk.actions.run("mail.sent", {});
// @ts-expect-error a subject is a text
hk.actions.run("mail.send", { to: "jordan@acme.com", subject: 7, body: "x" });
// @ts-expect-error no body
hk.actions.run("mail.send", { to: "jordan@acme.com", subject: "Hi" });
`;

const WORKER = `import { DeniedError, HiveKey } from "@hivekey/sdk";

export default {
	async fetch(request, env) {
		const hk = new HiveKey(env.HK_AGENT_TOKEN, { baseUrl: env.HIVEKEY_URL });
		const actions = (await hk.actions.list()).items.map(({ name }) => name);
		const error = await hk.actions.run("mail.send", { to: "eve@gmail.com", subject: "Hi", body: "x" }).catch((caught) => caught);
		return Response.json({ actions, denied: error.name, id: error instanceof DeniedError ? error.id : null });
	},
};
`;

const gateway = new RealGateway();
let packed: Packed;
beforeAll(async () => {
	const [made] = await Promise.all([packAndInstall(), gateway.start(), ...NODE_VERSIONS.map(nodeBinary)]);
	packed = made;
	writeFileSync(join(packed.folder, "support-agent.yaml"), ROLE);
	writeFileSync(join(packed.folder, "tour.mjs"), TOUR);
	writeFileSync(join(packed.folder, "calls.mjs"), AGENT);
}, 240_000);
afterAll(async () => {
	await packed?.remove();
});

/** What the compiler has to say, strictly, about files that resolve packages as Node does. */
function compile(folder: string, ...files: string[]): string {
	const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
	const flags = [
		"--noEmit",
		"--strict",
		"--exactOptionalPropertyTypes",
		"--module",
		"nodenext",
		"--target",
		"es2022",
		"--lib",
		"es2022,dom",
		"--types",
		"",
	];
	try {
		execFileSync(process.execPath, [tsc, ...flags, ...files], { cwd: folder });
		return "";
	} catch (error) {
		return String((error as { stdout?: Buffer }).stdout);
	}
}

describe("the tarballs", () => {
	test("hold what is published, and no sources", () => {
		const of = (name: string) => packed.files.get(name) ?? [];
		const beside = (name: string) => of(name).filter((path) => !path.startsWith("dist/"));
		expect(beside("@hivekey/sdk").sort()).toEqual(["LICENSE", "README.md", "package.json"]);
		expect(beside("@hivekey/cli").sort()).toEqual(["LICENSE", "README.md", "bin/hivekey.mjs", "package.json"]);
		expect(of("@hivekey/sdk")).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts"]));
		expect(of("@hivekey/cli")).toEqual(expect.arrayContaining(["dist/main.mjs", "dist/THIRD-PARTY-LICENSES.txt"]));
	});

	test("need no other package, and are built when they are packed", () => {
		for (const name of ["@hivekey/sdk", "@hivekey/cli"]) {
			const { dependencies, scripts, engines } = JSON.parse(
				readFileSync(join(packed.folder, "node_modules", name, "package.json"), "utf8"),
			);
			expect([dependencies, scripts.prepack, engines.node]).toEqual([undefined, "node build.mjs", ">=18"]);
		}
	});

	test("carry types that a program compiles with", () => {
		writeFileSync(join(packed.folder, "typed.mts"), TYPED);
		expect(compile(packed.folder, "typed.mts")).toBe("");
	});

	test("know a role's actions once `hivekey types` has written them", async () => {
		const { key } = await gateway.makeWorkspace();
		await new HiveKeyAdmin(key, { baseUrl: gateway.url }).roles.put("support-agent", ROLE);
		const env = { HIVEKEY_CONFIG: join(packed.folder, "none.json"), HIVEKEY_URL: gateway.url, HIVEKEY_KEY: key };
		const { stdout, stderr } = await runOn(process.execPath, ["hivekey", "types"], packed.folder, env);
		expect(stderr).toBe("");
		writeFileSync(join(packed.folder, "actions.d.ts"), stdout);
		writeFileSync(join(packed.folder, "knowing.mts"), KNOWING);
		expect(compile(packed.folder, "knowing.mts", "actions.d.ts")).toBe("");
	});

	test("give publint and Are The Types Wrong nothing to say", async () => {
		expect(await publishingProblems(packed.tarballs.get("@hivekey/sdk") ?? "")).toEqual([]);
		expect(await publishingProblems(packed.tarballs.get("@hivekey/cli") ?? "")).toEqual([]);
	});

	test("cost a program that imports HiveKey alone less than 10 KB", async () => {
		const bytes = await bundledSize(
			packed.folder,
			'import { HiveKey } from "@hivekey/sdk"; globalThis.hk = new HiveKey("hk_agt_x");',
		);
		expect(bytes).toBeLessThan(10_000);
	});
});

test("the README of the SDK leads from its installation to a denied action", async () => {
	const { key } = await gateway.makeWorkspace();
	const readme = readFileSync(join(packed.folder, "node_modules/@hivekey/sdk/README.md"), "utf8");
	const [, start = ""] = readme.split("## ");
	const blocks = [...start.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language, text = ""]) => ({ language, text }));
	const [install, login, agent, ran, output] = blocks;
	expect(blocks.map(({ language }) => language)).toEqual(["shell", "shell", "js", "shell", ""]);
	expect(install?.text).toBe("npm install @hivekey/sdk\nnpm install -g @hivekey/cli\n");
	writeFileSync(join(packed.folder, "agent.mjs"), agent?.text ?? "");
	const script = `set -eu\n${login?.text.replace("hk_live_…", key)}\n${ran?.text}`;
	const env = { HIVEKEY_CONFIG: join(packed.folder, "readme.json"), HIVEKEY_URL: gateway.url };
	const finished = await runOn(process.execPath, ["bash", "-c", script], packed.folder, env);
	expect([finished.exit, finished.stdout.split("\n").slice(-2).join("\n")]).toEqual([0, output?.text]);
});

test("the SDK runs in workerd", async () => {
	const { key } = await gateway.makeWorkspace();
	const admin = new HiveKeyAdmin(key, { baseUrl: gateway.url });
	await admin.roles.put("support-agent", ROLE);
	const { token } = await admin.agents.create({ name: "helpdesk-bot", role: "support-agent" });
	expect(await runInWorkerd(packed.folder, WORKER, { HK_AGENT_TOKEN: token, HIVEKEY_URL: gateway.url })).toEqual({
		actions: ["mail.read", "mail.send"],
		denied: "DeniedError",
		id: expect.stringMatching(/^act_/),
	});
});

describe.each(NODE_VERSIONS)("on Node.js %s", (major) => {
	let node: string;
	let workspace: CreatedWorkspace;
	beforeAll(async () => {
		node = await nodeBinary(major);
		workspace = await gateway.makeWorkspace();
	});

	const run = (command: string[], env: Record<string, string> = {}): Promise<Finished> =>
		runOn(node, command, packed.folder, {
			HIVEKEY_CONFIG: join(packed.folder, `config-${major}.json`),
			HIVEKEY_URL: gateway.url,
			HIVEKEY_KEY: workspace.key,
			...env,
		});
	const hivekey = (line: string) => run(["hivekey", ...line.split(" ")]);

	test("this is the Node that runs", async () => {
		expect((await run(["node", "--version"])).stdout).toMatch(new RegExp(`^v${major}\\.`));
	});

	test("the CLI says its version", async () => {
		const { version } = JSON.parse(readFileSync(join(packed.folder, "node_modules/@hivekey/cli/package.json"), "utf8"));
		expect(await hivekey("--version")).toEqual({ exit: 0, stdout: `${version}\n`, stderr: "" });
	});

	test("the CLI takes a role from a file to an agent, the SDK runs under it, and the log has it all", async () => {
		expect(await hivekey("whoami")).toMatchObject({
			exit: 0,
			stderr: "",
			stdout: expect.stringContaining(workspace.workspace_id),
		});
		expect(await hivekey("role validate support-agent.yaml")).toEqual({
			exit: 0,
			stdout: "Role support-agent is valid · support-agent.yaml\n",
			stderr: "",
		});
		expect(await hivekey("role apply -f support-agent.yaml")).toEqual({
			exit: 0,
			stdout: "Role support-agent created · rev 1 · 2 grants\n",
			stderr: "",
		});
		expect((await hivekey(`mailbox create helpdesk-${major}@acme.com`)).exit).toBe(0);
		const created = await hivekey("agent create helpdesk-bot --role support-agent");
		expect([created.exit, created.stdout]).toEqual([0, expect.stringMatching(/^hk_agt_\w+\n$/)]);

		const toured = await run(["node", "tour.mjs"], { HK_AGENT_TOKEN: created.stdout.trim() });
		expect([toured.exit, toured.stdout]).toEqual([0, ""]);
		const ran = await run(["node", "calls.mjs"], { HK_AGENT_TOKEN: created.stdout.trim() });
		expect({ ...ran, stderr: ran.stderr.replace(/^.*ExperimentalWarning: The Fetch API[\s\S]*/, "") }).toEqual({
			exit: 0,
			stdout: `${JSON.stringify({
				verdict: "allow",
				queued: true,
				denied: true,
				reason: "recipient domain 'gmail.com' not in allowlist",
			})}\n`,
			stderr: "",
		});
		await expect
			.poll(async () => (await hivekey("audit tail")).stdout, { timeout: 10_000, interval: 200 })
			.toMatch(
				/^TIME +AGENT +ACTION +VERDICT +DETAIL\n.* allow +to=jordan@acme\.com\n.* allow +to=jordan@acme\.com\n.* deny +domain gmail\.com not allowed\n$/,
			);
	}, 30_000);

	test("doctor finds all in place", async () => {
		const ran = await hivekey("doctor");
		expect([ran.exit, ran.stderr]).toEqual([0, ""]);
		expect(ran.stdout).toContain(`Node.js ${major}.`);
		expect(ran.stdout).toContain("✓ clock     agrees with the gateway's\n");
	});
});
