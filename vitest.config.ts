/** All suites: `npx vitest run`, or one of them with `--project worker`. */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const SECRETS = {
	HIVEKEY_ROOT_KEY: "root-key-of-the-tests-0123456789abcdef",
	HIVEKEY_TOKEN_KEY: "token-key-of-the-tests-0123456789abcdef",
};

/** A suite that runs in plain Node. */
function nodeSuite(name: string) {
	return { test: { name, include: [`test/${name}/**/*.test.ts`], environment: "node" as const, testTimeout: 20_000 } };
}

export default defineConfig({
	test: {
		silent: "passed-only",
		projects: [
			...["policy", "sdk", "cli", "api", "deploy", "packages"].map(nodeSuite),
			{ test: { ...nodeSuite("e2e").test, globalSetup: "./test/support/e2e/build.ts" } },
			{
				plugins: [
					cloudflareTest(async () => ({
						main: "./test/support/worker/main.ts",
						wrangler: { configPath: "./wrangler.toml" },
						miniflare: {
							bindings: { ...SECRETS, LOG_LEVEL: "error", MIGRATIONS: await readD1Migrations("migrations") },
						},
					})),
				],
				// One isolate for all files: each test has a workspace or an object of its own, and the bundle is loaded once.
				test: { name: "worker", include: ["test/worker/**/*.test.ts"], testTimeout: 20_000, isolate: false },
			},
		],
	},
});
