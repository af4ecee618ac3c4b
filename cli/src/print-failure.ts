/** A failure on stderr: for people, or as JSON for programs. */
import type { CliFailure, ProblemLine } from "./failure.ts";
import { prettyJson } from "./output/json.ts";
import { printable } from "./output/printable.ts";
import type { Terminal } from "./output/terminal.ts";
import type { World } from "./world.ts";

/** Writes what went wrong, and what to do next. */
export function printFailure(failure: CliFailure, asJson: boolean, terminal: Terminal, world: World): void {
	world.stderr.write(`${asJson ? prettyJson(failureJson(failure)) : failureText(failure, terminal)}\n`);
}

/** `support-agent.yaml:9:5: unknown operator` - as compilers write it, so that editors jump there. */
export function problemText(problem: ProblemLine): string {
	const place = [problem.file, problem.line, problem.line === undefined ? undefined : problem.column]
		.filter((part) => part !== undefined)
		.join(":");
	const path = problem.line === undefined ? problem.path : undefined;
	return printable([place, path, problem.message].filter((part) => part !== undefined && part !== "").join(": "));
}

function failureText(failure: CliFailure, terminal: Terminal): string {
	const { red, dim } = terminal.errorColours;
	const lines = failure.problems
		.filter((problem) => !isTold(problem, failure))
		.map((problem) => (problem.file === undefined ? `  ${problemText(problem)}` : problemText(problem)));
	const headline = `${red("error:")} ${printable(failure.message)}`;
	// Places in files stand first, as a compiler's do; the rest explains the headline.
	const inFiles = failure.problems.some((problem) => problem.file !== undefined);
	const text = inFiles ? [...lines, headline] : [headline, ...lines];
	if (failure.next !== undefined) text.push(`  ${printable(failure.next)}`);
	if (failure.requestId !== null) text.push(dim(`  request ${printable(failure.requestId)}`));
	return text.join("\n");
}

/** Whether the headline says the same already: the gateway takes its words from the only problem. */
function isTold({ file, message }: ProblemLine, failure: CliFailure): boolean {
	return file === undefined && failure.problems.length === 1 && failure.message.includes(message);
}

function failureJson(failure: CliFailure): object {
	return {
		error: {
			code: failure.code,
			message: failure.message,
			next: failure.next,
			status: failure.status,
			request_id: failure.requestId ?? undefined,
			errors: failure.problems.length > 0 ? failure.problems : undefined,
		},
	};
}
