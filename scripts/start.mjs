/** `npm start`: looks whether Node is the one that the project brings, then starts the gateway. */
import "./check-node.mjs";

await import("./start-gateway.ts");
