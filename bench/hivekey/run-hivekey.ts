/** Runs the built gateway with the upstream in place of `send_email`, and sets it up over its own API. */
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { runGateway } from "../../scripts/gateway/run-gateway.ts";
import { BODIES, type CallKind, type Side, WANTED } from "../side.ts";
import { MAIL_BINDING, upstreamWorker } from "../upstream/workers.ts";
import { openStoredLog, type StoredLog } from "./log.ts";
import { ROLE, ROLE_NAME } from "./role.ts";

export interface HivekeyOptions {
	bundle: string;
	upstream: string;
	state: string;
	agents: number;
}

export interface Hivekey extends Side {
	log: StoredLog;
}

export async function runHivekey({ bundle, upstream, state, agents }: HivekeyOptions): Promise<Hivekey> {
	await mkdir(state, { recursive: true });
	const random = () => randomBytes(32).toString("base64url");
	const secrets = {
		HIVEKEY_ROOT_KEY: random(),
		HIVEKEY_TOKEN_KEY: random(),
		HIVEKEY_SIGNING_KEY: random(),
		HIVEKEY_ENCRYPTION_KEY: random(),
	};
	const gateway = await runGateway({
		bundle,
		state,
		port: 0,
		pages: false,
		vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "warn", ADMISSION_PER_SECOND: "10000" },
		onLine: (line) => console.error(`gateway: ${line}`),
		worker: { email: { send_email: [] }, serviceBindings: MAIL_BINDING },
		others: [upstreamWorker(upstream)],
	});
	const { workspaceId, tokens } = await setUp(gateway.url, secrets.HIVEKEY_ROOT_KEY, agents);
	const log = await openStoredLog(gateway, workspaceId);
	const shotsOf = (kind: CallKind) =>
		tokens.map((token) => ({
			path: "/v1/actions/mail.send",
			headers: { authorization: `Bearer ${token}` },
			body: BODIES[kind],
			wanted: WANTED[kind],
		}));
	return {
		name: "HiveKey",
		url: gateway.url,
		shots: { allowed: shotsOf("allowed"), refused: shotsOf("refused") },
		log,
		settle: () => log.drained(),
		stop: () => gateway.stop(),
	};
}

/** Workspace, mailbox, role and agents. @returns a token for each agent */
async function setUp(url: string, rootKey: string, agents: number): Promise<{ workspaceId: string; tokens: string[] }> {
	const workspace = await ask(url, rootKey, "POST", "/v1/workspaces", { organization: "acme-corp", workspace: "bench" });
	const key = workspace.key as string;
	await ask(url, key, "POST", "/v1/mailboxes", { address: "helpdesk@acme.com" });
	await ask(url, key, "PUT", `/v1/roles/${ROLE_NAME}`, ROLE);
	const tokens: string[] = [];
	for (let n = 1; n <= agents; n++) {
		const { token } = await ask(url, key, "POST", "/v1/agents", { name: `agent-${n}`, role: ROLE_NAME });
		tokens.push(token as string);
	}
	return { workspaceId: workspace.workspace_id as string, tokens };
}

async function ask(url: string, key: string, method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
	const answer = await fetch(`${url}${path}`, {
		method,
		headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
		body: JSON.stringify(body),
		signal: AbortSignal.timeout(30_000),
	});
	const text = await answer.text();
	if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
	return JSON.parse(text);
}
