/** Imports each document with the built CLI, checks what came out, and decides under GitHub's actions beside the tour. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { mailActions } from "../../src/contract/mail-actions.ts";
import { connectorDefinitions } from "../../src/policy/connector/compile-connector.ts";
import { parseDocuments } from "../../src/policy/parse-documents.ts";
import { buildCli } from "../gateway/build-cli.ts";
import { ROOT } from "../gateway/build-worker.ts";
import { type Decided, measureDeciding } from "./deciding.ts";
import { type PublicDocument, publicDocuments } from "./public-documents.ts";

const run = promisify(execFile);
/** What was promised of GitHub's document. */
const GITHUB_MS_MAX = 10_000;
const TOUR = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: support-agent }
scope: { allow: [mail.read, mail.send] }
guards:
  - { id: approved-domains, action: mail.send, when: { field: to.domain, in: [acme.com, acme-support.com] } }
`;
const ALL_OF_GITHUB = `apiVersion: policy.hivekey.ai/v1
kind: Role
metadata: { name: github-agent }
scope: { allow: ["github.**"] }
guards:
  - { id: own-repositories, action: "github.write.issues.*", when: { field: owner, in: [acme, acme-labs] } }
`;

const folder = await mkdtemp(join(tmpdir(), "hivekey-imports-"));
try {
	await buildCli();
	let failed = false;
	for (const document of await publicDocuments()) {
		const { ms, told } = await importOne(document);
		console.log(told);
		if (document.name === "github" && ms > GITHUB_MS_MAX) failed = true;
	}
	const github = await definitionsIn(join(folder, "github.yaml"));
	const issue = { owner: "acme", repo: "shop", title: "Checkout fails", body: "Since noon." };
	const mail = { to: "jordan@acme.com", subject: "Checkout fails", body: "Since noon." };
	console.log(`the tour: ${deciding(measureDeciding(TOUR, mailActions, "mail.send", mail))}`);
	console.log(`GitHub:   ${deciding(measureDeciding(ALL_OF_GITHUB, github, "github.write.issues.create", issue))}`);
	if (failed) process.exitCode = 1;
} finally {
	await rm(folder, { recursive: true, force: true });
}

async function importOne({ name, file, options }: PublicDocument): Promise<{ ms: number; told: string }> {
	const out = join(folder, `${name}.yaml`);
	const startedAt = performance.now();
	const { stdout } = await hivekey("connector", "import", "openapi", file, "--name", name, "-f", out, ...options);
	const ms = Math.round(performance.now() - startedAt);
	await hivekey("role", "validate", out);
	const sizes = [(await stat(file)).size, (await stat(out)).size].map((bytes) => `${(bytes / 1e6).toFixed(1)} MB`);
	return {
		ms,
		told: `${name.padEnd(13)} ${String(ms).padStart(6)} ms  ${sizes.join(" -> ")}  ${stdout.split(" · ").slice(1, -1).join(", ")}`,
	};
}

async function hivekey(...args: string[]): Promise<{ stdout: string }> {
	return run(process.execPath, [join(ROOT, "cli/bin/hivekey.mjs"), ...args], { cwd: ROOT });
}

async function definitionsIn(file: string) {
	const [document] = parseDocuments(await readFile(file), { format: "yaml" }).documents;
	if (document?.kind !== "Connector") throw new Error(`${file} is no connector`);
	return connectorDefinitions(document.document);
}

function deciding({ grants, verdict, ns }: Decided): string {
	return `${ns} ns from body to ${verdict}, ${grants} grants`;
}
