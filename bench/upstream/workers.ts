/** How both sides reach the upstream: a binding MAIL to the same Worker, in the same process as the side's own. */
import { join } from "node:path";
import type { WorkerOptions } from "../../scripts/gateway/run-gateway.ts";
import { readCompatibility } from "../compatibility.ts";

const NAME = "upstream";

/** The binding, under the name that `send_email` has. */
export const MAIL_BINDING = { MAIL: { name: NAME, entrypoint: "Mail" } };

/** Miniflare's options for the upstream. */
export function upstreamWorker(bundle: string): WorkerOptions {
	return {
		name: NAME,
		...readCompatibility(),
		modules: [{ type: "ESModule", path: join(bundle, "index.js") }],
		modulesRoot: bundle,
	};
}
