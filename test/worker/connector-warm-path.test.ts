/** What a warm call of a connector's action asks of the stores: nothing; and of its ledger: two things. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { CallBook } from "../../bench/counting/call-book.ts";
import { countedEnv } from "../../bench/counting/counted-env.ts";
import { createApp } from "../../src/app.ts";
import { applySchema, newWorkspace } from "../support/worker/gateway.ts";

beforeAll(applySchema);
afterEach(() => vi.unstubAllGlobals());

test("a warm call makes two ledger calls, and no call of KV, D1 or R2", async () => {
	const workspace = await newWorkspace();
	await workspace.admin("PUT", "/v1/secrets/crm-key", { body: { value: "s3cr3t" } });
	const connector = {
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Connector",
		metadata: { name: "crm" },
		http: { base_url: "https://api.example.com", auth: { bearer: { secret: "crm-key" } } },
		actions: [{ name: "crm.me.get", method: "GET", path: "/me" }],
	};
	const applied = await workspace.admin("PUT", "/v1/connectors/crm", { body: connector });
	expect([applied.status, applied.json.warnings]).toEqual([200, []]);
	await workspace.applyRole(
		"apiVersion: policy.hivekey.ai/v1\nkind: Role\nmetadata: { name: crm }\nscope: { allow: [crm.me.get] }\n",
	);
	const agent = await workspace.createAgent("crm-bot", "crm");

	const asked: string[] = [];
	vi.stubGlobal("fetch", async (url: URL, init: RequestInit) => {
		asked.push(`${url} ${new Headers(init.headers).get("authorization")}`);
		return Response.json({ me: 1 });
	});
	const book = new CallBook();
	const app = createApp(countedEnv(env as never, "worker", book) as never);
	const call = async () => {
		const context = createExecutionContext();
		const request = new Request("http://gateway.test/v1/actions/crm.me.get", {
			method: "POST",
			headers: { authorization: `Bearer ${agent.token}`, "content-type": "application/json" },
			body: "{}",
		});
		const response = await app.server.fetch(request, env, context as never);
		const body = (await response.json()) as { result: unknown };
		await waitOnExecutionContext(context);
		return [response.status, body.result];
	};
	await call();
	book.take();
	expect(await call()).toEqual([200, { me: 1 }]);
	expect(book.take()).toEqual({ "worker AGENT_LEDGER.admit": 1, "worker AGENT_LEDGER.settle": 1 });
	expect(asked).toEqual(["https://api.example.com/me Bearer s3cr3t", "https://api.example.com/me Bearer s3cr3t"]);
});
