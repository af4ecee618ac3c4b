/** `npm start`: looks whether Node and the packages are those of the project, then starts the gateway. */
import "./check-node.mjs";
import "./check-packages.mjs";

await import("./start-gateway.ts");
