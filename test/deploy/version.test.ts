import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../../src/contract/version.ts";

test.each(["package.json", "cli/package.json", "sdk/typescript/package.json"])("the gateway's version is that of %s", (path) => {
	expect(JSON.parse(readFileSync(path, "utf8")).version).toBe(VERSION);
});
