/** Files -> the sinks to apply. Fails before anything is sent if one of them has a mistake. */
import { CliFailure } from "../failure.ts";
import { type DocumentOf, documentsOf, policyFailure, readPolicy } from "../offline/read-policy.ts";
import type { Terminal } from "../output/terminal.ts";
import type { Source } from "./read-sources.ts";

/**
 * All sinks of all files, in order. What is policy but no sink is skipped with a note.
 * @throws CliFailure if a file has problems, or there is no sink
 */
export function collectSinks(sources: Source[], terminal: Terminal): DocumentOf<"Sink">[] {
	const policy = readPolicy(sources);
	if (policy.problems.length > 0) throw policyFailure(policy.problems);
	for (const { file, kind, position } of policy.documents)
		if (kind !== "Sink") terminal.note(`${file}:${position("")?.line ?? 1}: skipped, a ${kind} is not a sink`);
	const sinks = documentsOf(policy, "Sink");
	if (sinks.length > 0) return sinks;
	throw new CliFailure("There is no sink in what was given", {
		code: "nothing_to_apply",
		next: "A sink is a document of `kind: Sink`.",
	});
}
