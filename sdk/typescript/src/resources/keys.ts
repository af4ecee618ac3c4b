/** Administrators' keys: each has an owner and scopes. */
import { pathSegment, queryString } from "../address.ts";
import type { CreatedKey, Key, NewKey } from "../admin-types.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";

export interface RevokeKeyOptions extends CallOptions {
	/** Also where it is the last admin key of the workspace: afterwards only the root key can make another. */
	evenTheLast?: boolean;
}

export class Keys {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Makes a key. The answer is the only one that ever carries it. Never sent twice. */
	create(key: NewKey, options: CallOptions = {}): Promise<CreatedKey & Answered> {
		const request = { method: "POST", path: "/v1/keys", body: jsonText(key), ...options } as const;
		return answered<CreatedKey>(this.#transport, request, ["id", "key"]);
	}

	/** All keys of the workspace, the revoked ones too, without their secrets. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<Key> {
		const pathOf = (cursor: string | undefined) => `/v1/keys${queryString({ ...query, cursor })}`;
		return listed<Key>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * Revokes a key: refused from its next request on.
	 * @param id - `key_…`
	 * @throws ConflictError for the last admin key, unless `evenTheLast`
	 */
	revoke(id: string, { evenTheLast, ...options }: RevokeKeyOptions = {}): Promise<Answered> {
		const query = queryString({ even_the_last: evenTheLast === true ? true : undefined });
		return done(this.#transport, { method: "DELETE", path: `/v1/keys/${pathSegment(id)}${query}`, ...options });
	}
}
