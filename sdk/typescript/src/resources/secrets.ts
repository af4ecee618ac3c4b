/** Secrets: what connectors show to their upstreams. They go in, and never come out. */
import { pathSegment, queryString } from "../address.ts";
import type { AppliedSecret, Secret } from "../admin-types.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";

export class Secrets {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Sets a secret. In force for every role whose actions take it when it resolves. */
	set(name: string, value: string, options: CallOptions = {}): Promise<AppliedSecret & Answered> {
		const request = { method: "PUT", path: secretPath(name), body: jsonText({ value }), ...options } as const;
		return answered<AppliedSecret>(this.#transport, request, ["name", "version"]);
	}

	/** The names of all secrets, with their versions. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<Secret> {
		const pathOf = (cursor: string | undefined) => `/v1/secrets${queryString({ ...query, cursor })}`;
		return listed<Secret>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * Deletes a secret.
	 * @throws ConflictError while connectors or sinks take it; its message names them
	 */
	delete(name: string, options: CallOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: secretPath(name), ...options });
	}
}

function secretPath(name: string): string {
	return `/v1/secrets/${pathSegment(name)}`;
}
