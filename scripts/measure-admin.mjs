/** `npm run bench:admin`: a change that 1,000 agents must hear of, and pages of 100,000 agents. */
import "./check-node.mjs";

await import("./measure/admin.ts");
