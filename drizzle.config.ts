import { defineConfig } from "drizzle-kit";

/** `npm run migrations` writes what the schema files changed to migrations/; triggers are added by hand, in files of their own. */
export default defineConfig({
	dialect: "sqlite",
	schema: "./src/stores/d1/schema/index.ts",
	out: "./migrations",
});
