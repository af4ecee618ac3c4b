/** The pure tests: plain Node, no Worker. */
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["test/policy/**/*.test.ts"], environment: "node" } });
