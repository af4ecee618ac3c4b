/**
 * `npm run test:crash`: `kill -9` of everything a hundred times, on one log that grows by about five hundred actions each time.
 * CRASH_ROUNDS and CRASH_ANSWERS (how many answers at most before each end) make it shorter, CRASH_SEED makes it another one.
 */
import "./check-node.mjs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(
	process.execPath,
	[vitest, "run", "--project", "e2e", "test/e2e/crash-rounds.test.ts", "--silent=false", ...process.argv.slice(2)],
	{ stdio: "inherit", env: { CRASH_ROUNDS: "100", CRASH_ANSWERS: "1100", ...process.env } },
);
process.exit(status ?? 1);
