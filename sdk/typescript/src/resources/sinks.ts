/** Sinks: where people are told that calls wait for them. */
import { pathSegment, queryString } from "../address.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { AppliedSink, Sink, SinkDocument } from "../review-types.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";

export class Sinks {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Creates or updates a sink. @param name - as the document's metadata has it */
	apply(name: string, document: SinkDocument, options: CallOptions = {}): Promise<AppliedSink & Answered> {
		const request = { method: "PUT", path: sinkPath(name), body: jsonText(document), ...options } as const;
		return answered<AppliedSink>(this.#transport, request, ["name", "change"]);
	}

	/** One sink, and whether its notices arrive. */
	get(name: string, options: CallOptions = {}): Promise<Sink & Answered> {
		return answered<Sink>(this.#transport, { method: "GET", path: sinkPath(name), ...options }, ["name", "document"]);
	}

	/** All sinks, by name. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<Sink> {
		const pathOf = (cursor: string | undefined) => `/v1/sinks${queryString({ ...query, cursor })}`;
		return listed<Sink>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/** Deletes a sink, and what waits for it. */
	delete(name: string, options: CallOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: sinkPath(name), ...options });
	}
}

function sinkPath(name: string): string {
	return `/v1/sinks/${pathSegment(name)}`;
}
