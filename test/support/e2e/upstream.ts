/** An upstream for connectors to reach: a real server on this machine that keeps what it was sent. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Heard {
	method: string;
	/** Path and query, as they came. */
	url: string;
	headers: IncomingMessage["headers"];
	body: string;
}

export interface Upstream {
	url: string;
	server: Server;
	/** Everything that was sent, oldest first. */
	heard: Heard[];
	stop(): Promise<void>;
}

export type Answerer = (heard: Heard, response: ServerResponse) => void;

/** Starts one; `answer` is told each request once it is there whole. */
export async function startUpstream(answer: Answerer): Promise<Upstream> {
	const heard: Heard[] = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk) => chunks.push(chunk));
		request.on("error", () => {});
		request.on("end", () => {
			const one = {
				method: request.method as string,
				url: request.url as string,
				headers: request.headers,
				body: Buffer.concat(chunks).toString(),
			};
			heard.push(one);
			answer(one, response);
		});
	});
	await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		server,
		heard,
		stop: () =>
			new Promise((stopped) => {
				server.closeAllConnections();
				server.close(() => stopped());
			}),
	};
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
	response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}
