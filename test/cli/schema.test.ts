import { expect, test } from "vitest";
import { documentJsonSchema, policyJsonSchema, SCHEMA_KINDS } from "../../src/contract/document-schemas.ts";
import { cliIn, freshFolder } from "./run-cli.ts";

const cli = cliIn(freshFolder());

test.each(SCHEMA_KINDS)("prints the schema of %s, in whatever case it is written", async (kind) => {
	const ran = await cli(`role schema ${kind}`);
	expect([ran.exit, JSON.parse(ran.stdout), ran.stderr]).toEqual([0, documentJsonSchema(kind), ""]);
	expect((await cli(`role schema ${kind.toLowerCase()} -o json`)).stdout).toBe(ran.stdout);
});

test("without a kind it is that of a file with any of them", async () => {
	expect(JSON.parse((await cli("role schema")).stdout)).toEqual(policyJsonSchema());
});

test("a kind that there is not is a usage error", async () => {
	expect(await cli("role schema Rol")).toEqual({
		exit: 2,
		stdout: "",
		stderr: "error: There is no schema of `Rol`, did you mean `Role`?\n  There are: Role, RoleTest, List, Connector, Sink\n",
	});
	expect((await cli("role schema Role List")).exit).toBe(2);
	expect((await cli("role schema Role -o csv")).exit).toBe(2);
});
