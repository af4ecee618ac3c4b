/** A small gateway in memory that speaks the contract over real HTTP, and that can be told to misbehave. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AuditRecord } from "../../src/contract/audit-record.ts";

export const ADMIN_KEY = "hk_live_testkey";
export const AGENT_TOKEN = "hk_agt_testtoken";

export interface Seen {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingMessage["headers"];
	body: Buffer;
}

export interface Reply {
	status: number;
	headers?: Record<string, string>;
	body?: unknown;
	/** Sent as it is, instead of `body`. */
	raw?: string | Uint8Array;
	/** Cuts the connection behind `raw`. */
	cut?: true;
	/** Goes on with the answer by itself; `raw` and `body` are not sent. */
	goOn?: (response: ServerResponse) => void;
	/** Cuts the connection instead of answering. */
	hangUp?: true;
	/** Never answers. */
	hang?: true;
}

export type Route = (seen: Seen) => Reply | undefined;

export class ContractGateway {
	readonly seen: Seen[] = [];
	/** Asked first, each once, in order. */
	readonly once: (Reply | Route)[] = [];
	/** Asked next; undefined goes on to the gateway's own routes. */
	route: Route = () => undefined;
	readonly roles = new Map<string, { rev: number; text: string }>();
	readonly agents = new Map<string, Record<string, unknown>>();
	readonly records: AuditRecord[] = [];
	#server: Server | undefined;
	#port = 0;

	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	/** Starts, on the same port as before if it ran already. */
	async start(): Promise<this> {
		const server = createServer((request, response) => void this.#serve(request, response));
		await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
		this.#port = (server.address() as AddressInfo).port;
		this.#server = server;
		return this;
	}

	async stop(): Promise<void> {
		this.#server?.closeAllConnections();
		await new Promise((resolve) => this.#server?.close(resolve));
	}

	/** Puts a record at the end of the log. */
	log(record: Partial<AuditRecord>): AuditRecord {
		const seq = this.records.length + 1;
		const full = {
			v: 1,
			seq,
			prev: "0".repeat(64),
			event_id: `evt_${seq}`,
			time: new Date(Date.UTC(2026, 10, 22, 14, 0, seq)).toISOString(),
			kind: "action",
			workspace: "ws_1",
			act_id: `act_${seq}`,
			action: "mail.send",
			state: "intent",
			...record,
		} as AuditRecord;
		this.records.push(full);
		return full;
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		const url = new URL(request.url ?? "/", "http://gateway");
		const { method = "GET", headers } = request;
		const seen = { method, path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(parts) };
		this.seen.push(seen);
		const next = this.once.shift();
		const reply = (typeof next === "function" ? next(seen) : next) ?? this.route(seen) ?? this.#own(seen);
		if (reply.hang) return;
		if (reply.hangUp) return void request.socket.destroy();
		const isProblem = reply.status >= 400 && !(reply.body as { verdict?: string } | undefined)?.verdict;
		response.writeHead(reply.status, {
			"content-type": isProblem ? "application/problem+json" : "application/json",
			"x-request-id": `req_${this.seen.length}`,
			...reply.headers,
		});
		if (reply.goOn) return reply.goOn(response);
		if (reply.cut) return void response.write(reply.raw ?? "", () => request.socket.destroy());
		response.end(reply.raw ?? (reply.body === undefined ? "" : JSON.stringify(reply.body)));
	}

	#own(seen: Seen): Reply {
		const token = seen.headers.authorization;
		if (token !== `Bearer ${ADMIN_KEY}` && token !== `Bearer ${AGENT_TOKEN}`)
			return problem(401, "unauthenticated", "the token is not known");
		const name = decodeURIComponent(seen.path.split("/")[3] ?? "");
		switch (`${seen.method} ${seen.path.split("/").slice(0, 3).join("/")}${name === "" ? "" : "/x"}`) {
			case "GET /v1/whoami":
				return { status: 200, body: WHOAMI };
			case "PUT /v1/roles/x":
				return this.#putRole(name, seen.body.toString());
			case "GET /v1/roles/x":
				return this.roles.has(name)
					? { status: 200, body: this.#role(name) }
					: problem(404, "not_found", `there is no role ${name}`);
			case "GET /v1/roles":
				return page(
					[...this.roles.keys()].map((one) => this.#role(one)),
					seen.query,
				);
			case "POST /v1/agents":
				return this.#createAgent(JSON.parse(seen.body.toString()));
			case "GET /v1/agents":
				return page([...this.agents.values()], seen.query);
			case "GET /v1/agents/x":
			case "DELETE /v1/agents/x":
				return this.#agent(seen.method, name);
			case "GET /v1/audit":
				return this.#audit(seen.query);
			case "GET /v1/audit/x": {
				const items = this.records.filter((record) => record.act_id === name);
				return items.length > 0 ? { status: 200, body: { items } } : problem(404, "not_found", `there is no act ${name}`);
			}
			default:
				return problem(404, "not_found", "there is no such thing");
		}
	}

	#role(name: string) {
		const role = this.roles.get(name);
		const document = { apiVersion: "policy.hivekey.ai/v1", kind: "Role", metadata: { name, description: "Support" } };
		return { name, rev: role?.rev, hash: "abc", grants: 2, warnings: [], document };
	}

	#putRole(name: string, text: string): Reply {
		const before = this.roles.get(name);
		const change = before === undefined ? "created" : before.text === text ? "unchanged" : "updated";
		this.roles.set(name, { rev: (before?.rev ?? 0) + (change === "unchanged" ? 0 : 1), text });
		return { status: 200, body: { ...this.#role(name), change } };
	}

	#createAgent(wanted: { name: string; role: string; labels?: object }): Reply {
		if (!/^[a-z]/.test(wanted.name)) {
			const item = { path: "name", code: "invalid_format", message: "a name starts with a lower-case letter" };
			return problem(422, "invalid_request", `name: ${item.message}`, { errors: [item] });
		}
		if (this.agents.has(wanted.name)) return problem(409, "already_exists", `an agent ${wanted.name} exists already`);
		const agent = {
			id: "agt_1",
			name: wanted.name,
			role: wanted.role,
			labels: wanted.labels ?? {},
			created_at: "2026-11-22T14:00:00Z",
			revoked_at: null,
			last_seen_at: null,
		};
		this.agents.set(wanted.name, agent);
		return { status: 201, body: { ...agent, token: "hk_agt_fresh" } };
	}

	#agent(method: string, name: string): Reply {
		const agent = this.agents.get(name);
		if (agent === undefined) return problem(404, "not_found", `there is no agent ${name}`);
		if (method === "GET") return { status: 200, body: agent };
		agent.revoked_at = "2026-11-22T15:00:00Z";
		return { status: 204 };
	}

	#audit(query: URLSearchParams): Reply {
		const same = (name: "agent" | "action" | "verdict" | "state" | "kind") => {
			const wanted = query.get(name);
			return (record: AuditRecord) => wanted === null || record[name] === wanted;
		};
		const filters = (["agent", "action", "verdict", "state", "kind"] as const).map(same);
		const after = Number(query.get("after_seq") ?? 0);
		const text = query.get("text");
		const matching = this.records.filter(
			(record) =>
				filters.every((filter) => filter(record)) &&
				record.seq > after &&
				record.time >= (query.get("since") ?? "") &&
				(text === null || JSON.stringify(record).includes(text)),
		);
		return page(query.get("order") === "asc" ? matching : matching.reverse(), query);
	}
}

export const WHOAMI = {
	organization: "acme-corp",
	workspace: "prod",
	workspace_id: "ws_1",
	key: { id: "key_1", owner: "root", scopes: ["admin"] },
};

/** A problem as the gateway sends it. */
export function problem(
	status: number,
	code: string,
	detail: string,
	more: object = {},
	headers: Record<string, string> = {},
): Reply {
	const type = `https://docs.hivekey.ai/errors/${code}`;
	return { status, headers, body: { type, title: code, status, detail, code, request_id: "req_x", ...more } };
}

function page(items: unknown[], query: URLSearchParams): Reply {
	const start = Number(query.get("cursor") ?? 0);
	const end = start + Number(query.get("limit") ?? 50);
	return { status: 200, body: { items: items.slice(start, end), next_cursor: end < items.length ? String(end) : null } };
}
