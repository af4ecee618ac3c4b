import type { Command } from "../../command.ts";
import { duplicates, noRoles, noteSkipped } from "../../documents/collect-roles.ts";
import { readSources } from "../../documents/read-sources.ts";
import { CliFailure, type ProblemLine } from "../../failure.ts";

export const validate: Command = {
	name: "role validate",
	summary: "Check role files without a gateway",
	description:
		"Parses every role in the files, as the gateway would, with no network: unknown keys and operators, wrong types, duplicate ids, " +
		"all at once, each with file, line and column. Whether the actions and their fields exist is for the gateway to say.",
	arguments: [{ name: "files", description: "files, folders, or - for standard input", variadic: true, isPath: true }],
	options: [],
	examples: [
		{ command: "hivekey role validate support-agent.yaml", says: "one file" },
		{ command: "hivekey role validate policies/", says: "all policy files of a folder, as in a pull request" },
	],
	formats: ["table", "json"],
	async run(input, { world, terminal, format }) {
		const sources = await readSources(input.argumentsFrom(0), world);
		const { splitSource } = await import("../../documents/split-source.ts");
		const { parseRole, problemsOfFile } = await import("../../documents/parse-roles.ts");
		const split = sources.map(splitSource);
		const roles = split.flatMap((one) => one.roles);
		const problems: ProblemLine[] = sources.flatMap((source, at) => {
			const one = split[at];
			return one === undefined || one.problems.length === 0 ? [] : problemsOfFile(source, one);
		});
		const checked = roles.map((role) => ({ role, parsed: parseRole(role) }));
		for (const { parsed } of checked) if (!parsed.ok) problems.push(...parsed.problems);
		problems.push(...duplicates(roles));

		noteSkipped(split, terminal);
		if (roles.length === 0 && problems.length === 0) throw noRoles();
		const results = checked.map(({ role, parsed }) => ({ file: role.file, name: role.name, valid: parsed.ok }));
		if (format === "json") terminal.json(results);
		else for (const { name, file } of results.filter((one) => one.valid)) terminal.done(`Role ${name} is valid · ${file}`);
		if (problems.length === 0) return;
		throw new CliFailure(`${problems.length} ${problems.length === 1 ? "problem" : "problems"}`, {
			code: "invalid_document",
			next: "Put right what is named above.",
			problems,
		});
	},
};
