/** Lists: values under a name, which the conditions of any role may take. */
import { pathSegment, queryString } from "../address.ts";
import type { AppliedList, ListItem, PolicyList, PolicyListWithItems } from "../admin-types.ts";
import { answered, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Request, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";

/** A file's text or bytes. */
export interface ListSource {
	content: string | Uint8Array;
	/** `text/plain` has one item a line. Left out: a List document as YAML, which JSON is too. */
	contentType?: "application/yaml" | "application/json" | "text/plain";
}

export interface ApplyListOptions extends CallOptions {
	/** Goes with items that are given as such. */
	description?: string;
}

export class Lists {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/**
	 * Applies a list: its items, or a file's content. In force in every role that takes it when it resolves.
	 * @throws InvalidRequestError if the items do not fit a role that takes the list; nothing has changed then
	 * @example
	 * await admin.lists.apply("partners", ["acme.com", "acme-support.com"]);
	 * await admin.lists.apply("blocked", { content: await readFile("blocked.txt"), contentType: "text/plain" });
	 */
	apply(name: string, source: readonly ListItem[] | ListSource, options: ApplyListOptions = {}): Promise<AppliedList & Answered> {
		const { description, ...rest } = options;
		const sent = "content" in source ? contentOf(source) : documentOf(name, source, description);
		const request: Request = { method: "PUT", path: listPath(name), ...sent, ...rest };
		return answered<AppliedList>(this.#transport, request, ["name", "sha256", "change", "roles"]);
	}

	/** One list, with its items. */
	get(name: string, options: CallOptions = {}): Promise<PolicyListWithItems & Answered> {
		const request: Request = { method: "GET", path: listPath(name), ...options };
		return answered<PolicyListWithItems>(this.#transport, request, ["name", "items"]);
	}

	/** All lists, without their items. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<PolicyList> {
		const pathOf = (cursor: string | undefined) => `/v1/lists${queryString({ ...query, cursor })}`;
		return listed<PolicyList>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * Deletes a list.
	 * @throws ConflictError while roles take it; its message names them
	 */
	delete(name: string, options: CallOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: listPath(name), ...options });
	}
}

function contentOf({ content, contentType = "application/yaml" }: ListSource): Pick<Request, "body" | "contentType"> {
	return { body: content, contentType };
}

function documentOf(
	name: string,
	items: readonly ListItem[],
	description: string | undefined,
): Pick<Request, "body" | "contentType"> {
	const metadata = description === undefined ? { name } : { name, description };
	const body = jsonText({ apiVersion: "policy.hivekey.ai/v1", kind: "List", metadata, items });
	return { body, contentType: "application/json" };
}

function listPath(name: string): string {
	return `/v1/lists/${pathSegment(name)}`;
}
