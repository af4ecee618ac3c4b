import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command, Context } from "../../command.ts";
import { readSources } from "../../documents/read-sources.ts";
import { CliFailure, usageFailure } from "../../failure.ts";
import type { RanTests } from "../../offline/run-tests.ts";
import { problemText } from "../../print-failure.ts";

export const test: Command = {
	name: "role test",
	summary: "Run role tests without a gateway",
	description:
		"Runs every case of every RoleTest in the files against the roles in them, with no network, through the gateway's own engine. " +
		"Then it names the guards that no case reached, and the branches that none took. Fails if a case comes out otherwise than " +
		"expected, or if there is none.",
	arguments: [{ name: "files", description: "files, folders, or - for standard input", variadic: true, isPath: true }],
	options: [{ flags: "--junit <file>", description: "write the results as JUnit XML too; - for standard output" }],
	examples: [
		{ command: "hivekey role test hivekey/", says: "all roles and tests of a folder" },
		{ command: "hivekey role test role.yaml role.test.yaml", says: "one role, one test" },
		{ command: "hivekey role test hivekey/ --junit report.xml", says: "with a report for CI" },
	],
	formats: ["table", "json"],
	async run(input, context) {
		const { world, terminal, format } = context;
		const junit = input.text("junit");
		if (junit === "-" && format === "json")
			throw usageFailure("--junit - and -o json both want standard output", "Give --junit a file.");
		const sources = await readSources(input.argumentsFrom(0), world);
		const { documentsOf, policyFailure, readPolicy } = await import("../../offline/read-policy.ts");
		const { loadRoles } = await import("../../offline/load-roles.ts");
		const { runTests } = await import("../../offline/run-tests.ts");
		const policy = readPolicy(sources);
		const { roles, problems } = loadRoles(policy);
		if (policy.problems.length + problems.length > 0) throw policyFailure([...policy.problems, ...problems]);
		if (documentsOf(policy, "RoleTest").length === 0) throw noTests();
		const ran = runTests(policy, roles);
		if (ran.problems.length > 0) throw policyFailure(ran.problems);

		for (const warning of [...roles.values()].flatMap((role) => role.warnings))
			terminal.warn(warning.message, problemText({ ...warning, message: "" }));
		await report(ran, junit, context);
		for (const name of ran.untested) terminal.note(`Role ${name} has no test`);
		if (ran.suites.every((suite) => suite.cases.every((one) => one.ok))) return;
		const { countText } = await import("../../offline/test-report.ts");
		throw new CliFailure(countText(ran), {
			code: "test_failed",
			next: "`hivekey role explain` shows what each guard saw.",
		});
	},
};

/** Results where they are wanted. Only one thing goes to standard output: with `--junit -` the tree goes to standard error. */
async function report(ran: RanTests, junit: string | undefined, { world, terminal, format }: Context): Promise<void> {
	const { countText, reportJson, reportLines } = await import("../../offline/test-report.ts");
	const { junitXml } = await import("../../offline/junit.ts");
	const isOk = ran.suites.every((suite) => suite.cases.every((one) => one.ok));
	if (junit === "-") {
		terminal.say(...reportLines(ran, { colours: terminal.errorColours, isTerminal: world.stderr.isTTY === true }));
		terminal.print(junitXml(ran.suites).trimEnd());
		if (isOk) terminal.doneAside(countText(ran));
		return;
	}
	if (format === "json") terminal.json(reportJson(ran));
	else terminal.print(...reportLines(ran, { colours: terminal.colours, isTerminal: world.stdout.isTTY === true }));
	if (format === "table" && isOk) terminal.done(countText(ran));
	if (junit === undefined) return;
	try {
		await writeFile(resolve(world.cwd, junit), junitXml(ran.suites));
	} catch (error) {
		throw new CliFailure(`Cannot write ${junit}: ${(error as Error).message}`, {
			code: "unwritable_file",
			next: "Check the path that was given to --junit.",
		});
	}
}

function noTests(): CliFailure {
	return new CliFailure("There is no role test in what was given", {
		code: "empty_suite",
		next: "A test begins with `apiVersion: policy.hivekey.ai/v1` and `kind: RoleTest`; `hivekey init` writes one to begin with.",
	});
}
