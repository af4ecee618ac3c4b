/** The committed document, read the way that a stranger's tool would. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/gateway/build-worker.ts";
import type { Header, Method, OpenApi, Parameter, ResponseObject, Schema } from "../../scripts/openapi/openapi-types.ts";

export const DOCUMENT = JSON.parse(readFileSync(join(ROOT, "openapi.json"), "utf8")) as OpenApi;

export interface DocumentedOperation {
	id: string;
	method: Method;
	path: string;
	security: Record<string, string[]>[];
	parameters: Parameter[];
	/** Media type -> the schema of the body. */
	bodies: Record<string, Schema>;
	responses: Record<string, ResponseObject>;
}

/** Every operation, references followed. */
export const OPERATIONS: DocumentedOperation[] = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({
		id: operation.operationId,
		method: method as Method,
		path,
		security: operation.security,
		parameters: (operation.parameters ?? []).map((parameter) => resolve<Parameter>(parameter)),
		bodies: Object.fromEntries(Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) => [type, schema])),
		responses: Object.fromEntries(
			Object.entries(operation.responses).map(([status, response]) => [status, resolve<ResponseObject>(response)]),
		),
	})),
);

/** @throws if there is no such operation */
export function operation(id: string): DocumentedOperation {
	const found = OPERATIONS.find((one) => one.id === id);
	if (!found) throw new Error(`the document has no operation ${id}`);
	return found;
}

/** The part that a reference names, or the part itself. */
export function resolve<T>(part: unknown): T {
	const { $ref } = part as { $ref?: string };
	if ($ref === undefined) return part as T;
	const found = $ref
		.slice(2)
		.split("/")
		.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], DOCUMENT);
	if (found === undefined) throw new Error(`${$ref} leads nowhere`);
	return resolve(found);
}

export function headersOf(response: ResponseObject): [string, Header][] {
	return Object.entries(response.headers).map(([name, header]) => [name, resolve<Header>(header)]);
}

/** The path with its parameters filled in, each encoded as one segment. */
export function fillPath(path: string, params: Record<string, string>): string {
	return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] as string));
}

const PATTERNS = OPERATIONS.map((operation) => ({
	operation,
	pattern: new RegExp(`^${operation.path.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
}));

/** The operations at an address, one for each of its methods, once dots are resolved as every URL parser does it. */
export function operationsAt(pathAndQuery: string): DocumentedOperation[] {
	const { pathname } = new URL(pathAndQuery, "http://gateway");
	return PATTERNS.filter(({ pattern }) => pattern.test(pathname)).map(({ operation }) => operation);
}

/** The operation at an address; null if there is none for this method. */
export function operationAt(method: string, pathAndQuery: string): DocumentedOperation | null {
	return operationsAt(pathAndQuery).find((one) => one.method === method) ?? null;
}
