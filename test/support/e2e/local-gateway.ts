/** The built Worker in a gateway of this process, with a state folder of its own. */
import { localSecrets } from "../../../scripts/gateway/local-secrets.ts";
import { type RunningGateway, runGateway } from "../../../scripts/gateway/run-gateway.ts";
import { seed } from "../../../scripts/gateway/seed.ts";
import { builtWorker } from "../built.ts";
import { temporaryFolder } from "./folder.ts";

export interface LocalGateway extends RunningGateway {
	state: string;
	adminKey: string;
	/** What the gateway said. */
	lines: string[];
}

/** @param vars - Worker variables over the usual ones */
export async function startLocalGateway(vars: Record<string, string> = {}): Promise<LocalGateway> {
	const folder = temporaryFolder();
	const secrets = await localSecrets(folder.path);
	const lines: string[] = [];
	const gateway = await runGateway({
		bundle: await builtWorker(),
		state: folder.path,
		port: 0,
		vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn", ALLOWED_NETWORKS: "127.0.0.0/8", ...vars },
		onLine: (line) => lines.push(line),
	});
	return {
		...gateway,
		state: folder.path,
		adminKey: await seed(gateway, folder.path, secrets.HIVEKEY_ROOT_KEY),
		lines,
		async stop() {
			await gateway.stop();
			folder.remove();
		},
	};
}
