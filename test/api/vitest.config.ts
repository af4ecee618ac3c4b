/** The HTTP API alone: `npx vitest run --config test/api/vitest.config.ts`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
	test: { include: ["test/api/**/*.test.ts"], environment: "node", globalSetup: "./test/support/builds-folder.ts" },
});
