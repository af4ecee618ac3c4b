/** The tests that a changed verdict is to be noticed by: without those that are slow, or look at something else than verdicts. */
import { defineConfig } from "vitest/config";

const LEFT_OUT = ["compare-roles*", "cel-*", "*-differential", "cedar-oracle", "naughty-strings", "cost", "document-schemas"];

export default defineConfig({
	test: {
		include: ["test/policy/**/*.test.ts"],
		exclude: LEFT_OUT.map((name) => `test/policy/${name}.test.ts`),
		environment: "node",
		// As in the suite: only what hangs should run out of time.
		testTimeout: 60_000,
		env: { HIVEKEY_LAW_RUNS: "1000" },
	},
});
