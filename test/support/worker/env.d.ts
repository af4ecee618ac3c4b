/** What the tests bind besides wrangler.toml, see vitest.config.ts. */
declare namespace Cloudflare {
	interface Env {
		MIGRATIONS: import("cloudflare:test").D1Migration[];
		/** How many seeds the tests under faults try, and the first of them. */
		FAULT_SEEDS: string;
		FAULT_SEED: string;
		/** How many seeds the log is compared with its model under. */
		MODEL_SEEDS: string;
	}
}
