/** Sends one role to the gateway and tells the lines of its answer in the lines of the file. */
import {
	type AppliedRole,
	ConflictError,
	type HiveKeyAdmin,
	InvalidRequestError,
	type PutRoleOptions,
	type RoleWarning,
} from "../../../sdk/typescript/src/index.ts";
import type { ProblemLine } from "../failure.ts";
import { explainStale, type RoleCondition } from "./role-in-force.ts";
import type { RoleDocument } from "./split-source.ts";

export type ApplyOutcome =
	| { kind: "applied"; role: AppliedRole; warnings: ProblemLine[] }
	| { kind: "invalid"; problems: ProblemLine[]; error: InvalidRequestError }
	/** It would allow more than the role in force, or nobody can tell, and was not to. */
	| { kind: "would_widen"; problems: ProblemLine[]; error: ConflictError };

export type ApplyRoleConditions = RoleCondition & Pick<PutRoleOptions, "dryRun" | "noWiden">;

/** Every other failure is thrown: what comes after would fail in the same way. */
export async function applyRole(
	admin: HiveKeyAdmin,
	document: RoleDocument,
	condition: ApplyRoleConditions = {},
): Promise<ApplyOutcome> {
	try {
		const answer = await admin.roles.put(document.name, document.body, { contentType: document.contentType, ...condition });
		const { request_id: _requestId, etag: _etag, ...role } = answer;
		return { kind: "applied", role, warnings: (role.warnings ?? []).map((warning) => inFile(warning, document)) };
	} catch (error) {
		if (error instanceof ConflictError && error.code === "would_widen")
			return { kind: "would_widen", problems: wideningProblems(error, document), error };
		if (!(error instanceof InvalidRequestError)) throw explainStale(error, document.name);
		const problems = error.errors.length > 0 ? error.errors : [{ path: "", code: error.code, message: error.message }];
		return { kind: "invalid", problems: problems.map((problem) => inFile(problem, document)), error };
	}
}

/** What would widen, at the beginning of the document: it is no one line that does. */
function wideningProblems({ body, message, code }: ConflictError, document: RoleDocument): ProblemLine[] {
	const { errors } = (body ?? {}) as { errors?: { path: string; code: string; message: string }[] };
	const items = Array.isArray(errors) && errors.length > 0 ? errors : [{ path: "", code, message }];
	const line = document.lineOffset + 1;
	return items.map((item) => {
		const words = item.path === "" || item.message.startsWith("grants ") ? item.message : `${item.path}: ${item.message}`;
		return { file: document.file, line, column: 1, path: item.path, code: item.code, message: words };
	});
}

function inFile(
	item: Omit<RoleWarning, "line" | "column"> & { line?: number; column?: number },
	document: RoleDocument,
): ProblemLine {
	const { code, message, path, line, column } = item;
	return { file: document.file, line: line === undefined ? undefined : line + document.lineOffset, column, path, code, message };
}
