/** `npm run bench:reviews`: pages of 10,000 pending reviews, how soon a long poll hears of a decision, and what 1,000 waiting agents cost. */
import "./check-node.mjs";

await import("./measure/reviews.ts");
