import { type AppliedConnector, type HiveKeyAdmin, InvalidRequestError } from "../../../../sdk/typescript/src/index.ts";
import type { Command } from "../../command.ts";
import { ask, isToAsk } from "../../confirm.ts";
import { readSources } from "../../documents/read-sources.ts";
import { CliFailure, type ProblemLine } from "../../failure.ts";
import { actionsText, changeLines } from "./applied-text.ts";
import type { ConnectorToApply } from "./collect-connectors.ts";

export const apply: Command = {
	name: "connector apply",
	summary: "Create or update connectors from files",
	description:
		"Applies every connector in the files. A change is in force for every role that grants its actions when the command says so, and " +
		"it widens none: new actions that a role's patterns match are named, and granted when that role is applied again. Where a role " +
		"could not live with a change, nothing is changed. On a terminal it shows what would change, for which role, and asks first.",
	arguments: [],
	options: [
		{ flags: "-f, --file <path>", description: "a file, a folder, or - for standard input", repeatable: true, required: true },
		{ flags: "--dry-run", description: "say what would change, and change nothing" },
		{ flags: "-y, --yes", description: "no plan and no question" },
	],
	examples: [
		{ command: "hivekey connector apply -f crm.yaml", says: "one connector" },
		{ command: "hivekey connector apply -f connectors/ --dry-run", says: "what a pull request would change, for which roles" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format, connect } = context;
		const sources = await readSources(input.list("file"), world);
		// Loaded here: it brings the YAML parser with it.
		const { collectConnectors } = await import("./collect-connectors.ts");
		const connectors = collectConnectors(sources, terminal);
		const { admin, url } = await connect();
		const isDryRun = input.flag("dryRun");
		if (!isDryRun && isToAsk(input, world)) {
			const plan = await terminal.whileWorking("Comparing with the connectors there are", applyAll(admin, connectors, true));
			if (plan.some(({ change }) => change !== "unchanged")) {
				terminal.note(`Plan for ${url}`);
				for (const one of plan) terminal.say(`${one.name}  ${one.change} · ${actionsText(one.actions)}`, ...changeLines(one));
				await ask("Apply?", context);
			}
		}
		const work = isDryRun ? "Comparing with the connectors there are" : "Applying, and the roles that grant its actions";
		const applied = await terminal.whileWorking(work, applyAll(admin, connectors, isDryRun));
		if (format === "json") terminal.json(applied);
		for (const one of applied) {
			if (format === "table") {
				const done = `Connector ${one.name} ${isDryRun ? "would be " : ""}${one.change} · rev ${one.rev} · ${actionsText(one.actions)}`;
				if (isDryRun) terminal.print(done, ...changeLines(one));
				else terminal.done(done);
			}
			if (!isDryRun) terminal.say(...changeLines(one));
			for (const { message } of one.warnings) terminal.warn(message);
		}
	},
};

async function applyAll(admin: HiveKeyAdmin, connectors: ConnectorToApply[], dryRun: boolean): Promise<AppliedConnector[]> {
	const applied: AppliedConnector[] = [];
	for (const connector of connectors) applied.push(await applyOne(admin, connector, dryRun));
	return applied;
}

async function applyOne(
	admin: HiveKeyAdmin,
	{ file, document, position }: ConnectorToApply,
	dryRun: boolean,
): Promise<AppliedConnector> {
	const source = { content: JSON.stringify(document), contentType: "application/json" } as const;
	try {
		const { request_id: _requestId, ...applied } = await admin.connectors.apply(document.metadata.name, source, { dryRun });
		return applied;
	} catch (error) {
		if (!(error instanceof InvalidRequestError)) throw error;
		const found = error.errors.length > 0 ? error.errors : [{ path: "", code: error.code, message: error.message }];
		const problems = found.map(({ path, code, message }): ProblemLine => {
			// What is wrong in a role stands nowhere in this file: its message names it.
			const at = message.startsWith("role ") ? null : position(path);
			return { file, line: at?.line, column: at?.column, path, code, message };
		});
		throw new CliFailure(`Connector ${document.metadata.name} not applied`, {
			code: "invalid_document",
			next: "Put right what is named above and apply again.",
			problems,
			requestId: error.requestId,
		});
	}
}
