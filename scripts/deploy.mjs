/** `npm run deploy`: provision, migrate, deploy, set the secrets, look whether it is healthy. */
import "./check-node.mjs";

await import("./deploy/main.ts");
