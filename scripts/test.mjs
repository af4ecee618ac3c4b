/** `npm test`: builds what the tests meet as users do, then runs them. Arguments go to vitest. */
import "./check-node.mjs";
import "./check-packages.mjs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const { buildCli } = await import("./gateway/build-cli.ts");
await buildCli();
const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, "run", ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);
