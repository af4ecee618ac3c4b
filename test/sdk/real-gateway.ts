/** The real gateway: the Worker as it is deployed, in workerd. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { inject } from "vitest";
import { type IncomingMail, type RunningGateway, runGateway } from "../../scripts/gateway/run-gateway.ts";
import { startWatchdog } from "../../scripts/gateway/watchdog.ts";
import { type CreatedWorkspace, HiveKeyRoot } from "../../sdk/typescript/src/index.ts";
import { builtWorker } from "../support/built.ts";

export const ROOT_KEY = "root-key-of-the-tests-0123456789abcdef";
const TOKEN_KEY = "token-key-of-the-tests-0123456789abcdef";
const ENCRYPTION_KEY = "encryption-key-of-the-tests-0123456789abcde";
const SIGNING_KEY = "signing-key-of-the-tests-0123456789abcdefgh";

/** One for all files of a process, each test with a workspace of its own in it. It ends with the process. */
let running: Promise<RunningGateway> | undefined;
let workspaces = 0;

export class RealGateway {
	#running: RunningGateway | undefined;

	get url(): string {
		return this.#running?.url ?? "";
	}

	/** Starts the built Worker on a free port of the loopback interface, unless another file of this process has. */
	async start(): Promise<this> {
		running ??= startGateway();
		this.#running = await running;
		return this;
	}

	/** Delivers a mail to a mailbox, as Cloudflare would. */
	async deliver(to: string, mail: IncomingMail): Promise<void> {
		await this.#running?.deliver(to, mail);
	}

	/** A workspace that nobody else uses. */
	makeWorkspace(): Promise<CreatedWorkspace> {
		const root = new HiveKeyRoot(ROOT_KEY, { baseUrl: this.url });
		return root.workspaces.create({ organization: "acme-corp", workspace: `test-${++workspaces}`, owner: "ann@acme.com" });
	}
}

async function startGateway(): Promise<RunningGateway> {
	const state = await mkdtemp(join(inject("builds"), "gateway-"));
	const vars = {
		HIVEKEY_ROOT_KEY: ROOT_KEY,
		HIVEKEY_TOKEN_KEY: TOKEN_KEY,
		HIVEKEY_SIGNING_KEY: SIGNING_KEY,
		HIVEKEY_ENCRYPTION_KEY: ENCRYPTION_KEY,
		ALLOWED_NETWORKS: "127.0.0.0/8",
		CLIENT_ADDRESS: "127.0.0.1",
		LOG_LEVEL: "error",
	};
	const gateway = await runGateway({ bundle: await builtWorker(), state, port: 0, vars });
	startWatchdog();
	return gateway;
}
