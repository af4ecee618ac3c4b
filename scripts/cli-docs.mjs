/** `node scripts/cli-docs.mjs` writes the commands into docs/cli.md; `--check` only says whether they are as the CLI has them. */
import "./check-node.mjs";

await import("./cli-docs/write-page.ts");
