/** All suites: `npx vitest run`, or one of them with `--project worker`. */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

const SECRETS = {
	HIVEKEY_ROOT_KEY: "root-key-of-the-tests-0123456789abcdef",
	HIVEKEY_TOKEN_KEY: "token-key-of-the-tests-0123456789abcdef",
	HIVEKEY_SIGNING_KEY: "signing-key-of-the-tests-0123456789abcdefgh",
	HIVEKEY_ENCRYPTION_KEY: "encryption-key-of-the-tests-0123456789abcde",
};

/** Files that measure time have a process of their own: what others have loaded and left makes code slower than it is. */
const TIMED = ["test/policy/cost.test.ts", "test/policy/hostile-sizes.test.ts"];

/** A suite that runs in plain Node. Laws are run as often as they are told to: only what hangs should run out of time there. */
function nodeSuite(name: string) {
	const testTimeout = name === "policy" || name === "tlog" ? 180_000 : 20_000;
	const setupFiles = ["./test/support/seeded-laws.ts"];
	// The first that needs a build makes it, and a gateway starts in a hook.
	const hookTimeout = 90_000;
	const include = [`test/${name}/**/*.test.ts`];
	const exclude = TIMED;
	// Files share a process, and what it has loaded: wrangler and Miniflare alone take a second to load.
	return { test: { name, include, exclude, environment: "node" as const, testTimeout, hookTimeout, setupFiles, isolate: false } };
}

const timed = { test: { ...nodeSuite("policy").test, name: "timed", include: TIMED, exclude: [], isolate: true } };

export default defineConfig({
	test: {
		silent: "passed-only",
		globalSetup: "./test/support/builds-folder.ts",
		sequence: { sequencer: LongestFirst },
		// Four files at a time, wherever it runs: most of them wait for a gateway, or for the clock.
		maxWorkers: 4,
		projects: [
			...["policy", "sdk", "cli", "api", "deploy", "packages", "python", "tlog", "e2e"].map(nodeSuite),
			timed,
			{
				plugins: [
					cloudflareTest(async () => ({
						main: "./test/support/worker/main.ts",
						wrangler: { configPath: "./wrangler.toml" },
						miniflare: {
							bindings: {
								...SECRETS,
								LOG_LEVEL: "error",
								MIGRATIONS: await readD1Migrations("migrations"),
								FAULT_SEEDS: process.env.FAULT_SEEDS ?? "2",
								FAULT_SEED: process.env.FAULT_SEED ?? "1",
								MODEL_SEEDS: process.env.MODEL_SEEDS ?? "3",
							},
						},
					})),
				],
				// One isolate for all files: each test has a workspace or an object of its own, and the bundle is loaded once.
				test: { name: "worker", include: ["test/worker/**/*.test.ts"], testTimeout: 20_000, isolate: false },
			},
		],
	},
});
