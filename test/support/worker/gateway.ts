/** The gateway over HTTP, inside workerd: a workspace of one's own, roles, agents, and the log once it is there. */
import { applyD1Migrations, SELF } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { AuditRecord } from "../../../src/contract/audit-record.ts";
import { createTokenAuthority } from "../../../src/keys/token-authority.ts";
import { until } from "../until.ts";

export const ORIGIN = "http://gateway.test";
/** The only mailbox of each test workspace. */
export const MAILBOX_NAME = "helpdesk";

export const applySchema = () => applyD1Migrations(env.DB, env.MIGRATIONS);
export const tokens = createTokenAuthority(env.HIVEKEY_TOKEN_KEY, env.HIVEKEY_ROOT_KEY);

export interface Sent {
	token?: string;
	/** Sent as JSON; {@link raw} goes out as it is. */
	body?: unknown;
	raw?: BodyInit;
	headers?: Record<string, string>;
}

export interface Answered {
	status: number;
	headers: Headers;
	text: string;
	// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is for the test to say.
	json: any;
}

/** One request. JSON bodies are sent as such, others with the headers given. */
export async function send(method: string, path: string, { token, body, raw, headers = {} }: Sent = {}): Promise<Answered> {
	const response = await SELF.fetch(new URL(path, ORIGIN), {
		method,
		redirect: "manual",
		headers: {
			...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
			...(body === undefined ? {} : { "content-type": "application/json" }),
			...headers,
		},
		body: body === undefined ? raw : JSON.stringify(body),
	});
	return answered(response);
}

export async function answered(response: Response): Promise<Answered> {
	const text = await response.text();
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {}
	return { status: response.status, headers: response.headers, text, json };
}

let made = 0;

/** A workspace with one mailbox, and its administrator. */
export async function newWorkspace(options: { mailbox?: boolean } = {}) {
	const organization = `org-${++made}-${Date.now().toString(36)}`;
	const created = await send("POST", "/v1/workspaces", {
		token: env.HIVEKEY_ROOT_KEY,
		body: { organization, workspace: "prod" },
	});
	if (created.status !== 201) throw new Error(created.text);
	const { workspace_id: id, key } = created.json as { workspace_id: string; key: string };
	if (options.mailbox !== false) await addMailbox(id, `${MAILBOX_NAME}@${organization}.test`);
	return {
		id,
		key,
		organization,
		admin: (method: string, path: string, sent: Sent = {}) => send(method, path, { token: key, ...sent }),
		/** Applies a role from its YAML. */
		async applyRole(yaml: string): Promise<Answered> {
			const name = /name: ([a-z0-9-]+)/.exec(yaml)?.[1] as string;
			const applied = await send("PUT", `/v1/roles/${name}`, {
				token: key,
				raw: yaml,
				headers: { "content-type": "application/yaml" },
			});
			if (applied.status !== 200) throw new Error(applied.text);
			return applied;
		},
		async createAgent(name: string, role: string): Promise<TestAgent> {
			const created = await send("POST", "/v1/agents", { token: key, body: { name, role } });
			if (created.status !== 201) throw new Error(created.text);
			return agentOf(id, created.json);
		},
		/** The log in order, once `enough` holds of it; without the acts of reading it, which looking for them makes more of. */
		async log(enough: (records: AuditRecord[]) => boolean): Promise<AuditRecord[]> {
			const records: AuditRecord[] = [];
			// What has been read is not read again.
			let read = 0;
			return until(async () => {
				const fresh = await logAfter(key, read);
				read = fresh.at(-1)?.seq ?? read;
				records.push(...fresh.filter((record) => record.action !== "audit.read"));
				return enough(records) ? records : null;
			});
		},
	};
}
export type TestWorkspace = Awaited<ReturnType<typeof newWorkspace>>;

function agentOf(workspaceId: string, { id, name, token }: { id: string; name: string; token: string }) {
	return {
		id,
		name,
		token,
		run: (action: string, body: unknown, headers: Record<string, string> = {}) =>
			send("POST", `/v1/actions/${action}`, { token, body, headers }),
		get: (path: string) => send("GET", path, { token }),
		ledger: () => env.AGENT_LEDGER.getByName(`${workspaceId}/${id}`),
	};
}
export type TestAgent = ReturnType<typeof agentOf>;

export async function addMailbox(workspaceId: string, address: string): Promise<void> {
	await env.DB.prepare("INSERT INTO mailboxes (address, workspace_id, created_at) VALUES (?, ?, ?)")
		.bind(address, workspaceId, new Date().toISOString())
		.run();
}

/** Every record of a workspace, oldest first. */
export function wholeLog(key: string): Promise<AuditRecord[]> {
	return logAfter(key, 0);
}

async function logAfter(key: string, seq: number): Promise<AuditRecord[]> {
	const records: AuditRecord[] = [];
	for (let cursor = ""; ; ) {
		const page = await send("GET", `/v1/audit?order=asc&limit=200&after_seq=${seq}${cursor}`, { token: key });
		if (page.status !== 200) throw new Error(page.text);
		records.push(...page.json.items);
		if (page.json.next_cursor === null) return records;
		cursor = `&cursor=${page.json.next_cursor}`;
	}
}
