/** The Python SDK's own tests (sdk/python/tests), on the newest Python at hand; with PYTHON_VERSIONS=all on the oldest as well. */
import { expect, test } from "vitest";
import { developmentPython, PACKAGE, python } from "../../scripts/python/environment.ts";
import { findInterpreters } from "../../scripts/python/interpreters.ts";

const found = await findInterpreters();
const chosen = process.env.PYTHON_VERSIONS === "all" ? [...new Set([found[0], found.at(-1)])] : [found.at(-1)];

test.each(chosen.flatMap((one) => one ?? []).map((one) => [one.version, one] as const))(
	"its own tests pass on Python %s",
	async (_version, interpreter) => {
		const ran = await python(await developmentPython(interpreter), ["-m", "pytest"], { cwd: PACKAGE });
		const [, passed, rest] = /(\d+) passed(.*) in /.exec(ran.stdout) ?? [];
		expect(Number(passed)).toBeGreaterThan(200);
		expect(rest).toBe("");
	},
	600_000,
);
