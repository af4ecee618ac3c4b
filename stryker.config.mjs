/** `npm run test:mutation`: whether a changed verdict is noticed. Arguments after `--` go to Stryker, `--mutate` to narrow it. */
export default {
	packageManager: "npm",
	// Stryker would rewrite the paths in tsconfig.json by an API that TypeScript 7 does not have. Nothing here needs them.
	tsconfigFile: "none.json",
	testRunner: "vitest",
	vitest: { configFile: "test/policy/vitest.mutation.config.ts" },
	plugins: ["@stryker-mutator/vitest-runner"],
	mutate: ["src/policy/**/*.ts", "!src/policy/compare/**", "!src/policy/**/registry.ts"],
	coverageAnalysis: "perTest",
	ignoreStatic: true,
	incremental: true,
	incrementalFile: "dist/mutation/incremental.json",
	ignorePatterns: ["dist"],
	tempDirName: "dist/mutation/sandbox",
	reporters: ["clear-text", "progress", "json"],
	clearTextReporter: { allowColor: false, reportTests: false },
	jsonReporter: { fileName: "dist/mutation/report.json" },
	concurrency: 2,
	timeoutMS: 10_000,
};
