/** `npm run bench:policy`: the decision alone, beside an ideal closure and other engines. */
import "./check-node.mjs";

await import("../bench/policy/run.ts");
