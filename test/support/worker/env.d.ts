/** What the tests bind besides wrangler.toml, see vitest.config.ts. */
declare namespace Cloudflare {
	interface Env {
		MIGRATIONS: import("cloudflare:test").D1Migration[];
	}
}
