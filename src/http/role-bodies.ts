/** Role documents on the wire: what is accepted, and how an application is answered. */
import * as z from "zod";
import type { Comparison } from "../contract/admin.ts";
import { ROLE_LIMITS } from "../contract/role-document.ts";
import type { ApplyOptions, RoleApplication } from "../gateway/apply-role.ts";
import { entityTag, type Precondition } from "../gateway/precondition.ts";
import type { Answer } from "./endpoint.ts";
import type { BodyOptions } from "./read-body.ts";

/** The role's own limit is 256 KiB; a little more is read, so that the answer can be the parser's, with its number. */
const LIMIT = {
	maxBytes: 300_000,
	tooLarge: `the document is larger than ${ROLE_LIMITS.sourceBytes} bytes (256 KiB), which is the most that a role may have`,
};

export const ROLE_FILE: BodyOptions = { types: ["application/yaml", "application/json"], ...LIMIT };
export const ROLE_PATCH: BodyOptions = { types: ["application/merge-patch+json", "application/json"], ...LIMIT };

const flag = z
	.enum(["true", "false"], "put true, or false, or leave it out")
	.default("false")
	.transform((text) => text === "true");

/** What may be asked of an application besides. */
export const applyQuery = z.strictObject({
	dry_run: flag.describe("Answers what it would do, with `comparison`, and changes nothing."),
	no_widen: flag.describe("Refuses what lets more pass than the role in force, and what nobody can tell of."),
});

/** @param query - as {@link applyQuery} reads it */
export function applyOptions({ dry_run, no_widen }: z.infer<typeof applyQuery>): ApplyOptions {
	return { dryRun: dry_run, noWiden: no_widen };
}

export function answerApplied(application: RoleApplication): Answer {
	switch (application.kind) {
		case "applied":
			return { status: 200, body: application.role, headers: { etag: entityTag(application.role) } };
		case "planned":
			return { status: 200, body: application.role };
		case "would_widen":
			return wouldWiden(application.comparison);
		case "invalid": {
			const { problems } = application;
			const detail = problems.length === 1 ? (problems[0]?.message ?? "") : `${problems.length} errors; nothing was applied`;
			return { problem: "invalid_document", detail, errors: problems };
		}
		case "not_found":
			return { problem: "not_found", detail: "there is no role of this name: PUT makes one" };
		case "stale":
			return STALE;
		case "busy":
			return { problem: "conflict", detail: "the role is being changed by others; nothing was applied, try again" };
		case "not_everywhere":
			return notEverywhere(application.agents);
	}
}

function wouldWiden({ result, reasons }: Comparison): Answer {
	const what =
		result === "widens" ? "the role would allow more than the one in force" : "nobody can tell whether the role allows more";
	return {
		problem: "would_widen",
		detail: `${what}; nothing was applied. Leave no_widen out to apply it all the same`,
		errors: reasons.map(({ action, why, sure }) => ({ path: action ?? "", code: sure ? "widens" : "cannot_tell", message: why })),
	};
}

export const STALE: Answer = {
	problem: "stale_revision",
	detail: "the role is not at the revision that If-Match or If-None-Match names: read it again; nothing was changed",
};

/** The conditions that a request puts on the revision in force. */
export function preconditionOf(header: (name: string) => string | null): Precondition {
	return { ifMatch: header("if-match"), ifNoneMatch: header("if-none-match") };
}

/** A change that is stored, but that some ledgers have not heard of yet. */
export function notEverywhere(agents: string[]): Answer {
	const named = agents.slice(0, 20).join(", ") + (agents.length > 20 ? ` and ${agents.length - 20} more` : "");
	return {
		problem: "not_everywhere",
		detail: `the change is stored, but not yet in force for: ${named}. Run the same command again`,
		errors: agents.map((agent) => ({
			path: agent,
			code: "not_acknowledged",
			message: "this agent's ledger did not acknowledge the change",
		})),
	};
}
