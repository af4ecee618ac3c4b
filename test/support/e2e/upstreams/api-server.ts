/** An upstream of the tests' own on the loopback interface: it checks its credential, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
	method: string;
	/** Path and query, as they came. */
	url: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingMessage["headers"];
	body: string;
}

export interface ApiServer {
	url: string;
	/** Everything that came, whatever was answered. */
	asked: Asked[];
	/** Forgets what came so far. */
	forget(): void;
	close(): Promise<void>;
}

export type Answerer = (asked: Asked, answer: Answer, response: ServerResponse) => void | Promise<void>;
export type Answer = (status: number, body: unknown, headers?: Record<string, string>) => void;

/** @param credential - what `Authorization` must be; `unauthorized` answers everybody else */
export async function startApiServer(credential: string, unauthorized: unknown, answerer: Answerer): Promise<ApiServer> {
	const asked: Asked[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const url = request.url ?? "/";
			const { pathname: path, searchParams: query } = new URL(url, "http://upstream");
			const body = Buffer.concat(chunks).toString();
			const one: Asked = { method: request.method ?? "", url, path, query, headers: request.headers, body };
			asked.push(one);
			const answer: Answer = (status, value, headers = {}) => {
				response.writeHead(status, { ...(value === undefined ? {} : { "content-type": "application/json" }), ...headers });
				response.end(value === undefined ? undefined : typeof value === "string" ? value : JSON.stringify(value));
			};
			if (request.headers.authorization !== credential) answer(401, unauthorized);
			else void answerer(one, answer, response);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		asked,
		forget: () => void asked.splice(0),
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}
