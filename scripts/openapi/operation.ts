/** One endpoint as one operation. */
import { PROBLEM_STATUS } from "../../src/contract/codes.ts";
import type { Endpoint } from "../../src/http/endpoint.ts";
import { answerExamples, requestExamples } from "./examples.ts";
import { answerHeaders, ownHeaders } from "./headers.ts";
import type { Operation, Reference, ResponseObject, Schema } from "./openapi-types.ts";
import { nounOf, operationId } from "./operation-id.ts";
import { parametersOf } from "./parameters.ts";
import { type ProblemBook, problemCodes, problemName } from "./problems.ts";
import type { SchemaBook } from "./schemas.ts";
import { securityOf } from "./security.ts";
import { chapterOf } from "./tags.ts";
import { meaning } from "./wording.ts";

export function writeOperation(endpoint: Endpoint, book: SchemaBook, problems: ProblemBook): Operation {
	const id = operationId(endpoint, answersList(endpoint, book));
	const { description, ...security } = securityOf(endpoint.access);
	const parameters = parametersOf(endpoint, book);
	const body = requestBody(endpoint, id, book);
	return {
		operationId: id,
		tags: [chapterOf(nounOf(endpoint.path))],
		summary: endpoint.summary,
		...(description === undefined ? {} : { description }),
		...security,
		...(parameters.length === 0 ? {} : { parameters }),
		...(body === undefined ? {} : { requestBody: body }),
		responses: responses(endpoint, id, book, problems),
	};
}

function answersList({ responses }: Endpoint, book: SchemaBook): boolean {
	const schema = responses[200];
	return schema ? "next_cursor" in ((book.write(schema, "output").properties as Schema | undefined) ?? {}) : false;
}

function requestBody({ body }: Endpoint, id: string, book: SchemaBook): Operation["requestBody"] {
	if (!body) return undefined;
	if (!body.schema) throw new Error(`${id} reads a body by itself: its contract needs a schema that says what is in it`);
	const types = "raw" in body ? body.raw.types : ["application/json"];
	const media = { schema: book.write(body.schema, "input"), ...requestExamples(id) };
	// Plain text is no document: what its lines mean, the summary says.
	const mediaOf = (type: string) => (type === "text/plain" ? { schema: { type: "string" } } : media);
	return { required: true, content: Object.fromEntries(types.map((type) => [type, mediaOf(type)])) };
}

/** Problems alone are references; where a verdict or a body has the same status, the media types tell them apart. */
function responses(
	endpoint: Endpoint,
	id: string,
	book: SchemaBook,
	problems: ProblemBook,
): Record<string, ResponseObject | Reference> {
	const codes = problemCodes(endpoint, book);
	const shared = problems.responses(codes, Object.keys(endpoint.responses).map(Number));
	const answers: Record<number, ResponseObject | Reference> = {};
	for (const status of Object.keys(shared).map(Number)) {
		const name = problemName(codes.filter((code) => PROBLEM_STATUS[code] === status));
		answers[status] = { $ref: `#/components/responses/${name}` };
	}
	for (const [key, schema] of Object.entries(endpoint.responses)) {
		const status = Number(key);
		const problem = shared[status];
		const content = schema && {
			[endpoint.media ?? "application/json"]: { schema: book.write(schema, "output"), ...answerExamples(id, status) },
		};
		answers[status] = {
			description: [meaning(id, status), problem?.description].filter((words) => words !== undefined).join("; "),
			headers: { ...problem?.headers, ...answerHeaders(status, schema), ...ownHeaders(endpoint) },
			...(content || problem?.content ? { content: { ...content, ...problem?.content } } : {}),
		};
	}
	return answers;
}
