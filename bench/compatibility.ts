/** The date and flags that wrangler.toml gives the gateway: every Worker of the bench runs under the same. */
import { join } from "node:path";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { ROOT } from "../scripts/gateway/build-worker.ts";

export interface Compatibility {
	compatibilityDate: string;
	compatibilityFlags: string[];
}

export function readCompatibility(): Compatibility {
	const { compatibilityDate, compatibilityFlags } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"))
		.workerOptions as unknown as Compatibility;
	return { compatibilityDate, compatibilityFlags };
}
