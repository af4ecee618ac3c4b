import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SDK_TYPES_PATH, sdkTypesText } from "../../scripts/openapi/sdk-types.ts";

test("the SDK's types of the wire are those of the committed openapi.json", () => {
	const document = readFileSync(join(import.meta.dirname, "../../openapi.json"), "utf8");
	expect(readFileSync(SDK_TYPES_PATH, "utf8")).toBe(sdkTypesText(document));
});
