/** The OpenAPI 3.1 document, from the endpoint objects alone. The same endpoints make the same document, to the byte. */
import type { Endpoint } from "../../src/http/endpoint.ts";
import type { ErrorAdvice } from "./error-advice.ts";
import { HEADERS, PARAMETERS } from "./headers.ts";
import { INFO, SERVERS } from "./info.ts";
import type { OpenApi } from "./openapi-types.ts";
import { writeOperation } from "./operation.ts";
import { nounOf } from "./operation-id.ts";
import { createProblemBook } from "./problems.ts";
import { createSchemaBook } from "./schemas.ts";
import { SECURITY_SCHEMES } from "./security.ts";
import { CHAPTERS, chapterOf } from "./tags.ts";

/**
 * @param advice - what docs/errors.md says of each problem code
 * @throws if a contract leaves something open: an id twice, a body without a schema, a status or a noun that nobody explained
 */
export function buildDocument(endpoints: readonly Endpoint[], advice: ErrorAdvice): OpenApi {
	const book = createSchemaBook();
	const problems = createProblemBook(book, advice);
	const paths: OpenApi["paths"] = {};
	const ids = new Map<string, string>();
	for (const endpoint of endpoints) {
		const operation = writeOperation(endpoint, book, problems);
		const address = `${endpoint.method} ${endpoint.path}`;
		const taken = ids.get(operation.operationId);
		if (taken) throw new Error(`${address} and ${taken} are both ${operation.operationId}`);
		ids.set(operation.operationId, address);
		paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method]: operation };
	}
	const used = new Set(endpoints.map(({ path }) => chapterOf(nounOf(path))));
	return {
		openapi: "3.1.0",
		info: INFO,
		servers: SERVERS,
		tags: CHAPTERS.filter(({ name }) => used.has(name)).map(({ name, description }) => ({ name, description })),
		paths,
		components: {
			securitySchemes: SECURITY_SCHEMES,
			parameters: PARAMETERS,
			headers: HEADERS,
			responses: problems.components(),
			schemas: book.components(),
		},
	};
}
