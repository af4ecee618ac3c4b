/** `node scripts/openapi.mjs` writes openapi.json from the endpoints; `--check` only says whether the committed one is fresh. */
import "./check-node.mjs";

await import("./openapi/write-document.ts");
