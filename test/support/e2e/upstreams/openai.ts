/** Speaks enough of OpenAI's API for its SDK: answers at once and as a stream, pages by `after`, its errors. */
import { setTimeout as wait } from "node:timers/promises";
import { type ApiServer, startApiServer } from "./api-server.ts";

export const OPENAI_SECRET = "sk-upstream0secret0of0the0tests";
const WORDS = ["Hello", " from", " the", " upstream"];
const JOBS = ["ftjob-1", "ftjob-2", "ftjob-3", "ftjob-4", "ftjob-5"];

const error = (message: string, type: string, code: string | null) => ({ error: { message, type, param: null, code } });

export function startOpenAi(): Promise<ApiServer> {
	const unauthorized = error("Incorrect API key provided", "invalid_request_error", "invalid_api_key");
	return startApiServer(`Bearer ${OPENAI_SECRET}`, unauthorized, async ({ method, path, query, body }, answer, response) => {
		if (method === "GET" && path === "/v1/fine_tuning/jobs") {
			const start = JOBS.indexOf(query.get("after") ?? "") + 1;
			const data = JOBS.slice(start, start + Number(query.get("limit") ?? 20)).map((id) => ({ id, object: "fine_tuning.job" }));
			return answer(200, { object: "list", data, has_more: start + data.length < JOBS.length });
		}
		if (method !== "POST" || path !== "/v1/chat/completions")
			return answer(404, error("Not found", "invalid_request_error", null));
		const { model, stream } = JSON.parse(body) as { model: string; stream?: boolean };
		if (model === "gpt-missing")
			return answer(404, error("The model does not exist", "invalid_request_error", "model_not_found"));
		if (model === "gpt-broken") return answer(500, error("The server had an error", "server_error", null));
		if (model === "gpt-hangs") return;
		const head = { id: "chatcmpl-1", created: 1, model, system_fingerprint: "fp_1" };
		if (stream !== true) {
			const message = { role: "assistant", content: WORDS.join(""), refusal: null };
			return answer(
				200,
				{ ...head, object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop", logprobs: null }] },
				{ "openai-processing-ms": "12" },
			);
		}
		response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
		const words = model === "gpt-endless" ? endless() : WORDS;
		for (const content of words) {
			if (response.destroyed) return;
			const choice = { index: 0, delta: { role: "assistant", content }, finish_reason: null };
			response.write(`data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [choice] })}\n\n`);
			await wait(20);
			if (model === "gpt-cut" && content === " the") return void response.socket?.destroy();
		}
		response.end("data: [DONE]\n\n");
	});
}

function* endless() {
	for (;;) yield "tick";
}

/** @param url - where it listens */
export function openAiConnector(url: string): string {
	return `apiVersion: policy.hivekey.ai/v1
kind: Connector
metadata: { name: openai }
http:
  base_url: ${url}/v1
  auth: { bearer: { secret: openai-key } }
  time_limit: 2s
  proxy: { enabled: true, error_style: openai }
actions:
  - name: openai.chat.create
    method: POST
    path: /chat/completions
    logged: [model, stream]
    input: { type: object, properties: { model: { type: string }, messages: { type: array, items: { type: object } }, stream: { type: boolean } }, required: [model, messages] }
  - name: openai.jobs.list
    method: GET
    path: /fine_tuning/jobs
    query: { after: after, limit: limit }
    logged: [after, limit]
    input: { type: object, properties: { after: { type: string }, limit: { type: integer } } }
`;
}
