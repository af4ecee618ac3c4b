/** Agents: who calls, and under which role. */
import { pathSegment, queryString } from "../address.ts";
import type { Agent, AgentChange, CreatedAgent, NewAgent } from "../admin-types.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";
import { AgentTokens } from "./agent-tokens.ts";

export class Agents {
	readonly #transport: Transport;
	readonly tokens: AgentTokens;

	constructor(transport: Transport) {
		this.#transport = transport;
		this.tokens = new AgentTokens(transport);
	}

	/** Makes an agent. The answer is the only one that ever carries its token. Never sent twice. */
	create(agent: NewAgent, options: CallOptions = {}): Promise<CreatedAgent & Answered> {
		const request = { method: "POST", path: "/v1/agents", body: jsonText(agent), ...options } as const;
		return answered<CreatedAgent>(this.#transport, request, ["name", "token"]);
	}

	get(name: string, options: CallOptions = {}): Promise<Agent & Answered> {
		return answered<Agent>(this.#transport, { method: "GET", path: agentPath(name), ...options }, ["name", "role"]);
	}

	/** All agents, the revoked ones too. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<Agent> {
		const pathOf = (cursor: string | undefined) => `/v1/agents${queryString({ ...query, cursor })}`;
		return listed<Agent>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/** Gives an agent another role, other labels, or both. In force when it resolves. */
	change(name: string, change: AgentChange, options: CallOptions = {}): Promise<Agent & Answered> {
		const request = { method: "PATCH", path: agentPath(name), body: jsonText(change), ...options } as const;
		return answered<Agent>(this.#transport, request, ["name", "role"]);
	}

	/** Revokes an agent and all its tokens: refused from its next request on. */
	revoke(name: string, options: CallOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: agentPath(name), ...options });
	}
}

function agentPath(name: string): string {
	return `/v1/agents/${pathSegment(name)}`;
}
