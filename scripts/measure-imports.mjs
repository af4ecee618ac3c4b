/** `npm run bench:imports`: how long large public OpenAPI documents take to import, and a role over GitHub's actions to decide. */
import "./check-node.mjs";

await import("./measure/imports.ts");
