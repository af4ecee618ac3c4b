import type { Command } from "../../command.ts";
import { usageFailure } from "../../failure.ts";

export const schema: Command = {
	name: "role schema",
	summary: "Print the JSON Schema of policy documents",
	description:
		"Prints the JSON Schema (2020-12) of a kind of document, Role, RoleTest, List, Connector or Sink, or, if no kind is named, the one of a file that " +
		"holds any of them. Editors that speak YAML complete and check policy files with it, where the first line of a file names it.",
	arguments: [{ name: "kind", description: "Role, RoleTest, List, Connector or Sink", optional: true }],
	options: [],
	examples: [
		{ command: "hivekey role schema > hivekey/.schema/policy.schema.json", says: "what `hivekey init` writes, anew" },
		{ command: "hivekey role schema Role", says: "of one kind" },
	],
	formats: ["json"],
	async run(input, { terminal }) {
		const { documentJsonSchema, policyJsonSchema, SCHEMA_KINDS } = await import("../../../../src/contract/document-schemas.ts");
		const [wanted] = input.argumentsFrom(0);
		if (wanted === undefined) return terminal.json(policyJsonSchema());
		const kind = SCHEMA_KINDS.find((known) => known.toLowerCase() === wanted.toLowerCase());
		if (kind !== undefined) return terminal.json(documentJsonSchema(kind));
		const { didYouMean, quoted } = await import("../../../../src/policy/suggestion.ts");
		const message = `There is no schema of ${quoted(wanted)}${didYouMean(wanted, SCHEMA_KINDS)}`;
		throw usageFailure(message, `There are: ${SCHEMA_KINDS.join(", ")}`);
	},
};
