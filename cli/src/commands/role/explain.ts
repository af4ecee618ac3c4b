import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Given } from "../../../../src/contract/role-test-document.ts";
import type { Command } from "../../command.ts";
import { readSources } from "../../documents/read-sources.ts";
import { CliFailure, usageFailure } from "../../failure.ts";
import type { OfflineRole } from "../../offline/load-roles.ts";
import type { World } from "../../world.ts";

export const explain: Command = {
	name: "role explain",
	summary: "Show why a call would be allowed, held or denied",
	description:
		"Decides one call by the roles in the files, with no network and nothing carried out, and shows every guard with the values that " +
		"it saw and why it went which way (* decided). Whatever the verdict is, the exit code is 0. --given takes what a role test's " +
		"`given` takes, such as rate.per_day=501; the time is now, if it is not given.",
	arguments: [],
	options: [
		{ flags: "-f, --file <path>", description: "a file, a folder, or - for standard input", repeatable: true, required: true },
		{ flags: "--role <name>", description: "which of the roles in the files; needed if there are several" },
		{ flags: "--action <name>", description: "the action that is called", required: true },
		{ flags: "--input <json>", description: "its input: JSON, @file, or - for standard input", required: true },
		{ flags: "--given <key=value>", description: "what is known besides", repeatable: true },
	],
	examples: [
		{ command: `hivekey role explain -f role.yaml --action mail.read --input '{}'`, says: "one call" },
		{
			command: "hivekey role explain -f role.yaml --action mail.send --input @mail.json --given rate.per_day=501",
			says: "the 501st of the day",
		},
	],
	formats: ["table", "json"],
	async run(input, { world, terminal, format }) {
		const files = input.list("file");
		const wanted = input.text("input") ?? "";
		if (wanted === "-" && files.includes("-"))
			throw usageFailure("-f - and --input - both want standard input", "Give one of them a file: --input @mail.json");
		const given = await givenOf(input.list("given"));
		const sources = await readSources(files, world);
		const body = await bodyOf(wanted, world);
		const { policyFailure, readPolicy } = await import("../../offline/read-policy.ts");
		const { loadRoles } = await import("../../offline/load-roles.ts");
		const { explainCall } = await import("../../offline/explain-call.ts");
		const { explanationJson, explanationLines } = await import("../../offline/explain-text.ts");
		const policy = readPolicy(sources);
		const { roles, problems } = loadRoles(policy);
		if (policy.problems.length + problems.length > 0) throw policyFailure([...policy.problems, ...problems]);
		const role = await chosenRole(roles, input.text("role"));
		const explanation = explainCall(role, input.text("action") ?? "", body, given, world.now().getTime());
		if (format === "json") return terminal.json(explanationJson(explanation));
		terminal.print(...explanationLines(explanation, terminal));
		const { granted, verdict } = explanation;
		if (verdict.reason_code === "not_in_scope")
			terminal.note(granted.length === 0 ? "The role grants no action" : `The role grants: ${granted.join(", ")}`);
	},
};

/** `rate.per_day=501` and the like, by the checks of a role test's `given`. */
async function givenOf(texts: string[]): Promise<Given> {
	const { checkGiven } = await import("../../../../src/policy/given-facts.ts");
	const given: Given = {};
	for (const text of texts) {
		const at = text.indexOf("=");
		if (at < 1) throw usageFailure(`--given ${JSON.stringify(text)} is no key=value`, "It looks like --given rate.per_day=501");
		const key = text.slice(0, at);
		const value = text.slice(at + 1);
		const isNumber = /^(rate|sum)\./.test(key) && /^[0-9]+(\.[0-9]+)?$/.test(value);
		given[key] = isNumber ? Number(value) : value;
	}
	const [first] = checkGiven(given, "");
	if (first === undefined) return given;
	throw usageFailure(
		first.code === "unknown_key" ? `--given: ${first.message}` : `--given ${first.path}: ${first.message}`,
		"It looks like --given rate.per_day=501, --given time=2026-11-22T10:00:00Z or --given agent.labels.team=support",
	);
}

async function bodyOf(wanted: string, world: World): Promise<string | Uint8Array> {
	if (wanted === "-") return world.readStdin();
	if (!wanted.startsWith("@")) return wanted;
	const path = wanted.slice(1);
	try {
		return await readFile(resolve(world.cwd, path));
	} catch (error) {
		throw new CliFailure(`Cannot read ${path}: ${(error as Error).message}`, {
			code: "unreadable_file",
			next: "Check the path that was given to --input.",
		});
	}
}

async function chosenRole(roles: Map<string, OfflineRole>, wanted: string | undefined): Promise<OfflineRole> {
	const [only] = roles.values();
	if (only === undefined)
		throw new CliFailure("There is no role in what was given", {
			code: "nothing_to_apply",
			next: "A role begins with `apiVersion: policy.hivekey.ai/v1` and `kind: Role`.",
		});
	const names = [...roles.keys()].join(", ");
	if (wanted === undefined && roles.size > 1)
		throw usageFailure(`There are ${roles.size} roles in what was given`, `--role says which: ${names}`);
	const chosen = wanted === undefined ? only : roles.get(wanted);
	if (chosen !== undefined) return chosen;
	const { didYouMean, quoted } = await import("../../../../src/policy/suggestion.ts");
	throw new CliFailure(
		`There is no role ${quoted(wanted as string)} in what was given${didYouMean(wanted as string, roles.keys())}`,
		{
			code: "unknown_role",
			next: `There are: ${names}`,
		},
	);
}
