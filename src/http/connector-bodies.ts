/** Connectors and secrets on the wire: what is accepted, and how a change is answered. */
import * as z from "zod";
import { CONNECTOR_LIMITS, type ConnectorDocument } from "../contract/connector-document.ts";
import type { ProblemItem } from "../contract/problem.ts";
import type { ConnectorChange } from "../gateway/connectors.ts";
import type { SecretChange } from "../gateway/secrets.ts";
import { parseDocuments } from "../policy/parse-documents.ts";
import type { Answer } from "./endpoint.ts";
import type { BodyOptions } from "./read-body.ts";
import { notEverywhere } from "./role-bodies.ts";

export const CONNECTOR_FILE: BodyOptions = {
	types: ["application/yaml", "application/json"],
	maxBytes: CONNECTOR_LIMITS.sourceBytes,
};

export const connectorQuery = z.strictObject({
	dry_run: z
		.enum(["true", "false"], "put true, or false, or leave it out")
		.default("false")
		.transform((text) => text === "true")
		.describe("Answers what it would change, for which roles, and changes nothing."),
});

type ReadConnector = { ok: true; document: ConnectorDocument } | { ok: false; problems: ProblemItem[] };

/** Reads what was sent for the connector of a name. */
export function readConnector(name: string, bytes: Uint8Array, type: string): ReadConnector {
	const { documents, problems } = parseDocuments(bytes, { format: type === "application/json" ? "json" : "yaml" });
	if (problems.length > 0) return { ok: false, problems };
	const [one, ...more] = documents;
	if (one === undefined || more.length > 0 || one.kind !== "Connector") {
		const message = "one document of `kind: Connector` should stand here";
		return { ok: false, problems: [{ path: "", code: "document_count", message }] };
	}
	if (one.document.metadata.name === name) return { ok: true, document: one.document };
	const message = `the document is of connector ${JSON.stringify(one.document.metadata.name)}, the address of ${JSON.stringify(name)}`;
	return { ok: false, problems: [{ path: "metadata.name", code: "name_mismatch", message }] };
}

export function answerConnector(name: string, change: ConnectorChange): Answer {
	switch (change.kind) {
		case "applied":
		case "planned":
			return { status: 200, body: change.connector };
		case "deleted":
			return { status: 204 };
		case "invalid":
			return invalidConnector(change.problems);
		case "not_found":
			return { problem: "not_found", detail: `there is no connector ${name}` };
		case "in_use":
			return {
				problem: "still_in_use",
				detail: `roles still grant actions of this connector: ${change.roles.join(", ")}. Change them first`,
				errors: change.roles.map((role) => ({ path: role, code: "grants_action", message: `role ${role} grants its actions` })),
			};
		case "changed_meanwhile":
			return {
				problem: "conflict",
				detail: "the connector was changed by somebody else meanwhile; nothing was applied, try again",
			};
		case "busy":
			return busy("connector", change.roles);
		case "not_everywhere":
			return notEverywhere(change.agents);
	}
}

export function answerSecret(name: string, change: SecretChange): Answer {
	switch (change.kind) {
		case "applied":
			return { status: 200, body: change.secret };
		case "deleted":
			return { status: 204 };
		case "not_found":
			return { problem: "not_found", detail: `there is no secret ${name}` };
		case "in_use":
			return secretInUse(change.connectors, change.sinks);
		case "changed_meanwhile":
			return { problem: "conflict", detail: "the secret was changed by somebody else meanwhile; nothing was set, try again" };
		case "busy":
			return busy("secret", change.roles);
		case "not_everywhere":
			return notEverywhere(change.agents);
	}
}

function secretInUse(connectors: string[], sinks: string[]): Answer {
	const users = [
		...connectors.map((path) => ({ path, who: `connector ${path}` })),
		...sinks.map((path) => ({ path, who: `sink ${path}` })),
	];
	return {
		problem: "still_in_use",
		detail: `still taken by ${users.map(({ who }) => who).join(", ")}. Change or delete what takes it first, or set another value`,
		errors: users.map(({ path, who }) => ({ path, code: "takes_secret", message: `${who} takes the secret` })),
	};
}

function busy(what: string, roles: string[]): Answer {
	return {
		problem: "conflict",
		detail: `the ${what} is stored, but not yet in force in: ${roles.join(", ")}. Run the same command again`,
	};
}

export function invalidConnector(problems: ProblemItem[]): Answer {
	const detail = problems.length === 1 ? (problems[0]?.message ?? "") : `${problems.length} errors; nothing was applied`;
	return { problem: "invalid_document", detail, errors: problems.slice(0, 100) };
}
