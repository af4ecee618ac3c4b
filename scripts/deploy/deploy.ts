/**
 * The steps of a deployment. The first one of an environment deploys before it migrates, for only then is there a database; until
 * the schema has its number the Worker answers 503. Every later one migrates first: a migration can be lived with by the version
 * before. Each step can be run again; a deployment that stopped is finished by running it once more.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Wrangler } from "./wrangler.ts";

export type Environment = "production" | "staging";

export interface DeployPorts {
	wrangler: Wrangler;
	say: (line: string) => void;
	/** Asks the deployed gateway; the status of the answer, or null if none came. */
	healthz: (url: string) => Promise<number | null>;
	wait: (ms: number) => Promise<void>;
}

const SECRETS = ["HIVEKEY_ROOT_KEY", "HIVEKEY_TOKEN_KEY", "HIVEKEY_SIGNING_KEY", "HIVEKEY_ENCRYPTION_KEY"] as const;
const DATABASE: Record<Environment, string> = { production: "hivekey", staging: "hivekey-staging" };
const HEALTH_TRIES = 30;

/**
 * @param options.url - where the gateway will answer, if not at the address that wrangler prints
 * @throws an Error that says which step failed, what wrangler said, and what to do
 */
export async function deploy(ports: DeployPorts, options: { environment: Environment; url?: string }): Promise<{ url: string }> {
	const { environment } = options;
	const env = ["--env", environment === "production" ? "" : environment];
	const run = (what: string, args: string[], hint: string) => step(ports, what, args, hint);

	await signedIn(ports);
	const databases = await run("databases listed", ["d1", "list", "--json"], "Nothing was changed; deploy again");
	const isFirst = !namesIn(databases).has(DATABASE[environment]);
	const migrate = () =>
		run(
			"schema up to date",
			["d1", "migrations", "apply", "DB", "--remote", ...env],
			"Nothing was half applied: D1 rolls a failed migration back. Mend what it says, then deploy again",
		);

	if (!isFirst) await migrate();
	const fresh = await missingSecrets(ports.wrangler, env, isFirst);
	const deployed = await withSecretsFile(fresh, (secretsFlags) =>
		run(
			"Worker deployed",
			["deploy", ...env, ...secretsFlags],
			"The version before goes on serving. Mend what it says, then deploy again",
		),
	);
	showOnce(ports, fresh);
	if (isFirst) await migrate();

	const url = options.url ?? /https:\/\/[\w.-]+\.workers\.dev/.exec(deployed)?.[0];
	if (!url)
		throw new Error("the Worker is deployed, but wrangler named no address for it: say --url https://… to have it checked");
	await becomesHealthy(ports, url);
	return { url };
}

async function step(ports: DeployPorts, what: string, args: string[], hint: string): Promise<string> {
	const { ok, output } = await ports.wrangler(args);
	if (!ok) throw new Error(`wrangler ${args.filter((arg) => arg !== "").join(" ")} failed:\n${output.trim()}\n${hint}`);
	ports.say(`✓ ${what}`);
	return output;
}

const SIGN_IN = "Sign in first: npx wrangler login (or set CLOUDFLARE_API_TOKEN)";

/** As text `wrangler whoami` succeeds for nobody as well; as JSON it does not. */
async function signedIn(ports: DeployPorts): Promise<void> {
	const { ok, output } = await ports.wrangler(["whoami", "--json"]);
	if (/"loggedIn":\s*false/.test(output)) throw new Error(`nobody is signed in to Cloudflare here\n${SIGN_IN}`);
	if (!ok) throw new Error(`wrangler whoami failed:\n${output.trim()}\n${SIGN_IN}`);
	ports.say("✓ signed in to Cloudflare");
}

/** The secrets that the Worker does not have yet, made now. One that it has is never touched. */
async function missingSecrets(wrangler: Wrangler, env: string[], isFirst: boolean): Promise<Record<string, string>> {
	const listed = await wrangler(["secret", "list", "--format", "json", ...env]);
	// Only a Worker that does not exist has no secrets for sure; overwriting a token key would end every token.
	const noWorker = isFirst && !listed.ok && /10007|does not exist|not found/i.test(listed.output);
	if (!listed.ok && !noWorker)
		throw new Error(`wrangler secret list failed:\n${listed.output.trim()}\nNothing was changed; deploy again`);
	const known = listed.ok ? namesIn(listed.output) : new Set<string>();
	const missing = SECRETS.filter((name) => !known.has(name));
	return Object.fromEntries(missing.map((name) => [name, randomBytes(32).toString("base64url")]));
}

/** The `name` of each item of the JSON list in wrangler's output. */
function namesIn(output: string): Set<string> {
	const json = output.slice(output.indexOf("["), output.lastIndexOf("]") + 1);
	return new Set((JSON.parse(json) as { name: string }[]).map(({ name }) => name));
}

/** Secrets go up with the version that needs them, in a file that only its owner can read and that is gone afterwards. */
async function withSecretsFile<T>(secrets: Record<string, string>, use: (flags: string[]) => Promise<T>): Promise<T> {
	if (Object.keys(secrets).length === 0) return use([]);
	const folder = await mkdtemp(join(tmpdir(), "hivekey-deploy-"));
	try {
		const path = join(folder, "secrets.json");
		await writeFile(path, JSON.stringify(secrets), { mode: 0o600 });
		return await use(["--secrets-file", path]);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

function showOnce(ports: DeployPorts, secrets: Record<string, string>): void {
	const names = Object.keys(secrets);
	if (names.length === 0) return;
	ports.say("\nNew secrets, shown this once. Keep them where your other secrets are:");
	for (const name of names) ports.say(`  ${name}=${secrets[name]}`);
	ports.say(
		"HIVEKEY_ROOT_KEY makes workspaces. Losing HIVEKEY_TOKEN_KEY makes every token and key invalid. HIVEKEY_SIGNING_KEY signs the log. Losing HIVEKEY_ENCRYPTION_KEY loses the secrets of connectors.\n",
	);
}

async function becomesHealthy(ports: DeployPorts, url: string): Promise<void> {
	let status: number | null = null;
	for (let attempt = 0; attempt < HEALTH_TRIES; attempt++) {
		status = await ports.healthz(`${url}/healthz`);
		if (status === 200) {
			ports.say(`✓ healthy at ${url}`);
			return;
		}
		await ports.wait(2_000);
	}
	throw new Error(
		`${url}/healthz answers ${status ?? "nothing"} after a minute. See npx wrangler tail; the version before: npx wrangler rollback`,
	);
}
