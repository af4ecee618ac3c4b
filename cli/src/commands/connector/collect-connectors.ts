/** Files -> the connectors to apply. Fails before anything is sent if one of them has a mistake. */
import type { Source } from "../../documents/read-sources.ts";
import { CliFailure } from "../../failure.ts";
import { type DocumentOf, documentsOf, policyFailure, readPolicy } from "../../offline/read-policy.ts";
import type { Terminal } from "../../output/terminal.ts";

export type ConnectorToApply = DocumentOf<"Connector">;

/**
 * All connectors of all files, in order. What is policy but no connector is skipped with a note.
 * @throws CliFailure if a file has problems, or there is no connector
 */
export function collectConnectors(sources: Source[], terminal: Terminal): ConnectorToApply[] {
	const policy = readPolicy(sources);
	if (policy.problems.length > 0) throw policyFailure(policy.problems);
	for (const { file, kind, position } of policy.documents)
		if (kind !== "Connector") terminal.note(`${file}:${position("")?.line ?? 1}: skipped, a ${kind} is not a connector`);
	const connectors = documentsOf(policy, "Connector");
	if (connectors.length > 0) return connectors;
	throw new CliFailure("There is no connector in what was given", {
		code: "nothing_to_apply",
		next: "A connector is a document of `kind: Connector`. `hivekey connector import openapi FILE` writes one from an OpenAPI document.",
	});
}
