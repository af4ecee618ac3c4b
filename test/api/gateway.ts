/** The gateway that these suites meet: the built Worker, in a folder of its own, on a free port. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localSecrets } from "../../scripts/gateway/local-secrets.ts";
import { runGateway } from "../../scripts/gateway/run-gateway.ts";
import { startWatchdog } from "../../scripts/gateway/watchdog.ts";
import { builtWorker } from "../support/built.ts";

/** How long a suite's preparation may take: the build if it is the first, the start, two workspaces. */
export const PREPARE_MS = 90_000;

export interface TestGateway {
	url: string;
	rootKey: string;
	tokenKey: string;
	/** What the gateway said that is worth a warning. */
	lines: string[];
	stop(): Promise<void>;
}

export async function startGateway(): Promise<TestGateway> {
	const state = await mkdtemp(join(tmpdir(), "hivekey-api-"));
	const [bundle, secrets] = await Promise.all([builtWorker(), localSecrets(state)]);
	const lines: string[] = [];
	const gateway = await runGateway({
		bundle,
		state,
		port: 0,
		vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn" },
		onLine: (line) => lines.push(line),
	});
	startWatchdog();
	return {
		url: gateway.url,
		rootKey: secrets.HIVEKEY_ROOT_KEY,
		tokenKey: secrets.HIVEKEY_TOKEN_KEY,
		lines,
		async stop() {
			await gateway.stop();
			await rm(state, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}
