/** `npm run bench:python`: what the Python SDK's run() costs over the bare httpx call. */
import "./check-node.mjs";
import { spawnSync } from "node:child_process";
import { developmentPython } from "./python/environment.ts";
import { findInterpreters } from "./python/interpreters.ts";

const python = await developmentPython((await findInterpreters()).at(-1));
const { status } = spawnSync(python, ["bench/python/run_call.py", ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);
