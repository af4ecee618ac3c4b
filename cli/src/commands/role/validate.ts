import { sortedProblems } from "../../../../src/policy/document-positions.ts";
import type { Command, Context } from "../../command.ts";
import { readSources } from "../../documents/read-sources.ts";
import type { ProblemLine } from "../../failure.ts";
import type { OfflineRoles } from "../../offline/load-roles.ts";
import type { Policy } from "../../offline/read-policy.ts";
import { problemText } from "../../print-failure.ts";

export const validate: Command = {
	name: "role validate",
	summary: "Check policy files without a gateway",
	description:
		"Parses every role, role test, list, connector and sink in the files and compiles the roles, as the gateway would, with no network: unknown keys, " +
		"operators and fields, wrong types, duplicate names, all at once, each with file, line and column. Of the actions it knows the " +
		"built-in ones and those of the connectors among the files; a role with others gets a warning for them.",
	arguments: [{ name: "files", description: "files, folders, or - for standard input", variadic: true, isPath: true }],
	options: [],
	examples: [
		{ command: "hivekey role validate support-agent.yaml", says: "one file" },
		{ command: "hivekey role validate policies/", says: "all policy files of a folder, as in a pull request" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const sources = await readSources(input.argumentsFrom(0), context.world);
		const { policyFailure, readPolicy } = await import("../../offline/read-policy.ts");
		const { loadRoles } = await import("../../offline/load-roles.ts");
		const policy = readPolicy(sources);
		const roles = loadRoles(policy);
		const problems = inOrder([...policy.problems, ...roles.problems]);
		const results = resultsOf(policy, roles);
		print(results, context);
		if (problems.length > 0) throw policyFailure(problems);
	},
};

interface Result {
	file: string;
	kind: string | null;
	name: string | null;
	valid: boolean;
	warnings: ProblemLine[];
}

/** What became of each document that is looked into: first those that can be read, in order, then the others. */
function resultsOf(policy: Policy, { roles }: OfflineRoles): Result[] {
	const read = policy.documents.flatMap((document): Result[] => {
		const { file, kind } = document;
		const { name } = document.document.metadata;
		const role = kind === "Role" ? roles.get(name) : undefined;
		return [{ file, kind, name, valid: kind !== "Role" || role !== undefined, warnings: role?.warnings ?? [] }];
	});
	return [...read, ...policy.failed.map(({ file, kind, name }) => ({ file, kind, name, valid: false, warnings: [] }))];
}

function print(results: Result[], { terminal, format }: Context): void {
	for (const warning of results.flatMap((one) => one.warnings))
		terminal.warn(warning.message, problemText({ ...warning, message: "" }));
	if (format === "json") terminal.json(results);
	else for (const { kind, name, file } of results.filter((one) => one.valid)) terminal.done(`${kind} ${name} is valid · ${file}`);
}

/** File by file, each from its top. */
function inOrder(problems: ProblemLine[]): ProblemLine[] {
	const files = [...new Set(problems.map(({ file }) => file))];
	return files.flatMap((file) => sortedProblems(problems.filter((problem) => problem.file === file)));
}
