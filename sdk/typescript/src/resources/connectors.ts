/** Connectors: HTTP APIs as actions that roles can grant. */
import { pathSegment, queryString } from "../address.ts";
import type {
	AppliedConnector,
	Connector,
	ConnectorDocument,
	ConnectorRevision,
	ConnectorTest,
	ConnectorWithDocument,
	NewConnectorTest,
} from "../admin-types.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Request, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";

/** A file's text or bytes. */
export interface ConnectorSource {
	content: string | Uint8Array;
	/** Left out: YAML, which JSON is too. */
	contentType?: "application/yaml" | "application/json";
}

export interface ApplyConnectorOptions extends CallOptions {
	/** Say what it would change, for which roles, and change nothing. */
	dryRun?: boolean;
}

export class Connectors {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/**
	 * Applies a connector: a document, or a file's content. In force for every role that grants its actions when it resolves; no role
	 * is widened by it.
	 * @throws InvalidRequestError if the document has mistakes, or a role could not live with it; nothing has changed then
	 * @example
	 * await admin.connectors.apply("crm", { content: await readFile("crm.yaml") });
	 */
	apply(
		name: string,
		source: ConnectorDocument | ConnectorSource,
		{ dryRun, ...options }: ApplyConnectorOptions = {},
	): Promise<AppliedConnector & Answered> {
		const query = queryString({ dry_run: dryRun === true ? true : undefined });
		const request: Request = { method: "PUT", path: connectorPath(name) + query, ...contentOf(source), ...options };
		return answered<AppliedConnector>(this.#transport, request, ["name", "rev", "change", "roles"]);
	}

	/** One connector, with its document. */
	get(name: string, options: CallOptions = {}): Promise<ConnectorWithDocument & Answered> {
		const request: Request = { method: "GET", path: connectorPath(name), ...options };
		return answered<ConnectorWithDocument>(this.#transport, request, ["name", "document"]);
	}

	/** All connectors, without their documents. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<Connector> {
		const pathOf = (cursor: string | undefined) => `/v1/connectors${queryString({ ...query, cursor })}`;
		return listed<Connector>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/** The revisions of a connector, the newest first. */
	revisions(name: string, query: PageQuery = {}, options: CallOptions = {}): List<ConnectorRevision> {
		const pathOf = (cursor: string | undefined) => `${connectorPath(name)}/revisions${queryString({ ...query, cursor })}`;
		return listed<ConnectorRevision>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * What an action would send, its secret masked; with `send` it goes out, whatever it does, and is on the log as yours.
	 * @throws InvalidRequestError if the input does not fit the action
	 */
	test(name: string, test: NewConnectorTest, options: CallOptions = {}): Promise<ConnectorTest & Answered> {
		const request: Request = { method: "POST", path: `${connectorPath(name)}/test`, body: jsonText(test), ...options };
		return answered<ConnectorTest>(this.#transport, request, ["request", "outcome"]);
	}

	/**
	 * Deletes a connector.
	 * @throws ConflictError while roles grant its actions; its message names them
	 */
	delete(name: string, options: CallOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: connectorPath(name), ...options });
	}
}

function contentOf(source: ConnectorDocument | ConnectorSource): Pick<Request, "body" | "contentType"> {
	if ("content" in source && !("kind" in source)) {
		const { content, contentType = "application/yaml" } = source as ConnectorSource;
		return { body: content, contentType };
	}
	return { body: jsonText(source), contentType: "application/json" };
}

function connectorPath(name: string): string {
	return `/v1/connectors/${pathSegment(name)}`;
}
