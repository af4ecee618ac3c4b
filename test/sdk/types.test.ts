import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

test.each([
	["the SDK", "sdk/typescript"],
	["the CLI", "cli"],
	["their tests, and the SDK's types against the contract's", "test/sdk"],
])(
	"%s type-checks",
	(_name, project) => {
		let output = "";
		try {
			execFileSync(process.execPath, [tsc, "-p", join(root, project)], { cwd: root });
		} catch (error) {
			output = String((error as { stdout?: Buffer }).stdout);
		}
		expect(output).toBe("");
	},
	60_000,
);
