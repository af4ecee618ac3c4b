/** HTTP as it goes over the wire: any bytes in a body, any path that a client can send, nothing corrected on the way. */
import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface Sent {
	method: string;
	/** Path and query, as they are sent. */
	path: string;
	headers?: Record<string, string>;
	body?: Uint8Array | string;
}

export interface Answered {
	status: number;
	headers: IncomingHttpHeaders;
	text: string;
	/** The body as JSON; undefined if there is none, or if it is something else. */
	json: unknown;
}

export interface Client {
	send(sent: Sent): Promise<Answered>;
	close(): void;
}

/** Keeps its connections alive, at most so many at once. */
export function openClient(url: string, connections = 16): Client {
	const agent = new Agent({ keepAlive: true, maxSockets: connections });
	const { hostname, port } = new URL(url);
	const client: Client = {
		send: ({ method, path, headers = {}, body }) =>
			new Promise((resolve, reject) => {
				const length: Record<string, string> = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
				const sent = request({ agent, hostname, port, method: method.toUpperCase(), path, headers: { ...headers, ...length } });
				sent.on("error", (error: NodeJS.ErrnoException) => {
					// The server had closed a kept connection, and its word was still on the way: nothing of this request was read (RFC 9112,
					// section 9.3.1). It goes out again, on another one.
					const wasClosed = sent.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
					if (wasClosed) client.send({ method, path, headers, ...(body === undefined ? {} : { body }) }).then(resolve, reject);
					else reject(error);
				});
				sent.on("response", (answer) => {
					const chunks: Buffer[] = [];
					// A stream has no end to wait for.
					if (answer.headers["content-type"] === "text/event-stream") {
						resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: "", json: undefined });
						sent.destroy();
						return;
					}
					answer.on("data", (chunk: Buffer) => chunks.push(chunk));
					answer.on("error", reject);
					answer.on("end", () => {
						const text = Buffer.concat(chunks).toString();
						resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: parsed(text) });
					});
				});
				sent.end(body);
			}),
		close: () => agent.destroy(),
	};
	return client;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** An answer without what is new in every answer. */
export function withoutRequestId({ status, headers, text }: Answered): { status: number; headers: object; text: string } {
	const id = headers["x-request-id"];
	const { "x-request-id": _id, "request-id": _same, "x-hivekey-act-id": _act, date: _date, ...rest } = headers;
	return { status, headers: rest, text: typeof id === "string" ? text.replaceAll(id, "req_") : text };
}
