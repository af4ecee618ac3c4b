/** Mailboxes: the addresses that agents send from and read. */
import { pathSegment, queryString } from "../address.ts";
import type { Mailbox, NewMailbox } from "../admin-types.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";

export class Mailboxes {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Makes an address receive mail for agents. Never sent twice. */
	create(mailbox: NewMailbox, options: CallOptions = {}): Promise<Mailbox & Answered> {
		const request = { method: "POST", path: "/v1/mailboxes", body: jsonText(mailbox), ...options } as const;
		return answered<Mailbox>(this.#transport, request, ["address", "agents"]);
	}

	list(query: PageQuery = {}, options: CallOptions = {}): List<Mailbox> {
		const pathOf = (cursor: string | undefined) => `/v1/mailboxes${queryString({ ...query, cursor })}`;
		return listed<Mailbox>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/** Deletes a mailbox and the mails in it. */
	delete(address: string, options: CallOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: `/v1/mailboxes/${pathSegment(address)}`, ...options });
	}
}
