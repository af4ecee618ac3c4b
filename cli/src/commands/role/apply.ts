import type { AppliedRole, HiveKeyAdmin } from "../../../../sdk/typescript/src/index.ts";
import type { Command, Context } from "../../command.ts";
import { ask, isToAsk } from "../../confirm.ts";
import { type ApplyOutcome, applyRole } from "../../documents/apply-role.ts";
import { collectRoles } from "../../documents/collect-roles.ts";
import { readSources } from "../../documents/read-sources.ts";
import { conditionOn, type RoleCondition } from "../../documents/role-in-force.ts";
import type { RoleDocument } from "../../documents/split-source.ts";
import { EXIT } from "../../exit-codes.ts";
import { CliFailure, type ProblemLine } from "../../failure.ts";
import type { Terminal } from "../../output/terminal.ts";
import { problemText } from "../../print-failure.ts";
import { revisionText } from "./revision-text.ts";

export const apply: Command = {
	name: "role apply",
	summary: "Create or update roles from files",
	description:
		"Applies every role in the files: YAML or JSON, one or many documents a file. A folder stands for all policy files in it and its " +
		"sub-folders. A role is in force for every agent that has it when the command says so. Nothing is sent while a file cannot be read. " +
		"On a terminal it shows what would change and asks first. With --no-widen a role is refused, with exit code 3, unless it is proven " +
		"that no call gets a laxer verdict than now.",
	arguments: [],
	options: [
		{ flags: "-f, --file <path>", description: "a file, a folder, or - for standard input", repeatable: true, required: true },
		{ flags: "-y, --yes", description: "no plan and no question" },
		{ flags: "--dry-run", description: "print the plan and what it would allow, and change nothing" },
		{ flags: "--no-widen", description: "refuse a role that allows more than now, or of which nobody can tell" },
	],
	examples: [
		{ command: "hivekey role apply -f support-agent.yaml", says: "one file" },
		{ command: "hivekey role apply -f policies/", says: "all policy files of a folder" },
		{ command: "hivekey role apply -f policies/ --yes", says: "without being asked" },
		{ command: "hivekey role apply -f policies/ --dry-run", says: "what would change" },
		{ command: "hivekey role apply -f policies/ --no-widen", says: "only what allows no more than now" },
		{ command: "cat role.yaml | hivekey role apply -f -", says: "standard input" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const sources = await readSources(input.list("file"), world);
		// Loaded here: it brings the YAML parser with it.
		const { splitSource } = await import("../../documents/split-source.ts");
		const roles = collectRoles(sources.map(splitSource), terminal);
		const { admin, url } = await connect();
		const isDry = input.flag("dryRun");
		// `--no-widen` is told as the opposite of a `widen` that is on.
		const noWiden = !input.flag("widen");
		const conditions = !isDry && isToAsk(input, world) ? await agreedConditions(admin, url, roles, context) : [];

		const applied: AppliedRole[] = [];
		const refused: { kind: ApplyOutcome["kind"]; problems: ProblemLine[]; requestId: string | null }[] = [];
		try {
			for (const [at, role] of roles.entries()) {
				const text =
					roles.length > 1 ? `Applying role ${at + 1} of ${roles.length}` : "Applying the role, and telling its agents' ledgers";
				if (roles.length > 1) terminal.progress(`${text} …`);
				const outcome = await terminal.whileWorking(text, applyRole(admin, role, { ...conditions[at], dryRun: isDry, noWiden }));
				if (outcome.kind !== "applied") {
					refused.push({ kind: outcome.kind, problems: outcome.problems, requestId: outcome.error.requestId });
					continue;
				}
				applied.push(outcome.role);
				for (const warning of outcome.warnings) terminal.warn(warning.message, problemText({ ...warning, message: "" }));
				if (isDry && format === "table") terminal.print(...(await dryLines(admin, role, outcome.role, terminal)));
				else if (format === "table")
					terminal.done(`Role ${outcome.role.name} ${outcome.role.change} · ${revisionText(outcome.role)}`);
			}
		} catch (error) {
			if (roles.length > 1) terminal.note(`Stopped: ${applied.length} of ${roles.length} roles were applied.`);
			throw error;
		} finally {
			if (format === "json" && applied.length > 0) terminal.json(applied);
		}
		if (refused.length > 0) throw notApplied(refused, roles.length);
	},
};

function notApplied(
	refused: { kind: ApplyOutcome["kind"]; problems: ProblemLine[]; requestId: string | null }[],
	all: number,
): CliFailure {
	const widens = refused.every(({ kind }) => kind === "would_widen");
	return new CliFailure(`${refused.length} of ${all} ${all === 1 ? "role" : "roles"} not applied`, {
		code: widens ? "would_widen" : "invalid_document",
		exit: widens ? EXIT.denied : EXIT.failed,
		next: widens
			? "They would allow more than now, or nobody can tell. If that is meant, apply them without --no-widen."
			: "Put right what is named above and apply again; a role that is unchanged stays as it is.",
		problems: refused.flatMap((one) => one.problems),
		requestId: refused.at(-1)?.requestId,
	});
}

/** What applying one role would come to. */
async function dryLines(admin: HiveKeyAdmin, role: RoleDocument, planned: AppliedRole, terminal: Terminal): Promise<string[]> {
	const { planLines, plannedChange } = await import("../../documents/plan-roles.ts");
	const { comparisonLines } = await import("../../documents/comparison-text.ts");
	const plan = await plannedChange(admin, role, planned);
	const comparison = planned.comparison === undefined ? [] : comparisonLines(planned.comparison, terminal.colours);
	return [...planLines([plan], terminal.colours), ...comparison.map((line) => `  ${line}`)];
}

/** Shows the plan and asks, unless nothing would change. @returns what each role's change counts on */
async function agreedConditions(
	admin: HiveKeyAdmin,
	url: string,
	roles: RoleDocument[],
	context: Context,
): Promise<RoleCondition[]> {
	const { changesAnything, planLines, planRoles } = await import("../../documents/plan-roles.ts");
	const plan = await planRoles(admin, roles, context.terminal);
	const conditions = plan.map(({ current }) => conditionOn(current));
	if (changesAnything(plan)) {
		context.terminal.note(`Plan for ${url}`);
		context.terminal.say(...planLines(plan, context.terminal.errorColours));
		await ask("Apply?", context);
	}
	return conditions;
}
