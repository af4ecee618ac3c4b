/** The tests that a changed verdict is to be noticed by: without those that are slow, or look at something else than verdicts. */
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const LEFT_OUT = [
	"compare-roles*",
	"cel-*",
	"*-differential",
	"cedar-oracle",
	"naughty-strings",
	"document-schemas",
	// What is measured by the clock fails in instrumented code.
	"cost",
	"hostile-sizes",
	// A hundred thousand values a test, for bounds on what a call may cost.
	"work",
	// The whole product of operators and situations is slow, and `operators` has what decides of it.
	"matrix",
	// Slow, and what they find the comparison with the naive reading (`laws`, `judge`) finds first.
	"laws-judge",
	"laws-nothing-throws",
	"laws-spelling",
	"laws-strictness",
];
/** The first failure ends it, so what finds most in the least time comes first; what is not named stands in between. */
const FIRST = ["guards", "operators", "another-version", "compile-role", "strict-json", "decimal", "golden", "url", "cases"];
const LAST = ["judge", "conclude", "matches", "laws", "cel", "quick-check"];

function turn({ moduleId }: TestSpecification): number {
	const name = moduleId.replace(/^.*\/|\.test\.ts$/g, "");
	const [first, last] = [FIRST.indexOf(name), LAST.indexOf(name)];
	return first >= 0 ? first - FIRST.length : last + 1;
}

export default defineConfig({
	test: {
		include: ["test/policy/**/*.test.ts"],
		exclude: LEFT_OUT.map((name) => `test/policy/${name}.test.ts`),
		environment: "node",
		// All files one after the other in one thread, which imports what they share once.
		isolate: false,
		maxWorkers: 1,
		setupFiles: ["test/policy/mutation-setup.ts"],
		sequence: {
			sequencer: class extends BaseSequencer {
				override sort = async (files: TestSpecification[]) => files.toSorted((a, b) => turn(a) - turn(b));
			},
		},
		// As in the suite: only what hangs should run out of time.
		testTimeout: 600_000,
		env: { HIVEKEY_LAW_RUNS: "1000" },
	},
});
