/** Roles: what agents may do, and under which conditions. */
import { pathSegment, queryString } from "../address.ts";
import type { AppliedRole, Role, RoleRevision } from "../admin-types.ts";
import { answeredWithTag, done, listed } from "../answered.ts";
import { jsonText } from "../json-text.ts";
import type { List } from "../list.ts";
import type { CallOptions, Request, Transport } from "../transport.ts";
import type { Answered, PageQuery, Tagged, VisibleAction } from "../types.ts";

/** What a change counts on. Where it no longer holds, nothing changes and a ConflictError (412) is thrown. */
export interface ChangeRoleOptions extends CallOptions {
	/** The `etag` that the role must still have. */
	ifMatch?: string;
}

export interface ApplyRoleOptions extends ChangeRoleOptions {
	/** Only say what it would do, with `comparison`; nothing changes. */
	dryRun?: boolean;
	/** A ConflictError with the code `would_widen` where more would pass than now, or nobody can tell. */
	noWiden?: boolean;
}

export interface PutRoleOptions extends ApplyRoleOptions {
	/** What `source` is. A text is taken for YAML, which JSON is too; an object is sent as JSON. */
	contentType?: "application/yaml" | "application/json";
	/** `*`: only if there is no role of this name. */
	ifNoneMatch?: "*";
}

export interface RollbackRoleOptions extends ChangeRoleOptions {
	/** `*`: only if there is no role of this name, for one that was deleted. */
	ifNoneMatch?: "*";
}

export class Roles {
	readonly #transport: Transport;

	constructor(transport: Transport) {
		this.#transport = transport;
	}

	/** Applies a role: its file's text or bytes, or the document as an object. In force when it resolves. */
	put(
		name: string,
		source: string | Uint8Array | object,
		options: PutRoleOptions = {},
	): Promise<AppliedRole & Answered & Tagged> {
		const isText = typeof source === "string" || source instanceof Uint8Array;
		const { contentType = isText ? "application/yaml" : "application/json", dryRun, noWiden, ...rest } = options;
		const body = isText ? source : jsonText(source);
		const path = rolePath(name) + applyQuery({ dryRun, noWiden });
		return this.#send({ method: "PUT", path, body, contentType, ...rest });
	}

	/** Changes a role by a JSON merge patch (RFC 7396): `{guards: […]}` replaces its guards. */
	patch(name: string, patch: object, options: ApplyRoleOptions = {}): Promise<AppliedRole & Answered & Tagged> {
		const { dryRun, noWiden, ...rest } = options;
		const contentType = "application/merge-patch+json";
		const path = rolePath(name) + applyQuery({ dryRun, noWiden });
		return this.#send({ method: "PATCH", path, body: jsonText(patch), contentType, ...rest });
	}

	/** The role in force. */
	get(name: string, options: CallOptions = {}): Promise<Role & Answered & Tagged> {
		return answeredWithTag<Role>(this.#transport, { method: "GET", path: rolePath(name), ...options }, ["name", "rev"]);
	}

	list(query: PageQuery = {}, options: CallOptions = {}): List<Role> {
		const pathOf = (cursor: string | undefined) => `/v1/roles${queryString({ ...query, cursor })}`;
		return listed<Role>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/** Every revision of a role, the newest first; also of one that was deleted. */
	revisions(name: string, query: PageQuery = {}, options: CallOptions = {}): List<RoleRevision> {
		const pathOf = (cursor: string | undefined) => `${rolePath(name)}/revisions${queryString({ ...query, cursor })}`;
		return listed<RoleRevision>(this.#transport, pathOf, { cursor: query.cursor, ...options });
	}

	/** The actions that the role in force makes visible to its agents, with the schemas of their inputs. */
	actions(name: string, options: CallOptions = {}): List<VisibleAction> {
		return listed<VisibleAction>(this.#transport, () => `${rolePath(name)}/actions`, { cursor: undefined, ...options });
	}

	/** Applies an earlier revision again, as a new one, against today's actions. Never sent twice. */
	rollback(name: string, rev: number, options: RollbackRoleOptions = {}): Promise<AppliedRole & Answered & Tagged> {
		return this.#send({ method: "POST", path: `${rolePath(name)}/rollback`, body: jsonText({ rev }), ...options });
	}

	/**
	 * Deletes a role. Its revisions stay.
	 * @throws ConflictError while agents use it; its message names them
	 */
	delete(name: string, options: ChangeRoleOptions = {}): Promise<Answered> {
		return done(this.#transport, { method: "DELETE", path: rolePath(name), ...options });
	}

	#send(request: Request): Promise<AppliedRole & Answered & Tagged> {
		return answeredWithTag<AppliedRole>(this.#transport, request, ["name", "rev", "change"]);
	}
}

function applyQuery({ dryRun, noWiden }: Pick<ApplyRoleOptions, "dryRun" | "noWiden">): string {
	return queryString({ dry_run: dryRun === true ? "true" : undefined, no_widen: noWiden === true ? "true" : undefined });
}

function rolePath(name: string): string {
	return `/v1/roles/${pathSegment(name)}`;
}
