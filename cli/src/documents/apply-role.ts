/** Sends one role to the gateway and tells the lines of its answer in the lines of the file. */
import { type AppliedRole, type HiveKeyAdmin, InvalidRequestError, type RoleWarning } from "../../../sdk/typescript/src/index.ts";
import type { ProblemLine } from "../failure.ts";
import { explainStale, type RoleCondition } from "./role-in-force.ts";
import type { RoleDocument } from "./split-source.ts";

export type ApplyOutcome =
	| { kind: "applied"; role: AppliedRole; warnings: ProblemLine[] }
	| { kind: "invalid"; problems: ProblemLine[]; error: InvalidRequestError };

/** Every other failure is thrown: what comes after would fail in the same way. */
export async function applyRole(
	admin: HiveKeyAdmin,
	document: RoleDocument,
	condition: RoleCondition = {},
): Promise<ApplyOutcome> {
	try {
		const answer = await admin.roles.put(document.name, document.body, { contentType: document.contentType, ...condition });
		const { request_id: _requestId, etag: _etag, ...role } = answer;
		return { kind: "applied", role, warnings: (role.warnings ?? []).map((warning) => inFile(warning, document)) };
	} catch (error) {
		if (!(error instanceof InvalidRequestError)) throw explainStale(error, document.name);
		const problems = error.errors.length > 0 ? error.errors : [{ path: "", code: error.code, message: error.message }];
		return { kind: "invalid", problems: problems.map((problem) => inFile(problem, document)), error };
	}
}

function inFile(
	item: Omit<RoleWarning, "line" | "column"> & { line?: number; column?: number },
	document: RoleDocument,
): ProblemLine {
	const { code, message, path, line, column } = item;
	return { file: document.file, line: line === undefined ? undefined : line + document.lineOffset, column, path, code, message };
}
