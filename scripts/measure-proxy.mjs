/** `npm run bench:proxy`: a call through the transparent proxy beside the same action, in one run. */
import "./check-node.mjs";

await import("./measure/proxy.ts");
