/** `node scripts/policy-matrix.mjs` writes docs/policy-matrix.md; the tests say whether it is fresh. */
import "./check-node.mjs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const { printedMatrix } = await import("../test/policy/matrix/print.ts");
await writeFile(join(import.meta.dirname, "../docs/policy-matrix.md"), printedMatrix());
