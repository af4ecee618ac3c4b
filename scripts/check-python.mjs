/** `npm run python:check`: format, lint and strict types of the Python SDK, its tests and the example agents. */
import "./check-node.mjs";
import { spawnSync } from "node:child_process";
import { developmentPython, PACKAGE } from "./python/environment.ts";
import { findInterpreters } from "./python/interpreters.ts";

const PLACES = [".", "../../examples/agents", "../../bench/python"];
const newest = (await findInterpreters()).at(-1);
const python = await developmentPython(newest);
const checks = [
	["ruff", "format", "--check", "--no-cache", ...PLACES],
	["ruff", "check", "--no-cache", ...PLACES],
	["mypy", "--cache-dir", "../../node_modules/.cache/mypy"],
];
let failed = false;
for (const [name, ...args] of checks) {
	const { status } = spawnSync(python, ["-m", name, ...args], { cwd: PACKAGE, stdio: "inherit" });
	failed ||= status !== 0;
}
process.exit(failed ? 1 : 0);
