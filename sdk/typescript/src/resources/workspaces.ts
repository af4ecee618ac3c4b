/** Workspaces: for the operator of a deployment, with the root key. */
import { pathSegment, queryString } from "../address.ts";
import type { CreatedKey, CreatedWorkspace, KeyReplacement, NewWorkspace, Workspace } from "../admin-types.ts";
import { answered, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Transport } from "../transport.ts";
import type { Answered, PageQuery } from "../types.ts";

export class Workspaces {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Makes a workspace. The answer carries its first admin key, once. Never sent twice. */
	create(workspace: NewWorkspace, options: CallOptions = {}): Promise<CreatedWorkspace & Answered> {
		const request = { method: "POST", path: "/v1/workspaces", body: jsonText(workspace), ...options } as const;
		return answered<CreatedWorkspace>(this.#transport, request, ["workspace_id", "key"]);
	}

	/** All workspaces of the deployment. */
	list(query: PageQuery = {}, options: CallOptions = {}): List<Workspace> {
		const pathOf = (cursor: string | undefined) => `/v1/workspaces${queryString({ ...query, cursor })}`;
		return listed<Workspace>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/**
	 * Makes a new admin key for a workspace whose key was lost or leaked. The answer carries it, once. Never sent twice.
	 * @param id - `ws_…`
	 */
	replaceKey(id: string, replacement: KeyReplacement, options: CallOptions = {}): Promise<CreatedKey & Answered> {
		const path = `/v1/workspaces/${pathSegment(id)}/keys`;
		const request = { method: "POST", path, body: jsonText(replacement), ...options } as const;
		return answered<CreatedKey>(this.#transport, request, ["id", "key"]);
	}
}
