/** Which problems an endpoint can be answered with: its own, and those that the server sends by itself. */
import { KEY_SCOPES } from "../../src/contract/admin.ts";
import { PROBLEM_CODES, PROBLEM_STATUS, type ProblemCode } from "../../src/contract/codes.ts";
import { problemSchema } from "../../src/contract/problem.ts";
import type { Endpoint } from "../../src/http/endpoint.ts";
import type { ErrorAdvice } from "./error-advice.ts";
import { problemHeaders } from "./headers.ts";
import type { ResponseObject, Schema } from "./openapi-types.ts";
import type { SchemaBook } from "./schemas.ts";

export const PROBLEM_TYPE = "application/problem+json";

/** Every problem code that may come, in the order of the list of codes. */
export function problemCodes(endpoint: Endpoint, book: SchemaBook): ProblemCode[] {
	const { access, params, query, body } = endpoint;
	const codes = new Set<ProblemCode>(["internal_error", ...(endpoint.problems ?? [])]);
	const add = (...more: ProblemCode[]) => {
		for (const code of more) codes.add(code);
	};
	if (access !== "anybody") add("unauthenticated", "not_ready", "unavailable");
	if (typeof access === "object" && !KEY_SCOPES.every((scope) => access.scopes.includes(scope))) add("missing_scope");
	// An empty parameter is an address of its own, with nothing at it.
	if (endpoint.path.includes("{")) add("not_found");
	if (body && !("raw" in body)) add("malformed_body", "too_large", "unsupported_media_type", "invalid_request");
	if ([params, query].some((schema) => schema && canFail(book.write(schema, "input")))) add("invalid_request");
	return PROBLEM_CODES.filter((code) => codes.has(code));
}

/** Whether a schema of parameters, all of them texts as they come, refuses any. */
function canFail({ properties = {}, additionalProperties }: Schema): boolean {
	return (
		additionalProperties === false ||
		Object.values(properties as Record<string, Schema>).some((schema) => Object.keys(schema).join() !== "type")
	);
}

/** The responses that carry problems. One that many operations share is written once, under the codes that it may carry. */
export interface ProblemBook {
	/**
	 * Status -> the response, for an endpoint with these codes.
	 * @param inPlace - statuses that have another body as well: their responses are not shared
	 */
	responses(codes: readonly ProblemCode[], inPlace: readonly number[]): Record<number, ResponseObject>;
	/** Every response so far, by its name. */
	components(): Record<string, ResponseObject>;
}

/** The name under which a response stands in the document, made of the codes in it. */
export function problemName(codes: readonly string[]): string {
	return codes.join(".");
}

export function createProblemBook(book: SchemaBook, advice: ErrorAdvice): ProblemBook {
	const named = new Map<string, ResponseObject>();
	const respond = (status: number, codes: ProblemCode[]): ResponseObject => ({
		description: codes.map((code) => describe(code, advice)).join("; "),
		headers: problemHeaders(status),
		content: {
			[PROBLEM_TYPE]: {
				schema: {
					...book.write(problemSchema, "output"),
					type: "object",
					properties: { status: { const: status }, code: { enum: codes } },
				},
			},
		},
	});
	return {
		responses(codes, inPlace) {
			const found: Record<number, ResponseObject> = {};
			for (const status of new Set(codes.map((code) => PROBLEM_STATUS[code]))) {
				const here = codes.filter((code) => PROBLEM_STATUS[code] === status);
				const name = problemName(here);
				const response = named.get(name) ?? respond(status, here);
				if (!inPlace.includes(status)) named.set(name, response);
				found[status] = response;
			}
			return found;
		},
		components: () => Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
	};
}

function describe(code: ProblemCode, advice: ErrorAdvice): string {
	const words = advice.get(code);
	if (words === undefined) throw new Error(`docs/errors.md does not explain ${code}`);
	return words === "" ? `\`${code}\`` : `\`${code}\`: ${words}`;
}
