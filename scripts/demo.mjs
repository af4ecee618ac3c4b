/** `npm run demo`: the tour, with the real thing behind every line. */
import "./check-node.mjs";
import "./check-packages.mjs";

await import("./run-demo.ts");
