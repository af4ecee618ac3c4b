/** What an import came to, in words. */
import { CONNECTOR_LIMITS } from "../../../src/contract/connector-document.ts";
import { CliFailure, type ProblemLine } from "../failure.ts";
import { type OpenApiDocument, own, textAt } from "./document.ts";
import { CHOSEN_MAX, type Imported } from "./import-openapi.ts";
import { label } from "./operation.ts";

const SHOWN_MAX = 10;

/** What the document is, for the head of the connector. */
export function originOf({ file, version, root }: OpenApiDocument): string[] {
	const info = own(root, "info");
	const title = textAt(info, "title");
	const named =
		title === undefined
			? ""
			: `${title.replace(/\s+/g, " ").trim()}${textAt(info, "version") ? ` ${textAt(info, "version")}` : ""}, `;
	return [`Imported from ${file} (${named}${version === "2.0" ? "Swagger" : "OpenAPI"} ${version}).`];
}

/** For a document that no gateway would take. */
export function tooLarge(message: string): CliFailure {
	return new CliFailure(message, {
		code: "too_large",
		next: "Choose the part that your agents need with --include, --tag or --method; several connectors may be of one API.",
	});
}

/** Why there is nothing to write; undefined if there is something. */
export function importFailure(document: OpenApiDocument, imported: Imported): CliFailure | undefined {
	const { unused, operations, leftOut, connector, asked } = imported;
	if (operations === 0) {
		return new CliFailure(`${document.file} has no operations: \`paths\` is empty`, {
			code: "nothing_to_import",
			next: "Is it the right document? An API's operations stand under `paths`.",
		});
	}
	if (unused.length > 0) {
		return new CliFailure(`No operation fits ${unused.join(", ")}`, {
			code: "nothing_to_import",
			next: "Patterns are of actions (read.**), operationIds (issues/*) or paths (/repos/**, POST /repos/*); case counts.",
		});
	}
	if (asked > CHOSEN_MAX || connector.actions.length > CONNECTOR_LIMITS.actions) {
		return tooLarge(`${asked} operations were asked for, and a connector has at most ${CONNECTOR_LIMITS.actions} actions`);
	}
	if (connector.actions.length > 0) return undefined;
	if (leftOut.length === 0) {
		return new CliFailure("No operation fits all of what was asked for", {
			code: "nothing_to_import",
			next: "--include, --tag and --method all have to fit, --exclude must not.",
		});
	}
	return new CliFailure("None of the operations that were asked for can be imported", {
		code: "nothing_to_import",
		next: "Put right what is named above in the document.",
		problems: leftOut.slice(0, SHOWN_MAX).map((one): ProblemLine => {
			const at = one.pointer === undefined ? undefined : document.position(one.pointer);
			const place = one.pointer === undefined ? "" : ` [#${one.pointer}]`;
			return {
				file: document.file,
				line: at?.line,
				column: at?.column,
				path: one.pointer === undefined ? undefined : `#${one.pointer}`,
				code: "not_imported",
				message: `${label(one)}: ${one.reason}${at === undefined ? "" : place}`,
			};
		}),
	});
}
