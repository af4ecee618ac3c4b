/** The log: what every agent did, and was refused. */
import { pathSegment, queryString } from "../address.ts";
import type { AuditQuery, AuditRecord } from "../admin-types.ts";
import { answered, listed } from "../answered.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered } from "../types.ts";

export class Audit {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Records that match, newest first unless `order` says otherwise. */
	list(query: AuditQuery = {}, options: CallOptions = {}): List<AuditRecord> {
		const pathOf = (cursor: string | undefined) => `/v1/audit${queryString({ ...query, cursor })}`;
		return listed<AuditRecord>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * All records of one act: its decision, and what became of it.
	 * @param id - `act_…`
	 */
	get(id: string, options: CallOptions = {}): Promise<{ items: AuditRecord[] } & Answered> {
		const request = { method: "GET", path: `/v1/audit/${pathSegment(id)}`, ...options } as const;
		return answered<{ items: AuditRecord[] }>(this.#transport, request, ["items"]);
	}
}
