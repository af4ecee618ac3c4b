import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SDK_TYPES_PATH, sdkTypesText } from "../../scripts/openapi/sdk-types.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

test.each([
	["the SDK", "sdk/typescript"],
	["the CLI", "cli"],
	["their tests", "test/sdk"],
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

test("the SDK's types of the wire are those of the committed openapi.json", () => {
	const document = readFileSync(join(root, "openapi.json"), "utf8");
	expect(readFileSync(SDK_TYPES_PATH, "utf8")).toBe(sdkTypesText(document));
});
