/** A service that speaks Chat Completions and says what it is told: first these tool calls, then "done". */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface AskedModel {
	messages: { role: string; content: string }[];
	tools: { name?: string; function: { name: string } }[];
}

export class ChatCompletions {
	readonly #calls: object[];
	/** What the model was asked. */
	readonly asked: AskedModel[] = [];
	readonly #server = createServer(async (request, response) => {
		let text = "";
		for await (const part of request) text += part;
		this.asked.push(JSON.parse(text) as AskedModel);
		const tool_calls = this.#calls.map((input, at) => ({
			id: `call_${at}`,
			type: "function",
			function: { name: "mail_send", arguments: JSON.stringify(input) },
		}));
		const isFirst = this.asked.length === 1;
		const message = isFirst ? { role: "assistant", content: null, tool_calls } : { role: "assistant", content: "done" };
		const choice = { index: 0, message, finish_reason: isFirst ? "tool_calls" : "stop", logprobs: null };
		response.writeHead(200, { "content-type": "application/json" });
		response.end(JSON.stringify({ id: "c", object: "chat.completion", created: 1, model: "m", choices: [choice] }));
	});

	/** @param calls - the inputs with which `mail_send` is called */
	constructor(calls: object[]) {
		this.#calls = calls;
	}

	/** @returns its address */
	async start(): Promise<string> {
		await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	stop(): void {
		this.#server.closeAllConnections();
		this.#server.close();
	}
}
