/**
 * Stands between an SDK and the gateway and does what networks do: it loses requests, loses answers, cuts them in half, is slow.
 * One case at a time: `begin` waits until nothing of the case before is on its way any more.
 */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to one request. `before`: the gateway never hears of it. `after`: the gateway has answered, and nobody hears of that. */
export type Fault =
	| { pass: true }
	| { reply: Reply }
	| { reset: "before" | "after" | "during" }
	| { half: true }
	| { slow_ms: number }
	| { hang: "before" | "after" };

export interface Reply {
	status: number;
	headers?: Record<string, string>;
	body?: unknown;
	/** Sent as it is, instead of `body`. */
	text?: string;
}

/** A request as it came, whatever became of it. */
export interface SeenRequest {
	method: string;
	/** With its query. */
	path: string;
	idempotency_key: string | null;
	user_agent: string | null;
	body: string;
}

interface Answer {
	status: number;
	headers: IncomingMessage["headers"];
	body: Buffer;
}

export class FaultProxy {
	readonly #gateway: URL;
	#faults: Fault[] = [];
	#seen: SeenRequest[] = [];
	#forwarding = new Set<Promise<unknown>>();
	readonly #server = createServer((request, response) => void this.#serve(request, response));

	constructor(gatewayUrl: string) {
		this.#gateway = new URL(gatewayUrl);
	}

	get seen(): readonly SeenRequest[] {
		return this.#seen;
	}

	async start(): Promise<string> {
		await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	stop(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}

	/** Starts a case: its faults meet the requests to come, one each; after the last one all pass. */
	async begin(faults: Fault[]): Promise<void> {
		await this.settled();
		this.#faults = [...faults];
		this.#seen = [];
	}

	/** Resolves once the gateway has answered all that was forwarded to it. */
	async settled(): Promise<void> {
		while (this.#forwarding.size > 0) await Promise.allSettled(this.#forwarding);
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const fault = this.#faults.shift() ?? { pass: true };
		const parts: Buffer[] = [];
		try {
			for await (const part of request) parts.push(part as Buffer);
		} catch {
			return; // The client has left.
		}
		const body = Buffer.concat(parts);
		this.#seen.push(seenOf(request, body));
		if ("reply" in fault) return reply(response, fault.reply);
		if ("reset" in fault && fault.reset === "before") return void request.socket.destroy();
		if ("hang" in fault && fault.hang === "before") return;
		const forwarding = this.#forward(request, body);
		this.#forwarding.add(forwarding);
		void forwarding.catch(() => undefined).finally(() => this.#forwarding.delete(forwarding));
		if ("reset" in fault && fault.reset === "during") return void setTimeout(() => request.socket.destroy(), 150);
		try {
			this.#answer(request, response, fault, await forwarding);
		} catch {
			request.socket.destroy();
		}
	}

	#answer(request: IncomingMessage, response: ServerResponse, fault: Fault, answer: Answer): void {
		const write = () => response.writeHead(answer.status, answer.headers).end(answer.body);
		if ("reset" in fault) request.socket.destroy();
		else if ("half" in fault) {
			response.writeHead(answer.status, { ...answer.headers, "content-length": String(answer.body.length) });
			response.write(answer.body.subarray(0, answer.body.length >> 1), () => request.socket.destroy());
		} else if ("slow_ms" in fault) setTimeout(write, fault.slow_ms);
		else if ("pass" in fault) write();
	}

	#forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const { hostname, port } = this.#gateway;
			const headers = { ...incoming.headers, host: this.#gateway.host };
			const outgoing = send({ hostname, port, method: incoming.method, path: incoming.url, headers, agent: false }, (answer) => {
				const parts: Buffer[] = [];
				answer.on("data", (part: Buffer) => parts.push(part));
				answer.on("error", reject);
				answer.on("end", () => {
					const { connection: _connection, "transfer-encoding": _coding, ...rest } = answer.headers;
					resolve({ status: answer.statusCode ?? 502, headers: rest, body: Buffer.concat(parts) });
				});
			});
			outgoing.on("error", reject);
			outgoing.end(body);
		});
	}
}

function reply(response: ServerResponse, { status, headers, body, text }: Reply): void {
	const isProblem = status >= 400 && !(body as { verdict?: string } | undefined)?.verdict;
	response.writeHead(status, {
		"content-type": isProblem ? "application/problem+json" : "application/json",
		"x-request-id": "req_scripted",
		...headers,
	});
	response.end(text ?? (body === undefined ? "" : JSON.stringify(body)));
}

function seenOf({ method = "", url = "", headers }: IncomingMessage, body: Buffer): SeenRequest {
	const key = headers["idempotency-key"];
	return {
		method,
		path: url,
		idempotency_key: typeof key === "string" ? key : null,
		user_agent: headers["user-agent"] ?? null,
		body: body.toString(),
	};
}
