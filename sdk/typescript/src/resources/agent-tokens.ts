/** An agent's tokens: made anew, listed, revoked one by one. */
import { pathSegment, queryString } from "../address.ts";
import type { AgentToken, CreatedToken, NewToken } from "../admin-types.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered } from "../types.ts";

export class AgentTokens {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/**
	 * Rotates: makes a new token; the ones so far end after the overlap. The answer is the only one that ever carries it.
	 * Never sent twice.
	 * @example
	 * const { token } = await admin.agents.tokens.create("helpdesk-bot", { overlap_seconds: 86_400 });
	 */
	create(agent: string, token: NewToken = {}, options: CallOptions = {}): Promise<CreatedToken & Answered> {
		const request = { method: "POST", path: tokensPath(agent), body: jsonText(token), ...options } as const;
		return answered<CreatedToken>(this.#transport, request, ["id", "token"]);
	}

	/** All tokens of an agent, without their secrets. */
	list(agent: string, options: CallOptions = {}): List<AgentToken> {
		const pathOf = (cursor: string | undefined) => `${tokensPath(agent)}${queryString({ cursor })}`;
		return listed<AgentToken>(this.#transport, pathOf, { cursor: undefined, ...options });
	}

	/**
	 * Revokes one token: refused from its next request on.
	 * @param id - `tok_…`
	 */
	revoke(agent: string, id: string, options: CallOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: `${tokensPath(agent)}/${pathSegment(id)}`, ...options });
	}
}

function tokensPath(agent: string): string {
	return `/v1/agents/${pathSegment(agent)}/tokens`;
}
