/** The real gateway: the Worker as it is deployed, in workerd, with state of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildWorker } from "../../scripts/gateway/build-worker.ts";
import { type IncomingMail, type RunningGateway, runGateway } from "../../scripts/gateway/run-gateway.ts";
import { startWatchdog } from "../../scripts/gateway/watchdog.ts";
import { type CreatedWorkspace, HiveKeyRoot } from "../../sdk/typescript/src/index.ts";

export const ROOT_KEY = "root-key-of-the-tests-0123456789abcdef";
const TOKEN_KEY = "token-key-of-the-tests-0123456789abcdef";
const ENCRYPTION_KEY = "encryption-key-of-the-tests-0123456789abcde";
const SIGNING_KEY = "signing-key-of-the-tests-0123456789abcdefgh";

export class RealGateway {
	#running: RunningGateway | undefined;
	#folder = "";
	#workspaces = 0;

	get url(): string {
		return this.#running?.url ?? "";
	}

	/** Builds the Worker and starts it on a free port of the loopback interface. */
	async start(): Promise<this> {
		this.#folder = await mkdtemp(join(tmpdir(), "hivekey-gateway-"));
		const bundle = await buildWorker(join(this.#folder, "worker"));
		const vars = {
			HIVEKEY_ROOT_KEY: ROOT_KEY,
			HIVEKEY_TOKEN_KEY: TOKEN_KEY,
			HIVEKEY_SIGNING_KEY: SIGNING_KEY,
			HIVEKEY_ENCRYPTION_KEY: ENCRYPTION_KEY,
			ALLOWED_NETWORKS: "127.0.0.0/8",
			CLIENT_ADDRESS: "127.0.0.1",
			LOG_LEVEL: "error",
		};
		this.#running = await runGateway({ bundle, state: join(this.#folder, "state"), port: 0, vars });
		startWatchdog();
		return this;
	}

	async stop(): Promise<void> {
		await this.#running?.stop();
		await rm(this.#folder, { recursive: true, force: true });
	}

	/** Delivers a mail to a mailbox, as Cloudflare would. */
	async deliver(to: string, mail: IncomingMail): Promise<void> {
		await this.#running?.deliver(to, mail);
	}

	/** A workspace that nobody else uses. */
	makeWorkspace(): Promise<CreatedWorkspace> {
		const root = new HiveKeyRoot(ROOT_KEY, { baseUrl: this.url });
		return root.workspaces.create({ organization: "acme-corp", workspace: `test-${++this.#workspaces}`, owner: "ann@acme.com" });
	}
}
