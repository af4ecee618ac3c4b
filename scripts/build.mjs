/** `npm run build`: the SDK, and the CLI on it. */
import "./check-node.mjs";

const { buildCli } = await import("./gateway/build-cli.ts");
await buildCli();
