/** `npm run bench:log`: the log when it is long. */
import "./check-node.mjs";

await import("../bench/log/run.ts");
