/** What administrators send and are answered. Names are the wire's own. */
import type { Effect, ReasonCode } from "./types.ts";

export type KeyScope = "admin" | "policy" | "review" | "audit";

export interface Whoami {
	organization: string;
	workspace: string;
	workspace_id: string;
	key: { id: string; owner: string; scopes: KeyScope[] };
}

export interface RoleWarning {
	code: string;
	message: string;
	path: string;
	line?: number;
	column?: number;
}

export interface Role {
	name: string;
	rev: number;
	hash: string;
	/** How many actions the role grants once its patterns are expanded. */
	grants: number;
	warnings: RoleWarning[];
	document: Record<string, unknown>;
}

export interface AppliedRole extends Role {
	change: "created" | "updated" | "unchanged";
	/** With the role in force before, where `dryRun` or `noWiden` asked for it. */
	comparison?: RoleComparison;
}

/** Whether a change of a role lets more pass. `does_not_widen` is proven for every call. */
export interface RoleComparison {
	result: "widens" | "does_not_widen" | "cannot_tell";
	reasons: {
		/** Null where it is about the role as a whole. */
		action: string | null;
		/** The guard of the role in force that let less pass. */
		guard: string | null;
		why: string;
		/** Whether more passes for sure; false where nobody can tell. */
		sure: boolean;
	}[];
}

/** One revision of a role, in force or not. */
export interface RoleRevision {
	rev: number;
	hash: string;
	grants: number;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	in_force: boolean;
	document: Record<string, unknown>;
}

export interface Agent {
	id: string;
	name: string;
	role: string;
	labels: Record<string, string>;
	created_at: string;
	revoked_at: string | null;
	/** When it last called, to within two minutes; null if it never has. */
	last_seen_at: string | null;
}

/** The only answer that ever carries the token. */
export interface CreatedAgent extends Agent {
	token: string;
}

export interface NewAgent {
	name: string;
	role: string;
	labels?: Record<string, string>;
	/** When its first token ends, as RFC 3339. Left out: never. */
	expires_at?: string;
}

/** What changes of an agent; what is left out stays. */
export interface AgentChange {
	role?: string;
	/** All its labels: those that are not named are gone. */
	labels?: Record<string, string>;
}

export interface AgentToken {
	id: string;
	created_at: string;
	expires_at: string | null;
	revoked_at: string | null;
}

/** The only answer that ever carries the token. */
export interface CreatedToken extends AgentToken {
	token: string;
}

export interface NewToken {
	/** How long the tokens so far go on beside the new one, at most 30 days. Left out: they end at once. */
	overlap_seconds?: number;
	/** When the new token ends, as RFC 3339. Left out: never. */
	expires_at?: string;
}

/** An administrator's key, without its secret. */
export interface Key {
	id: string;
	/** A person's name or e-mail. */
	owner: string;
	scopes: KeyScope[];
	/** The key that made it; null if the root key did. */
	made_by: string | null;
	created_at: string;
	/** To within five minutes; null if never. */
	last_used_at: string | null;
	revoked_at: string | null;
}

/** The only answer that ever carries the key. */
export interface CreatedKey extends Key {
	key: string;
}

export interface NewKey {
	/** Whose key it is: a name or an address. */
	owner: string;
	scopes: KeyScope[];
}

export interface Mailbox {
	address: string;
	/** The agents that send from it and read it; empty: all that no mailbox names, while no other mailbox is empty as well. */
	agents: string[];
	created_at: string;
}

export interface NewMailbox {
	address: string;
	agents?: string[];
}

export type ListItem = string | number | boolean;

/** Values under a name, for conditions of any role to take. Not to be taken for `List`, which comes in pages. */
export interface PolicyList {
	name: string;
	description: string;
	/** Of the items' canonical JSON: roles that take the list pin what it holds by this. */
	sha256: string;
	/** How many items it has. */
	count: number;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	updated_at: string;
}

export interface PolicyListWithItems extends PolicyList {
	items: ListItem[];
}

export interface AppliedList extends PolicyList {
	change: "created" | "updated" | "unchanged";
	/** The roles that take the list, each at the revision in which what it holds now is in force. */
	roles: { name: string; rev: number }[];
}

export interface Workspace {
	workspace_id: string;
	organization: string;
	workspace: string;
	created_at: string;
}

export interface NewWorkspace {
	organization: string;
	workspace: string;
	/** Whose key it is: a name or an address. */
	owner?: string;
}

export interface KeyReplacement {
	/** Whose key it is: a name or an address. */
	owner: string;
	/** Also revokes every other key of the workspace: for one that leaked. */
	revoke_others?: boolean;
}

export interface CreatedWorkspace {
	organization: string;
	workspace: string;
	workspace_id: string;
	key_id: string;
	key: string;
}

export type RecordState =
	| "intent"
	| "held"
	| "released"
	| "started"
	| "executed"
	| "closed"
	| "aborted"
	| "failed"
	| "unknown"
	| "denied"
	| "expired"
	| "done";

/** What one guard made of one call. */
export interface GuardFact {
	guard: string;
	/** Whether `when` held; null is indeterminate. */
	when: boolean | null;
	took: Effect;
	/** Field -> the values seen. A field kept off the log shows `{type, length, digest}`. */
	saw: Record<string, unknown>;
	detail?: string;
	shadow?: true;
}

/** One record of the log. */
export interface AuditRecord {
	v: 1;
	seq: number;
	prev: string;
	event_id: string;
	time: string;
	kind: "action" | "admin";
	workspace: string;
	agent?: string;
	token_id?: string;
	act_id: string;
	action: string;
	state: RecordState;
	verdict?: Effect;
	matched_guard?: string;
	reason_code?: ReasonCode;
	reason?: string;
	role?: { name: string; rev: number; hash: string };
	facts?: GuardFact[];
	fields?: Record<string, unknown>;
	input_digest?: string;
	idempotency_key?: string;
	request_id?: string;
	source_ip?: string;
	upstream_status?: number;
	duration_ms?: number;
}

/** Which records are wanted. */
export type AuditFilters = Pick<AuditQuery, "agent" | "action" | "verdict" | "state" | "kind" | "text">;

/** Which records to list. Times are RFC 3339. */
export interface AuditQuery {
	limit?: number;
	cursor?: string;
	/** Newest first (`desc`, the default) or oldest first. */
	order?: "asc" | "desc";
	agent?: string;
	action?: string;
	verdict?: Effect;
	state?: RecordState;
	kind?: "action" | "admin";
	since?: string;
	until?: string;
	text?: string;
	/** Only records after this sequence number. */
	after_seq?: number;
}
