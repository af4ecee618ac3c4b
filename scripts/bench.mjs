/** `npm run bench`: our side against a floor in the same run. */
import "./check-node.mjs";

await import("../bench/run.ts");
