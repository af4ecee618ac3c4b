/** The real gateway for the behaviour table: the Worker in workerd, with a mail provider that counts, fails and dawdles as it is told. */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Response } from "miniflare";
import { buildWorker } from "../../scripts/gateway/build-worker.ts";
import { localSecrets } from "../../scripts/gateway/local-secrets.ts";
import { runGateway } from "../../scripts/gateway/run-gateway.ts";
import { startWatchdog } from "../../scripts/gateway/watchdog.ts";

/** What becomes of a mail is in the name of its first recipient. */
const PROVIDER = `
import { WorkerEntrypoint } from "cloudflare:workers";
export class Provider extends WorkerEntrypoint {
	async send({ to: [to], subject }) {
		await this.env.SENT.fetch("http://sent/", { method: "POST", body: subject });
		const [name] = to.split("@");
		if (name === "refused") throw new Error("E_RECIPIENT_SUPPRESSED: the recipient wants no mail");
		if (name === "vanishing") throw new Error("the connection to the provider was lost");
		if (name.startsWith("slow-")) await scheduler.wait(Number(name.slice(5)));
		return { messageId: "provider-1" };
	}
}
export default { fetch: () => new Response("no such page", { status: 404 }) };`;

/** Roles that a case can choose from; JSON is YAML too. */
export const ROLES: Record<string, { scope: string[]; guards: object[] }> = {
	"support-agent": {
		scope: ["mail.read", "mail.send"],
		guards: [
			{ id: "approved-domains", action: "mail.send", when: { field: "to.domain", in: ["acme.com"] }, otherwise: "deny" },
			{ id: "sign-off", action: "mail.send", when: { field: "subject", ne: "Refund" }, otherwise: "review" },
		],
	},
	"one-a-day": {
		scope: ["mail.send"],
		guards: [{ id: "cap", action: "mail.send", when: { field: "rate.per_day", lte: 1 }, otherwise: "deny" }],
	},
};

export interface BehaviourGateway {
	url: string;
	adminKey: string;
	rootKey: string;
	/** How many mails the provider was given since the last reset. */
	sent: { count: number };
	/** Makes an agent that nobody used yet. */
	makeAgent(role: string): Promise<{ name: string; token: string }>;
	/** A request with the admin key. */
	ask(method: string, path: string, body?: unknown): Promise<unknown>;
	stop(): Promise<void>;
}

/**
 * Starts the Worker with state of its own, and makes a workspace with roles and a mailbox.
 * @param built - the folder with the Worker's bundle; built here if left out
 */
export async function startGateway(built?: string): Promise<BehaviourGateway> {
	const folder = await mkdtemp(join(tmpdir(), "hivekey-behaviour-"));
	const state = join(folder, "state");
	await mkdir(state);
	const secrets = await localSecrets(state);
	const sent = { count: 0 };
	const gateway = await runGateway({
		bundle: built ?? (await buildWorker(join(folder, "worker"))),
		state,
		port: 0,
		vars: { ...secrets, CLIENT_ADDRESS: "127.0.0.1", LOG_LEVEL: "error" },
		worker: { email: {}, serviceBindings: { MAIL: { name: "provider", entrypoint: "Provider" } } },
		others: [
			{
				name: "provider",
				modules: true,
				compatibilityDate: "2026-11-02",
				script: PROVIDER,
				serviceBindings: {
					SENT() {
						sent.count += 1;
						return new Response(null, { status: 204 });
					},
				},
			},
		],
	});
	startWatchdog();
	const { url } = gateway;
	const request = { organization: "acme-corp", workspace: "behaviour" };
	const made = (await ask(url, secrets.HIVEKEY_ROOT_KEY, "POST", "/v1/workspaces", request)) as { key: string };
	for (const [name, { scope, guards }] of Object.entries(ROLES)) {
		const role = { apiVersion: "policy.hivekey.ai/v1", kind: "Role", metadata: { name }, scope: { allow: scope }, guards };
		await ask(url, made.key, "PUT", `/v1/roles/${name}`, role);
	}
	await ask(url, made.key, "POST", "/v1/mailboxes", { address: "helpdesk@acme.com" });
	let agents = 0;
	return {
		url,
		adminKey: made.key,
		rootKey: secrets.HIVEKEY_ROOT_KEY,
		sent,
		ask: (method, path, body) => ask(url, made.key, method, path, body),
		async makeAgent(role) {
			const body = { name: `bot-${++agents}`, role };
			return (await ask(url, made.key, "POST", "/v1/agents", body)) as { name: string; token: string };
		},
		async stop() {
			await gateway.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** A request that has to succeed. @returns the answer's JSON */
export async function ask(url: string, key: string, method: string, path: string, body?: unknown): Promise<unknown> {
	const response = await fetch(url + path, {
		method,
		headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
	return text === "" ? undefined : JSON.parse(text);
}
