/** A Worker whose database is not at its schema serves nothing, says so, and needs no restart when it is. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { localSecrets } from "../../scripts/gateway/local-secrets.ts";
import { type RunningGateway, runGateway } from "../../scripts/gateway/run-gateway.ts";
import { builtWorker } from "../support/built.ts";
import { temporaryFolder } from "../support/e2e/folder.ts";
import { clientOf } from "../support/e2e/http.ts";

const folder = temporaryFolder();
let gateway: RunningGateway;
let rootKey: string;
beforeAll(async () => {
	const secrets = await localSecrets(folder.path);
	rootKey = secrets.HIVEKEY_ROOT_KEY;
	gateway = await runGateway({
		bundle: await builtWorker(),
		state: folder.path,
		port: 0,
		vars: { ...secrets, LOG_LEVEL: "error" },
	});
}, 60_000);
afterAll(async () => {
	await gateway.stop();
	folder.remove();
});

test("before the migrations every route answers 503 and when to come again; after them it serves", async () => {
	const db = await gateway.miniflare.getD1Database("DB", "hivekey");
	const { results } = await db.prepare("SELECT version FROM schema_info").all<{ version: number }>();
	await db.prepare("UPDATE schema_info SET version = 0").run();
	const root = clientOf(gateway.url, rootKey);
	for (const [method, path] of [
		["GET", "/healthz"],
		["GET", "/v1/workspaces"],
		["POST", "/v1/actions/mail.send"],
		["GET", "/v1/whoami"],
	] as const) {
		const answer = await root(method, path, method === "POST" ? {} : undefined);
		expect([path, answer.status, answer.json.code, answer.headers.get("retry-after")]).toEqual([path, 503, "not_ready", "5"]);
	}
	await db.prepare("UPDATE schema_info SET version = ?").bind(results[0]?.version).run();
	expect((await root("GET", "/healthz")).status).toBe(200);
	expect((await root("GET", "/v1/workspaces")).status).toBe(200);
});
