/** A workspace with one of everything, made through the API alone. */
import { until } from "../support/until.ts";
import type { Client } from "./http.ts";

export const SCOPES = ["admin", "policy", "review", "audit"] as const;

export interface Tenant {
	workspaceId: string;
	/** A key of each scope, one of each, and the id of each. */
	keys: Record<(typeof SCOPES)[number], string>;
	keyIds: Record<(typeof SCOPES)[number], string>;
	revokedKey: string;
	role: string;
	list: string;
	connector: string;
	sink: string;
	secret: string;
	agent: string;
	agentToken: string;
	tokenId: string;
	revokedAgentToken: string;
	/** Another agent's token under the same role. */
	otherAgentToken: string;
	mailbox: string;
	/** An allowed call, an act on the log. */
	callId: string;
	/** A call that waits for sign-off. */
	reviewId: string;
}

type Json = Record<string, string> & { items: Record<string, string>[] };

/** @param name - distinguishes everything that it makes from another tenant's */
export async function makeTenant(client: Client, rootKey: string, name: string): Promise<Tenant> {
	const workspace = await call(client, rootKey, "post", "/v1/workspaces", { organization: `org-${name}`, workspace: "prod" });
	const admin = workspace.key as string;
	const keys = { admin } as Tenant["keys"];
	const keyIds = { admin: workspace.key_id } as Tenant["keyIds"];
	for (const scope of SCOPES.slice(1)) {
		const key = await call(client, admin, "post", "/v1/keys", { owner: `${scope} of ${name}`, scopes: [scope] });
		keys[scope] = key.key as string;
		keyIds[scope] = key.id as string;
	}
	const doomed = await call(client, admin, "post", "/v1/keys", { owner: "gone", scopes: ["admin"] });
	await call(client, admin, "delete", `/v1/keys/${doomed.id}`);

	const role = `role-${name}`;
	await call(client, admin, "put", `/v1/roles/${role}`, roleDocument(role));
	const list = `list-${name}`;
	await call(client, admin, "put", `/v1/lists/${list}`, listDocument(list));
	const sink = `sink-${name}`;
	await call(client, admin, "put", `/v1/sinks/${sink}`, sinkDocument(sink));
	const connector = `connector-${name}`;
	await call(client, admin, "put", `/v1/connectors/${connector}`, connectorDocument(connector));
	const secret = `secret-${name}`;
	await call(client, admin, "put", `/v1/secrets/${secret}`, { value: `value of ${name}` });
	const mailbox = `desk@${name}.example`;
	await call(client, admin, "post", "/v1/mailboxes", { address: mailbox });
	const agent = `agent-${name}`;
	const { token: agentToken } = await call(client, admin, "post", "/v1/agents", { name: agent, role });
	const gone = await call(client, admin, "post", "/v1/agents", { name: `${agent}-gone`, role });
	await call(client, admin, "delete", `/v1/agents/${agent}-gone`);
	const other = await call(client, admin, "post", "/v1/agents", { name: `${agent}-other`, role });
	const tokens = await call(client, admin, "get", `/v1/agents/${agent}/tokens`);
	const { id: callId } = await call(client, agentToken as string, "post", "/v1/actions/mail.send", {
		to: `someone@${name}.example`,
		subject: "Hi",
		body: "…",
	});
	await until(async () => (await client.send(sent(admin, "get", `/v1/audit/${callId}`))).status === 200, { withinMs: 30_000 });
	await call(client, admin, "get", "/v1/audit/checkpoint?min_size=1");
	const reviewId = await holdMail(client, admin, name);
	return {
		workspaceId: workspace.workspace_id as string,
		keys,
		keyIds,
		revokedKey: doomed.key as string,
		role,
		list,
		connector,
		sink,
		secret,
		agent,
		agentToken: agentToken as string,
		tokenId: (tokens.items[0] as { id: string }).id,
		revokedAgentToken: gone.token as string,
		otherAgentToken: other.token as string,
		mailbox,
		callId: callId as string,
		reviewId,
	};
}

/** A call of an agent whose mails are all held: its review, once it is on the list. */
async function holdMail(client: Client, admin: string, name: string): Promise<string> {
	const guards = [{ id: "sign-off", action: "mail.send", effect: "review" }];
	await call(client, admin, "put", `/v1/roles/held-${name}`, { ...roleDocument(`held-${name}`), guards });
	const { token } = await call(client, admin, "post", "/v1/agents", { name: `held-${name}`, role: `held-${name}` });
	const mail = { to: `someone@${name}.example`, subject: "Hi", body: "…" };
	await call(client, token as string, "post", "/v1/actions/mail.send", mail);
	return until(async () => (await call(client, admin, "get", "/v1/reviews")).items[0]?.id, { withinMs: 30_000 });
}

/** A role that allows mail to be sent, and nothing else. */
export function roleDocument(name: string): object {
	return {
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Role",
		metadata: { name },
		scope: { allow: ["mail.send"] },
		guards: [],
	};
}

/** A list with one item. */
export function listDocument(name: string): object {
	return { apiVersion: "policy.hivekey.ai/v1", kind: "List", metadata: { name }, items: [`${name}.example`] };
}

/** A sink that tells nobody anything: no secret signs for it. */
export function sinkDocument(name: string): object {
	return {
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Sink",
		metadata: { name },
		webhook: { url: "https://hooks.example.com/hivekey", signing: { secret: "never-set" } },
	};
}

/** A connector with one action. */
export function connectorDocument(name: string): object {
	return {
		apiVersion: "policy.hivekey.ai/v1",
		kind: "Connector",
		metadata: { name },
		http: { base_url: "https://api.example.com" },
		actions: [{ name: `${name}.me.get`, method: "GET", path: "/me" }],
	};
}

export function sent(token: string | null, method: string, path: string, body?: unknown) {
	return {
		method,
		path,
		headers: {
			...(token === null ? {} : { authorization: `Bearer ${token}` }),
			...(body === undefined ? {} : { "content-type": "application/json" }),
		},
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	};
}

/** @throws unless it was done */
async function call(client: Client, token: string, method: string, path: string, body?: unknown): Promise<Json> {
	const answer = await client.send(sent(token, method, path, body));
	if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
	return answer.json as Json;
}
