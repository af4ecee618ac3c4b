/** What the page about the SDK and the example agents say: it compiles, and the agents run under the real gateway. */
import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { HiveKeyAdmin } from "../../sdk/typescript/src/index.ts";
import { PAGE_GUARDS } from "../support/roles.ts";
import { ChatCompletions } from "./chat-completions.ts";
import { RealGateway } from "./real-gateway.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const agents = join(root, "examples", "agents");
const gateway = new RealGateway();
let address: string;
let token: string;
beforeAll(() => gateway.start(), 60_000);
beforeEach(async () => {
	const { key, workspace_id } = await gateway.makeWorkspace();
	const admin = new HiveKeyAdmin(key, { baseUrl: gateway.url });
	const metadata = { name: "support-agent" };
	const scope = { allow: ["mail.read", "mail.send"] };
	await admin.roles.put("support-agent", { apiVersion: "policy.hivekey.ai/v1", kind: "Role", metadata, scope, ...PAGE_GUARDS });
	address = `helpdesk-${workspace_id.toLowerCase().slice(3)}@acme.com`;
	await admin.mailboxes.create({ address });
	token = (await admin.agents.create({ name: "helpdesk-bot", role: "support-agent" })).token;
});

/** Runs an example agent, which takes the SDK from the repository's own workspace. */
async function agent(file: string, env: Record<string, string> = {}, ...args: string[]): Promise<string> {
	const all = { PATH: process.env.PATH, HK_AGENT_TOKEN: token, HIVEKEY_URL: gateway.url, ...env };
	return (await promisify(execFile)(process.execPath, [join(agents, file), ...args], { env: all })).stdout;
}

test("the page's programs, and the example agents, compile against the package", () => {
	const page = readFileSync(join(root, "docs", "sdk-typescript.md"), "utf8");
	const programs = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, program = ""]) => program);
	expect(programs.length).toBeGreaterThanOrEqual(9);
	const folder = join(root, "node_modules", ".cache", `sdk-documents-${process.pid}`);
	mkdirSync(folder, { recursive: true });
	cpSync(agents, folder, { recursive: true });
	for (const [at, program] of programs.entries()) writeFileSync(join(folder, `program-${at}.ts`), program);
	const compilerOptions = {
		noEmit: true,
		strict: true,
		skipLibCheck: true,
		module: "nodenext",
		target: "es2024",
		types: ["node"],
	};
	writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
	writeFileSync(join(folder, "package.json"), '{"type":"module"}');
	const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
	let output = "";
	try {
		execFileSync(process.execPath, [tsc, "-p", folder]);
	} catch (error) {
		output = String((error as { stdout?: Buffer }).stdout);
	}
	rmSync(folder, { recursive: true });
	expect(output).toBe("");
}, 60_000);

test("the helpdesk agent answers whom it may, and once", async () => {
	for (const from of ["jordan@acme.com", "eve@gmail.com"])
		await gateway.deliver(address, { from, subject: "The printer", body: "It burns." });
	const told = await agent("helpdesk.ts");
	expect(told.split("\n").toSorted()).toEqual(
		[
			"",
			"answered jordan@acme.com",
			"may not answer eve@gmail.com because recipient domain 'gmail.com' not in allowlist",
			"may run: mail.read, mail.send",
		].toSorted(),
	);
	expect(await agent("helpdesk.ts")).toBe(told);
});

test("the assistant lets a model call what its role makes visible, and tells it what was denied", async () => {
	const mail = { subject: "Printer", body: "It works again." };
	const model = new ChatCompletions([
		{ ...mail, to: "jordan@acme.com" },
		{ ...mail, to: "eve@gmail.com" },
	]);
	const OPENAI_BASE_URL = await model.start();
	expect(await agent("assistant.ts", { OPENAI_BASE_URL, OPENAI_API_KEY: "none" }, "Tell them.")).toBe("done\n");
	model.stop();
	expect(model.asked[0]?.tools.map((tool) => tool.function.name)).toEqual(["mail_read", "mail_send"]);
	const told = model.asked[1]?.messages.filter(({ role }) => role === "tool").map(({ content }) => JSON.parse(content));
	expect(told).toMatchObject([{ queued: true }, { error: "denied", guard: "approved-domains" }]);
});
