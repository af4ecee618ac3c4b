/** The local gateway: built, migrated, seeded and ready for the tour. */
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readConfig, writeConfig } from "../cli/src/config/config-file.ts";
import { configPath } from "../cli/src/config/location.ts";
import { CliFailure } from "../cli/src/failure.ts";
import { buildCli } from "./gateway/build-cli.ts";
import { buildWorker } from "./gateway/build-worker.ts";
import { localSecrets } from "./gateway/local-secrets.ts";
import { ORGANIZATION, seed, WORKSPACE } from "./gateway/seed.ts";
import { makeStateFolder } from "./gateway/state-folder.ts";
import { lockState } from "./gateway/state-lock.ts";
import { startWatchdog } from "./gateway/watchdog.ts";

const USAGE = "npm start [-- --port 8787 --state .hivekey]";
const CRON_MS = 60_000;
/** Connectors may reach this machine: an API that is tried out beside the gateway. */
const LOCAL = { CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn", ALLOWED_NETWORKS: "127.0.0.0/8,::1/128" };

try {
	await start();
} catch (error) {
	console.error(`npm start: ${error instanceof Error ? error.message : String(error)}`);
	if (error instanceof CliFailure && error.next !== undefined) console.error(`  ${error.next}`);
	process.exit(1);
}

async function start(): Promise<void> {
	const { port, state } = readOptions();
	await makeStateFolder(state);
	const unlock = await lockState(state);
	process.once("exit", unlock);
	try {
		await checkPort(port);
		// The CLI's profile is written at the end; a file that cannot take it is told of before anything is made.
		await readConfig(cliConfigPath());
		const [bundle, secrets, { runGateway }] = await Promise.all([
			buildWorker(join(state, "worker")),
			localSecrets(state),
			// It loads for a second: whoever is told that something is in the way need not wait for it.
			import("./gateway/run-gateway.ts"),
			buildCli(),
		]);
		const vars = { ...secrets, ...LOCAL, ...tuning() };
		const gateway = await runGateway({ bundle, state, port, vars, onLine: (line) => console.log(line) });
		startWatchdog();
		const key = await seed(gateway, state, secrets.HIVEKEY_ROOT_KEY);
		await gateway.tick();
		const cron = setInterval(() => gateway.tick().catch(() => {}), CRON_MS);
		const isCurrent = await addProfile(gateway.url, key);
		console.log(nextSteps(gateway.url, join(state, "admin-key"), isCurrent));
		const stop = async () => {
			clearInterval(cron);
			await gateway.stop();
			unlock();
			process.exit(0);
		};
		for (const signal of ["SIGINT", "SIGTERM"]) {
			// Miniflare's own handler would end the process before ours is through.
			process.removeAllListeners(signal);
			process.once(signal, stop);
		}
	} catch (error) {
		unlock();
		throw error;
	}
}

function readOptions(): { port: number; state: string } {
	try {
		const { values } = parseArgs({
			options: { port: { type: "string", default: "8787" }, state: { type: "string", default: ".hivekey" } },
		});
		const port = Number(values.port);
		if (!Number.isInteger(port) || port < 0 || port > 65_535)
			throw new Error(`--port takes a number from 0 to 65535, not ${values.port}`);
		return { port, state: resolve(values.state) };
	} catch (error) {
		throw new Error(`${(error as Error).message}\nusage: ${USAGE}`);
	}
}

/** Variables of the Worker that may be set from outside. */
function tuning(): Record<string, string> {
	const { SETTLE_GRACE_SECONDS, ADMISSION_PER_SECOND, LOG_WINDOW_DAYS, LOG_LEVEL, ALLOWED_NETWORKS } = process.env;
	const given = Object.entries({ SETTLE_GRACE_SECONDS, ADMISSION_PER_SECOND, LOG_WINDOW_DAYS, LOG_LEVEL, ALLOWED_NETWORKS });
	return Object.fromEntries(given.filter((pair): pair is [string, string] => Boolean(pair[1])));
}

async function checkPort(port: number): Promise<void> {
	if (port === 0) return;
	await new Promise<void>((free, taken) => {
		const probe = createServer();
		probe.once("error", (error: NodeJS.ErrnoException) => {
			const why = error.code === "EADDRINUSE" ? "is in use by another program" : `cannot be used (${error.code})`;
			taken(
				new Error(
					`port ${port} ${why}. Stop that program, or start with another port: npm start -- --port ${port === 65_535 ? 8788 : port + 1}`,
				),
			);
		});
		probe.listen(port, "127.0.0.1", () => probe.close(() => free()));
	});
}

/** Adds the CLI profile `local`, and makes it the current one if there is none. @returns whether it is the current one */
async function addProfile(url: string, key: string): Promise<boolean> {
	const path = cliConfigPath();
	const config = await readConfig(path);
	config.profiles.local = { url, key, organization: ORGANIZATION, workspace: WORKSPACE };
	config.current ??= "local";
	await writeConfig(path, config);
	return config.current === "local";
}

function cliConfigPath(): string {
	return configPath({ env: process.env, platform: process.platform, home: homedir() });
}

function nextSteps(url: string, keyPath: string, isCurrent: boolean): string {
	const cli = isCurrent ? "npx hivekey" : "npx hivekey --profile local";
	return `HiveKey gateway ready on ${url}

The admin key is in ${keyPath}; the CLI knows it already. In another terminal:

  ${cli} whoami
  ${cli} role apply -f examples/support-agent.yaml
  ${cli} agent create helpdesk-bot --role support-agent
  curl ${url}/v1/actions/mail.send \\
    -H "Authorization: Bearer hk_agt_…" -H "Content-Type: application/json" \\
    -d '{"to":"jordan@acme.com","subject":"Hi","body":"…"}'
  ${cli} audit tail

Stop with Ctrl-C; the state in this folder stays.`;
}
