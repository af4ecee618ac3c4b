/** `npm run bench:clients`: what the SDK costs beside a bare call, and how soon the CLI is there; `--quick` for the short form. */
import "./check-node.mjs";

await import("./measure/clients.ts");
