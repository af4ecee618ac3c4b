import type { RoleComparison } from "../../../../sdk/typescript/src/index.ts";
import type { Command, Context } from "../../command.ts";
import { applyRole } from "../../documents/apply-role.ts";
import { collectRoles } from "../../documents/collect-roles.ts";
import { comparisonLines, isProven } from "../../documents/comparison-text.ts";
import { readSources } from "../../documents/read-sources.ts";
import { CliFailure, type ProblemLine, usageFailure } from "../../failure.ts";
import type { Input } from "../../input.ts";
import { printable } from "../../output/printable.ts";

interface Compared {
	name: string;
	change: string;
	comparison: RoleComparison | undefined;
}

export const diff: Command = {
	name: "role diff",
	summary: "Say whether a change of a role allows more",
	description:
		"Compares the roles in the files with those in force, or with no network the roles of NEW with those of OLD, and says of each " +
		"whether it widens (+ with what), does not widen, or that nobody can tell (? why: regular expressions, one field against another). " +
		"That it does not widen is proven: no call gets a laxer verdict. Nothing is changed. The exit code is 0 if no role widens, and 1 if " +
		"one does or nobody can tell. With two files it knows the built-in actions.",
	arguments: [
		{ name: "old", description: "a file or a folder: what was", optional: true, isPath: true },
		{ name: "new", description: "a file or a folder: what is to be", optional: true, isPath: true },
	],
	options: [
		{ flags: "-f, --file <path>", description: "compare a file, a folder, or - with the roles in force", repeatable: true },
	],
	examples: [
		{ command: "hivekey role diff -f support-agent.yaml", says: "against the gateway" },
		{ command: "hivekey role diff main/policies/ policies/", says: "two folders, as in a pull request" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { terminal, format } = context;
		const compared = input.list("file").length > 0 ? await withRolesInForce(input, context) : await ofFiles(input, context);
		if (format === "json") terminal.json(compared);
		else
			for (const { name, comparison } of compared) {
				const [answer, ...reasons] = comparisonLines(comparison ?? UNTOLD, terminal.colours);
				terminal.print(`Role ${printable(name)} ${answer}`, ...reasons);
			}
		const open = compared.filter(({ comparison }) => !isProven(comparison));
		if (open.length === 0) return;
		throw new CliFailure(`${open.length} of ${compared.length} ${compared.length === 1 ? "role" : "roles"} may allow more`, {
			code: "would_widen",
			next: "See above what; whether that is meant is yours to say.",
		});
	},
};

/** Of a gateway that is older than this question. */
const UNTOLD: RoleComparison = {
	result: "cannot_tell",
	reasons: [{ action: null, guard: null, why: "the gateway did not say", sure: false }],
};

async function withRolesInForce(input: Input, { world, terminal, connect }: Context): Promise<Compared[]> {
	if (input.argument(0) !== "")
		throw usageFailure("-f compares with the gateway, two files with each other", "Leave one of them out.");
	const sources = await readSources(input.list("file"), world);
	const { splitSource } = await import("../../documents/split-source.ts");
	const roles = collectRoles(sources.map(splitSource), terminal);
	const { admin } = await connect();
	const compared: Compared[] = [];
	const problems: ProblemLine[] = [];
	for (const role of roles) {
		const outcome = await applyRole(admin, role, { dryRun: true });
		if (outcome.kind === "applied")
			compared.push({ name: role.name, change: outcome.role.change, comparison: outcome.role.comparison });
		else problems.push(...outcome.problems);
	}
	if (problems.length === 0) return compared;
	throw new CliFailure("Not every role could be compared", {
		code: "invalid_document",
		next: "Put right what is named above and run it again.",
		problems,
	});
}

async function ofFiles(input: Input, { world }: Context): Promise<Compared[]> {
	const [before, after] = [input.argument(0), input.argument(1)];
	if (before === "" || after === "")
		throw usageFailure(
			"Nothing to compare with",
			"hivekey role diff OLD NEW compares two files, hivekey role diff -f FILE one with the gateway",
		);
	const [old, now] = [await readSources([before], world), await readSources([after], world)];
	const { compareFiles } = await import("../../documents/compare-files.ts");
	return compareFiles(old, now);
}
