import { type AppliedList, type HiveKeyAdmin, InvalidRequestError } from "../../../../sdk/typescript/src/index.ts";
import type { Command } from "../../command.ts";
import { ask, isToAsk } from "../../confirm.ts";
import { readSources } from "../../documents/read-sources.ts";
import { CliFailure, type ProblemLine } from "../../failure.ts";
import type { ListToApply } from "./collect-lists.ts";
import { itemsText, someOf } from "./items-text.ts";

const LIST_FILE = /\.(ya?ml|json|txt)$/i;

export const apply: Command = {
	name: "list apply",
	summary: "Create or update lists from files",
	description:
		"Applies every list in the files: List documents as YAML or JSON, one or many a file, and .txt files with one item a line, of " +
		"which the file's name is the list's. What a list holds is in force in every role that takes it when the command says so; where " +
		"it does not fit one of them nothing is changed. Nothing is sent while a file cannot be read. On a terminal it shows what would " +
		"change and asks first.",
	arguments: [],
	options: [
		{ flags: "-f, --file <path>", description: "a file, a folder, or - for standard input", repeatable: true, required: true },
		{ flags: "--name <name>", description: "the list's name, for text on standard input or in one .txt file" },
		{ flags: "-y, --yes", description: "no plan and no question" },
	],
	examples: [
		{ command: "hivekey list apply -f partners.yaml", says: "a List document" },
		{ command: "hivekey list apply -f blocked.txt --yes", says: "the list `blocked`, one item a line, without being asked" },
		{ command: "cut -d, -f2 customers.csv | hivekey list apply -f - --name customers", says: "text from a program" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const sources = await readSources(input.list("file"), world, LIST_FILE);
		// Loaded here: it brings the YAML parser with it.
		const { collectLists } = await import("./collect-lists.ts");
		const lists = collectLists(sources, input.text("name"), terminal);
		const { admin, url } = await connect();
		if (isToAsk(input, world)) {
			const { planLines, planLists } = await import("./plan-lists.ts");
			const plan = await terminal.whileWorking("Comparing with the lists there are", planLists(admin, lists));
			if (plan.some(({ change }) => change !== "unchanged")) {
				terminal.note(`Plan for ${url}`);
				terminal.say(...planLines(plan, terminal.errorColours, world.stderr.columns));
				await ask("Apply?", context);
			}
		}

		const applied: AppliedList[] = [];
		const refused: { problems: ProblemLine[]; requestId: string | null }[] = [];
		try {
			for (const list of lists) {
				const outcome = await terminal.whileWorking("Applying the list, and the roles that take it", applyList(admin, list));
				if ("problems" in outcome) {
					refused.push(outcome);
					continue;
				}
				applied.push(outcome);
				if (format === "table") terminal.done(`List ${outcome.name} ${outcome.change} · ${appliedText(outcome)}`);
			}
		} catch (error) {
			if (lists.length > 1) terminal.note(`Stopped: ${applied.length} of ${lists.length} lists were applied.`);
			throw error;
		} finally {
			if (format === "json" && applied.length > 0) terminal.json(applied);
		}
		if (refused.length > 0) {
			throw new CliFailure(`${refused.length} of ${lists.length} ${lists.length === 1 ? "list" : "lists"} not applied`, {
				code: "invalid_document",
				next: "Put right what is named above and apply again; a list that is unchanged stays as it is.",
				problems: refused.flatMap((one) => one.problems),
				requestId: refused.at(-1)?.requestId,
			});
		}
	},
};

/** Every other failure is thrown: what comes after would fail in the same way. */
async function applyList(
	admin: HiveKeyAdmin,
	{ file, document }: ListToApply,
): Promise<AppliedList | { problems: ProblemLine[]; requestId: string | null }> {
	const source = { content: JSON.stringify(document), contentType: "application/json" } as const;
	try {
		const { request_id: _requestId, ...applied } = await admin.lists.apply(document.metadata.name, source);
		return applied;
	} catch (error) {
		if (!(error instanceof InvalidRequestError)) throw error;
		// What is wrong stands in a role, or nowhere in the file: the message names it.
		const problems = error.errors.length > 0 ? error.errors : [error];
		return { problems: problems.map(({ code, message }) => ({ file, code, message })), requestId: error.requestId };
	}
}

function appliedText({ count, roles }: AppliedList): string {
	const names = roles.map(({ name, rev }) => `${name} rev ${rev}`);
	return itemsText(count) + (names.length === 0 ? "" : ` · in force in ${someOf(names, 10)}`);
}
