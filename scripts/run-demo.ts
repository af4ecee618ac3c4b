/** The five steps of the tour against a gateway of its own: each command is printed, run, and its output shown as it came. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildCli } from "./gateway/build-cli.ts";
import { buildWorker, ROOT } from "./gateway/build-worker.ts";
import { localSecrets } from "./gateway/local-secrets.ts";
import { type RunningGateway, runGateway } from "./gateway/run-gateway.ts";
import { MAILBOX, seed } from "./gateway/seed.ts";
import { startWatchdog } from "./gateway/watchdog.ts";

const GUARDS = `{
  "guards": [
    {
      "id": "approved-domains",
      "action": "mail.send",
      "when": { "field": "to.domain", "in": ["acme.com", "acme-support.com"] },
      "effect": "allow",
      "otherwise": "deny"
    },
    {
      "id": "daily-volume-cap",
      "action": "mail.send",
      "when": { "field": "rate.per_day", "lte": 500 },
      "effect": "allow",
      "otherwise": "review"
    }
  ]
}`;

const folder = await mkdtemp(join(tmpdir(), "hivekey-demo-"));
let gateway: RunningGateway | undefined;
try {
	gateway = await startGateway();
	await walk(gateway, await seed(gateway, folder, (await localSecrets(folder)).HIVEKEY_ROOT_KEY));
} catch (error) {
	console.error(`npm run demo: ${error instanceof Error ? error.message : String(error)}`);
	process.exitCode = 1;
} finally {
	await gateway?.stop();
	await rm(folder, { recursive: true, force: true });
}

async function startGateway(): Promise<RunningGateway> {
	const [bundle, secrets] = await Promise.all([buildWorker(join(folder, "worker")), localSecrets(folder), buildCli()]);
	const vars = { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn" };
	const running = await runGateway({ bundle, state: folder, port: 0, vars, onLine: (line) => console.log(`(gateway) ${line}`) });
	startWatchdog();
	return running;
}

async function walk(running: RunningGateway, adminKey: string): Promise<void> {
	const { url } = running;
	const shorten = (text: string) => text.replace(/hk_(agt|live)_\w{6,}/g, (token) => `${token.slice(0, 11)}…`);

	title(1, "Install the CLI");
	await cli(["login", "--key", adminKey, "--url", url], shorten);

	title(2, "Create a role with scope");
	const role = await readFile(join(ROOT, "examples", "support-agent.yaml"), "utf8");
	await writeFile(join(folder, "support-agent.yaml"), role);
	console.log(`$ cat support-agent.yaml\n${role}`);
	await cli(["role", "apply", "-f", "support-agent.yaml"], shorten);

	title(3, "Add a guard rule");
	console.log(`PATCH /v1/roles/support-agent\n${GUARDS}\n`);
	const patched = await fetch(`${url}/v1/roles/support-agent`, {
		method: "PATCH",
		headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
		body: GUARDS,
	});
	const applied = (await patched.json()) as { rev: number; change: string };
	console.log(`${patched.status} ${patched.statusText} · ${applied.change} · rev ${applied.rev}\n`);
	expect(patched.status, 200);

	title(4, "Point an agent at the gateway");
	const token = (await cli(["agent", "create", "helpdesk-bot", "--role", "support-agent"], shorten)).trim();
	await call(url, token, "mail.send", { to: "jordan@acme.com", subject: "Hi", body: "…" }, 200);
	await call(url, token, "mail.send", { to: "jordan@gmail.com", subject: "Hi", body: "…" }, 403);
	await running.deliver(MAILBOX, { from: "jordan@acme.com", subject: "Re: Hi", body: "Thank you, it works again." });
	console.log(`(a mail from jordan@acme.com comes in for ${MAILBOX})\n`);
	await call(url, token, "mail.read", {}, 200);

	title(5, "Read the audit log");
	await cli(["audit", "tail"], shorten);
	console.log("That's it — your first governed agent.");
}

function title(step: number, text: string): void {
	console.log(`\n${step}. ${text}\n${"─".repeat(text.length + 3)}`);
}

/** Runs the CLI as a person would. @returns its standard output */
async function cli(args: string[], shorten: (text: string) => string): Promise<string> {
	console.log(`$ hivekey ${shorten(args.join(" "))}`);
	const child = spawn(process.execPath, [join(ROOT, "cli", "bin", "hivekey.mjs"), ...args], {
		cwd: folder,
		env: { ...process.env, HIVEKEY_CONFIG: join(folder, "config.json"), HIVEKEY_KEY: "", HIVEKEY_URL: "" },
	});
	const output = { stdout: "", stderr: "" };
	for (const stream of ["stdout", "stderr"] as const) {
		child[stream].setEncoding("utf8").on("data", (text: string) => {
			output[stream] += text;
		});
	}
	const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
	console.log(shorten(`${output.stdout}${output.stderr}`));
	expect(code, 0);
	return output.stdout;
}

async function call(url: string, token: string, action: string, input: object, status: number): Promise<void> {
	console.log(`$ curl ${url}/v1/actions/${action} \\
    -H "Authorization: Bearer hk_agt_…" \\
    -H "Content-Type: application/json" \\
    -d '${JSON.stringify(input)}'`);
	const response = await fetch(`${url}/v1/actions/${action}`, {
		method: "POST",
		headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
		body: JSON.stringify(input),
	});
	console.log(`${response.status} ${response.statusText}\n${JSON.stringify(await response.json(), null, 2)}\n`);
	expect(response.status, status);
}

function expect(found: number | null, wanted: number): void {
	if (found !== wanted) throw new Error(`expected ${wanted}, got ${found}`);
}
