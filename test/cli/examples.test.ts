/** The examples, as somebody without a gateway meets them: valid, in one form, and each role decides what its test says. */
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cliIn, freshFolder } from "./run-cli.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples", import.meta.url));
const cli = cliIn(freshFolder());
const connectors = readdirSync(EXAMPLES, { withFileTypes: true })
	.filter((entry) => entry.isDirectory() && existsSync(`${EXAMPLES}/${entry.name}/connector.yaml`))
	.map(({ name }) => name);

test("there are seven connectors", () => {
	expect(connectors).toEqual(["crm", "github", "helpdesk", "inventory", "openai", "slack", "stripe"]);
});

test.each(connectors)("%s: connector and role are valid, and every guard is reached by a case that passes", async (name) => {
	const folder = `${EXAMPLES}/${name}`;
	expect(await cli(["role", "validate", folder])).toMatchObject({ exit: 0, stderr: "" });
	const tested = await cli(["role", "test", folder]);
	expect([tested.exit, tested.stderr]).toEqual([0, ""]);
	const [, reached, guards] = /: (\d+) of (\d+) guards reached/.exec(tested.stdout) ?? [];
	expect(reached).toBe(guards);
	expect(await cli(["role", "fmt", "--check", folder])).toEqual({ exit: 0, stdout: "", stderr: "" });
});

test("all of them together, with the role of the tour", async () => {
	const { exit, stdout } = await cli(["role", "test", EXAMPLES]);
	expect([exit, stdout.split("\n").at(-2)]).toEqual([0, "65 cases ok"]);
});
