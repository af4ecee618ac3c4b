import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { applySchema } from "../support/worker/gateway.ts";

beforeAll(applySchema);

const { server } = createApp(env);

async function ask(method: string, path: string): Promise<Response> {
	const context = createExecutionContext();
	const answer = await server.fetch(new Request(new URL(path, "https://gateway.test"), { method }), env, context);
	await waitOnExecutionContext(context);
	return answer;
}

test("what agents call is found by one regular expression, however many other addresses there are", async () => {
	expect((await ask("POST", "/v1/actions/mail.send")).status).toBe(401);
	expect(server.router.name).toBe("SmartRouter + RegExpRouter");
});

test("addresses of agents, of administrators and of nobody are told apart, and what each takes", async () => {
	const answers = [
		["POST", "/v1/calls/act_1", 405, "GET"],
		["DELETE", "/v1/roles/mail", 401, null],
		["PUT", "/v1/audit/act_1", 405, "GET"],
		["GET", "/v1/audit/act_1", 401, null],
		["GET", "/v1/audit/checkpoint", 401, null],
		["GET", "/v1/audit/tiles/0/000", 401, null],
		["GET", "/v1/nothing", 404, null],
		["GET", "/v1/actions/mail.send/more", 404, null],
	] as const;
	for (const [method, path, status, allow] of answers) {
		const answer = await ask(method, path);
		expect([path, answer.status, answer.headers.get("allow")]).toEqual([path, status, allow]);
		const { request_id } = (await answer.json()) as { request_id: string };
		expect(request_id).toBe(answer.headers.get("x-request-id"));
	}
});
