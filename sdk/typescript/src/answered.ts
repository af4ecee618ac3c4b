/** A success -> its body with the request's id; anything else -> the error that says what it was. */
import { errorFromAnswer, errorFromVerdict, isVerdict, objectBody, unexpectedAnswer } from "./error-from-answer.ts";
import { List } from "./list.ts";
import type { Answer, Request, Transport } from "./transport.ts";
import type { Answered, Page, Tagged } from "./types.ts";

/**
 * Sends a request whose success is a JSON object that has all the keys named.
 * @throws HiveKeyError for every other answer
 */
export async function answered<T extends object>(
	transport: Transport,
	request: Request,
	keys: readonly (keyof T & string)[],
): Promise<T & Answered> {
	const answer = await succeeded(transport, request);
	return { ...bodyWith(answer, keys), request_id: answer.requestId } as unknown as T & Answered;
}

/** The same, with the entity tag of what was answered. */
export async function answeredWithTag<T extends object>(
	transport: Transport,
	request: Request,
	keys: readonly (keyof T & string)[],
): Promise<T & Answered & Tagged> {
	const answer = await succeeded(transport, request);
	// A proxy that compresses marks the tag as weak, and a weak one matches nothing. It still names the same revision.
	const etag = answer.headers.get("etag")?.replace(/^W\//, "") ?? null;
	const facts = { request_id: answer.requestId, etag };
	return { ...bodyWith(answer, keys), ...facts } as unknown as T & Answered & Tagged;
}

/**
 * Sends a request whose success says nothing but that it was one.
 * @throws HiveKeyError for every answer but 204
 */
export async function done(transport: Transport, request: Request): Promise<Answered> {
	const answer = await succeeded(transport, request);
	if (answer.status !== 204) throw unexpectedAnswer(answer);
	return { request_id: answer.requestId };
}

/**
 * A list that comes in pages.
 * @param pathOf - the path with its query, from the cursor of the page
 */
export function listed<T>(transport: Transport, pathOf: (cursor: string | undefined) => string, options: ListOptions): List<T> {
	const { cursor: start, ...request } = options;
	return new List(
		(cursor) => answered<Page<T>>(transport, { method: "GET", path: pathOf(cursor), ...request }, ["items"]),
		start,
	);
}

/** Where a list starts, and how each page of it is asked for. */
type ListOptions = Omit<Request, "method" | "path"> & { cursor: string | undefined };

/**
 * Sends a request whose success may be anything.
 * @throws HiveKeyError for every answer that is none
 */
export async function succeeded(transport: Transport, request: Request): Promise<Answer> {
	const answer = await transport.send(request);
	if (answer.status >= 200 && answer.status <= 299) return answer;
	throw (isVerdict(answer) ? errorFromVerdict(answer) : null) ?? errorFromAnswer(answer);
}

function bodyWith(answer: Answer, keys: readonly string[]): Record<string, unknown> {
	const body = objectBody(answer);
	if (keys.some((key) => !(key in body))) throw unexpectedAnswer(answer);
	return body;
}
