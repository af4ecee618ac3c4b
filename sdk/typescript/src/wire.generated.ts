/** What goes over the wire, from openapi.json. Written by `node scripts/openapi.mjs`; do not edit. */

export interface ActProof {
	v: 1;
	/** The verifier key that signed. Compare it with the one that was pinned; alone it proves nothing. */
	vkey: string;
	/** The signed note. */
	checkpoint: string;
	proofs: {
		seq: number;
		/** The exact text of the record. */
		record: string;
		leaf_index: number;
		tree_size: number;
		/** RFC 9162 inclusion proof, base64, the leaf's sibling first. */
		hashes: string[];
	}[];
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

export interface AgentToken {
	id: string;
	created_at: string;
	expires_at: string | null;
	revoked_at: string | null;
}

export interface Allowed {
	id: string;
	action: string;
	verdict: "allow";
	matched_guard: string | null;
	agent: string;
	result: unknown;
}

export interface AppliedConnector {
	name: string;
	description: string;
	rev: number;
	/** SHA-256 of the document's canonical JSON. */
	hash: string;
	base_url: string;
	/** How many it defines. */
	actions: number;
	/** The key that made the change. */
	changed_by: string;
	/** Of this revision. */
	created_at: string;
	change: "created" | "updated" | "unchanged";
	/** What is another than in the revision before. */
	changed: ({
		action: string;
		parts: ("added" | "removed" | "destination" | "credentials" | "request" | "input" | "response" | "log" | "limits" | "words")[];
	})[];
	/** The roles that grant its actions, or whose patterns match new ones. */
	roles: ({
		name: string;
		/** At which the change is in force for it; in a dry run, the one in force. */
		rev: number;
		/** Actions that it grants and that are others now. */
		changed: ({
			action: string;
			parts: ("added" | "removed" | "destination" | "credentials" | "request" | "input" | "response" | "log" | "limits" | "words")[];
		})[];
		/** New actions that its patterns match: it grants none of them until it is applied again. */
		would_match: string[];
	})[];
	warnings: {
		path: string;
		code: string;
		message: string;
		file?: string;
		line?: number;
		column?: number;
	}[];
}

export interface AppliedList {
	name: string;
	description: string;
	/** Of the items' canonical JSON: roles that take the list pin what it holds by this. */
	sha256: string;
	count: number;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	updated_at: string;
	change: "created" | "updated" | "unchanged";
	/** The roles that take the list, each at the revision in which what it holds now is in force. */
	roles: {
		name: string;
		rev: number;
	}[];
}

export interface AppliedRole {
	name: string;
	rev: number;
	hash: string;
	/** How many actions the role grants once its patterns are expanded. */
	grants: number;
	warnings: {
		code: string;
		message: string;
		path: string;
		line?: number;
		column?: number;
	}[];
	document: Record<string, unknown>;
	change: "created" | "updated" | "unchanged";
	/** With the role in force before, where `dry_run` or `no_widen` asked for it. */
	comparison?: Comparison;
}

export interface AppliedSecret {
	name: string;
	version: number;
	change: "created" | "updated";
	/** The connectors that take it. */
	connectors: string[];
	/** The roles whose actions take it, each at the revision in which it is in force. */
	roles: {
		name: string;
		rev: number;
	}[];
}

export interface AppliedSink {
	name: string;
	type: "webhook" | "chat" | "mail";
	events: ("review.held" | "review.decided")[];
	document: Record<string, unknown>;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	updated_at: string;
	/** Notices that are still to be delivered; they are tried again for three days. */
	waiting: number;
	/** Why the newest of them that failed did; null if none has. */
	last_fault: string | null;
	change: "created" | "updated" | "unchanged";
}

export interface ApproveReview {
	/** Of what you have seen. */
	digest: string;
	/** For the log. */
	note?: string;
}

export interface AuditRecord {
	v: 1;
	seq: number;
	prev: string;
	event_id: string;
	time: string;
	kind: "action" | "admin";
	workspace: string;
	/** The agent's name; of an administrative act, the agent that it is about. */
	agent?: string;
	/** The token or key that was used. */
	token_id?: string;
	act_id: string;
	/** The action; of an administrative act its own name, such as `role.apply`. */
	action: string;
	state: "intent" | "held" | "released" | "started" | "executed" | "closed" | "aborted" | "failed" | "unknown" | "denied" | "expired" | "done";
	verdict?: "allow" | "review" | "deny";
	matched_guard?: string;
	reason_code?: "not_in_scope" | "invalid_input" | "guard_denied" | "guard_review" | "guard_indeterminate" | "rate_exceeded" | "review_expired" | "review_denied" | "too_many_pending" | "revoked" | "admission_limit";
	reason?: string;
	role?: {
		name: string;
		rev: number;
		hash: string;
	};
	facts?: ({
		guard: string;
		/** Whether `when` held; null is indeterminate. */
		when: boolean | null;
		/** What the guard asked for. */
		took: "allow" | "review" | "deny";
		/** Field -> the values seen. A field kept off the log shows `{type, length, digest}`. */
		saw: Record<string, unknown>;
		/** The short phrase for the log's DETAIL column; there when the guard did not simply let the call pass. */
		detail?: string;
		shadow?: true;
	})[];
	fields?: Record<string, unknown>;
	input_digest?: string;
	idempotency_key?: string;
	request_id?: string;
	source_ip?: string;
	upstream_status?: number;
	duration_ms?: number;
}

export interface Call {
	id: string;
	action: string;
	verdict: "allow" | "review" | "deny";
	matched_guard: string | null;
	reason?: string;
	reason_code?: "not_in_scope" | "invalid_input" | "guard_denied" | "guard_review" | "guard_indeterminate" | "rate_exceeded" | "review_expired" | "review_denied" | "too_many_pending" | "revoked" | "admission_limit";
	agent: string;
	state: "pending" | "running" | "executed" | "denied" | "expired" | "failed" | "unknown";
	result?: unknown;
	error?: {
		code: "upstream_failed" | "upstream_unknown" | "upstream_unreachable" | "not_started" | "answer_not_kept" | "no_mailbox" | "secret_missing" | "connector_busy" | "connector_paused";
		message: string;
		upstream_status: number | null;
		/** What the upstream said of it, where the connector lets agents see that. */
		upstream_body?: unknown;
	};
	review?: {
		id: string;
		state: "pending" | "released" | "denied" | "expired";
		expires_at: string;
		poll: string;
	};
}

export interface ChangeAgent {
	role?: string;
	labels?: Record<string, string>;
}

export interface Comparison {
	/** `does_not_widen` is proven for every call; `widens` lets a call pass that did not; else nobody can tell. */
	result: "widens" | "does_not_widen" | "cannot_tell";
	reasons: ({
		/** Null where it is about the role as a whole. */
		action: string | null;
		/** The guard of the role in force that let less pass. */
		guard: string | null;
		why: string;
		/** Whether more passes for sure; false where nobody can tell. */
		sure: boolean;
	})[];
}

export type Condition = {
	all: Condition[];
} | {
	any: Condition[];
} | {
	not: Condition;
} | {
	use: string;
} | {
	cel: string;
} | {
	during: {
		days?: string | string[];
		from?: string;
		to?: string;
	};
} | {
	field: string;
	allow_empty?: boolean;
	every: Condition;
} | {
	field: string;
	allow_empty?: boolean;
	some: Condition;
} | {
	field: string;
	allow_empty?: boolean;
	none: Condition;
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	by?: string;
	eq: string | number | boolean | null | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	by?: string;
	ne: string | number | boolean | null | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	by?: string;
	in: (string | number | boolean | null)[] | {
		list: string;
	} | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	by?: string;
	not_in: (string | number | boolean | null)[] | {
		list: string;
	} | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	by?: string;
	lt: number | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	by?: string;
	lte: number | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	by?: string;
	gt: number | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	by?: string;
	gte: number | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	by?: string;
	between: [number, number];
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	exists: boolean;
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	starts_with: string | string[] | {
		list: string;
	} | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	ends_with: string | string[] | {
		list: string;
	} | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	contains: string | number | boolean | null | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	not_contains: string | number | boolean | null | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	contains_any: (string | number | boolean | null)[] | {
		list: string;
	} | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	contains_all: (string | number | boolean | null)[] | {
		list: string;
	} | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	glob: string;
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	ci?: boolean;
	matches: string;
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	before: string | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	after: string | {
		field: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	cidr: string | string[] | {
		list: string;
	};
} | {
	field: string;
	default?: string | number | boolean | null | (string | number | boolean | null)[];
	allow_empty?: boolean;
	match?: "all" | "any";
	not_cidr: string | string[] | {
		list: string;
	};
};

export interface Connector {
	name: string;
	description: string;
	rev: number;
	/** SHA-256 of the document's canonical JSON. */
	hash: string;
	base_url: string;
	/** How many it defines. */
	actions: number;
	/** The key that made the change. */
	changed_by: string;
	/** Of this revision. */
	created_at: string;
}

export interface ConnectorDocument {
	apiVersion: "policy.hivekey.ai/v1";
	kind: "Connector";
	metadata: {
		name: string;
		description?: string;
		labels?: Record<string, string>;
	};
	http: {
		base_url: string;
		auth?: {
			bearer?: {
				secret: string;
			};
			header?: {
				name: string;
				secret: string;
				prefix?: string;
			};
			basic?: {
				username: string;
				secret: string;
			};
			query?: {
				name: string;
				secret: string;
			};
			oauth2?: {
				token_url: string;
				client_id: string;
				secret: string;
				scopes?: string[];
				audience?: string;
			};
		};
		headers?: Record<string, string>;
		time_limit?: string;
		response?: {
			max_bytes?: number;
			headers?: string[];
		};
		concurrency?: number;
		breaker?: {
			failures: number;
			open_for: string;
		};
		proxy?: {
			enabled: boolean;
			error_style?: "generic" | "openai" | "stripe" | "github";
			token_header?: string;
		};
	};
	actions: ({
		name: string;
		description?: string;
		method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
		path: string;
		query?: Record<string, string | {
			field?: string;
			style?: "repeat" | "comma" | "brackets" | "deep";
			const?: string | number | boolean;
		}>;
		headers?: Record<string, string | {
			field?: string;
			const?: string;
		}>;
		body?: false | {
			format?: "json" | "form" | "text";
			content_type?: string;
			field?: string;
			fields?: string[] | Record<string, string>;
			wrap?: string;
		};
		input?: Record<string, unknown>;
		human_names?: Record<string, string>;
		logged?: string[];
		covers?: Record<string, string[]>;
		time_limit?: string;
		retries?: number;
		response?: {
			max_bytes?: number;
			fields?: string[];
			hide?: string[];
			headers?: string[];
		};
	})[];
}

export interface ConnectorRevision {
	rev: number;
	in_force: boolean;
	hash: string;
	actions: number;
	changed_by: string;
	created_at: string;
}

export interface ConnectorTest {
	/** As it would leave; the secret's name stands where its value would. */
	request: {
		method: string;
		url: string;
		headers: Record<string, string>;
		body: string | null;
	};
	/** Null if it was not sent. */
	outcome: {
		state: "executed" | "failed" | "unknown";
		upstream_status: number | null;
		result?: unknown;
		error?: {
			code: "upstream_failed" | "upstream_unknown" | "upstream_unreachable" | "not_started" | "answer_not_kept" | "no_mailbox" | "secret_missing" | "connector_busy" | "connector_paused";
			message: string;
			upstream_status: number | null;
			/** What the upstream said of it, where the connector lets agents see that. */
			upstream_body?: unknown;
		};
	} | null;
}

export interface ConnectorWithDocument {
	name: string;
	description: string;
	rev: number;
	/** SHA-256 of the document's canonical JSON. */
	hash: string;
	base_url: string;
	/** How many it defines. */
	actions: number;
	/** The key that made the change. */
	changed_by: string;
	/** Of this revision. */
	created_at: string;
	document: Record<string, unknown>;
}

export interface CreateAgent {
	name: string;
	role: string;
	labels?: Record<string, string>;
	/** When its first token ends. */
	expires_at?: string;
}

export interface CreateKey {
	owner: string;
	scopes: ("admin" | "policy" | "review" | "audit")[];
}

export interface CreateMailbox {
	address: string;
	agents?: string[];
}

export interface CreateWorkspace {
	organization: string;
	workspace: string;
	owner?: string;
}

export interface CreatedAgent {
	id: string;
	name: string;
	role: string;
	labels: Record<string, string>;
	created_at: string;
	revoked_at: string | null;
	/** When it last called, to within two minutes; null if it never has. */
	last_seen_at: string | null;
	token: string;
}

export interface CreatedKey {
	id: string;
	/** A person's name or e-mail. */
	owner: string;
	scopes: ("admin" | "policy" | "review" | "audit")[];
	/** The key that made it; null if the root key did. */
	made_by: string | null;
	created_at: string;
	/** To within five minutes; null if never. */
	last_used_at: string | null;
	revoked_at: string | null;
	key: string;
}

export interface CreatedToken {
	id: string;
	created_at: string;
	expires_at: string | null;
	revoked_at: string | null;
	token: string;
}

export interface CreatedWorkspace {
	organization: string;
	workspace: string;
	workspace_id: string;
	key_id: string;
	key: string;
}

export interface Denied {
	id: string;
	action: string;
	verdict: "deny";
	matched_guard: string | null;
	reason: string;
	logged: true;
	reason_code: "not_in_scope" | "invalid_input" | "guard_denied" | "guard_review" | "guard_indeterminate" | "rate_exceeded" | "review_expired" | "review_denied" | "too_many_pending" | "revoked" | "admission_limit";
	agent: string;
	retryable: boolean;
	approvable: boolean;
	/** When the same call would pass, where waiting helps. */
	retry_at?: string;
}

export interface DenyReview {
	/** For the agent and the log. */
	reason?: string;
}

export interface Held {
	id: string;
	action: string;
	verdict: "review";
	matched_guard: string | null;
	reason_code: "not_in_scope" | "invalid_input" | "guard_denied" | "guard_review" | "guard_indeterminate" | "rate_exceeded" | "review_expired" | "review_denied" | "too_many_pending" | "revoked" | "admission_limit";
	reason: string;
	agent: string;
	logged: true;
	review: {
		id: string;
		state: "pending" | "released" | "denied" | "expired";
		expires_at: string;
		poll: string;
	};
}

export interface Key {
	id: string;
	/** A person's name or e-mail. */
	owner: string;
	scopes: ("admin" | "policy" | "review" | "audit")[];
	/** The key that made it; null if the root key did. */
	made_by: string | null;
	created_at: string;
	/** To within five minutes; null if never. */
	last_used_at: string | null;
	revoked_at: string | null;
}

export interface List {
	name: string;
	description: string;
	/** Of the items' canonical JSON: roles that take the list pin what it holds by this. */
	sha256: string;
	count: number;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	updated_at: string;
}

export interface ListWithItems {
	name: string;
	description: string;
	/** Of the items' canonical JSON: roles that take the list pin what it holds by this. */
	sha256: string;
	count: number;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	updated_at: string;
	items: (string | number | boolean)[];
}

export interface Mailbox {
	address: string;
	/** The agents that send from it and read it; empty: all that no mailbox names, while no other mailbox is empty as well. */
	agents: string[];
	created_at: string;
}

/** RFC 9457 problem details */
export interface Problem {
	type: string;
	title: string;
	status: number;
	detail: string;
	code: "malformed_body" | "malformed_request" | "unauthenticated" | "missing_scope" | "own_agent" | "not_found" | "method_not_allowed" | "already_exists" | "still_in_use" | "last_admin_key" | "agent_revoked" | "call_in_flight" | "conflict" | "would_widen" | "review_decided" | "review_changed" | "already_approved" | "stale_revision" | "too_large" | "unsupported_media_type" | "invalid_request" | "invalid_document" | "idempotency_mismatch" | "rate_limited_admission" | "internal_error" | "unavailable" | "not_ready" | "not_everywhere";
	request_id: string;
	/** The act's id, where the bad input of an authenticated agent is on the log. */
	id?: string;
	errors?: {
		path: string;
		code: string;
		message: string;
		file?: string;
		line?: number;
		column?: number;
	}[];
}

export interface ProxyError {
	error: {
		message: string;
		type: "invalid_request_error" | "api_error" | "idempotency_error";
		/** A `reason_code`, an `error.code` of a call, or the `code` of a problem: see the list of errors. */
		code: string;
		param: string | null;
		/** The act on the log. */
		act_id?: string;
		action?: string;
		verdict?: "allow" | "review" | "deny";
		matched_guard?: string | null;
		/** Of a call that was allowed or held: where it stands. */
		state?: string;
		approvable?: boolean;
		/** When the same call would pass, where waiting helps. */
		retry_at?: string;
		review?: {
			id: string;
			expires_at: string;
			poll: string;
		};
		request_id: string;
	};
	/** The same message, where the upstream's SDK looks for it here. */
	message?: string;
	documentation_url?: string;
	status?: string;
}

export interface ReplaceKey {
	owner: string;
	/** Also revokes every other key of the workspace: for one that leaked. */
	revoke_others?: boolean;
}

export interface ReviewDetail {
	id: string;
	state: "pending" | "approved" | "released" | "denied" | "expired";
	act_id: string;
	agent: string;
	action: string;
	matched_guard: string | null;
	reason: string;
	reason_code: "not_in_scope" | "invalid_input" | "guard_denied" | "guard_review" | "guard_indeterminate" | "rate_exceeded" | "review_expired" | "review_denied" | "too_many_pending" | "revoked" | "admission_limit";
	/** The fields of the input that the log may show. */
	fields: Record<string, unknown>;
	/** Of agent, action, input, binding and the guards that ask: an approval names it. Calls that would do the same have the same one. */
	digest: string;
	approvals: {
		wanted: number;
		given: number;
	};
	held_at: string;
	expires_at: string;
	decided_at: string | null;
	/** The owners of the keys that approved or denied it. */
	decided_by: string[];
	/** Every guard that looked at the call, with the values that it saw. */
	guards: ({
		guard: string;
		/** Whether `when` held; null is indeterminate. */
		when: boolean | null;
		/** What the guard asked for. */
		took: "allow" | "review" | "deny";
		/** Field -> the values seen. A field kept off the log shows `{type, length, digest}`. */
		saw: Record<string, unknown>;
		/** The short phrase for the log's DETAIL column; there when the guard did not simply let the call pass. */
		detail?: string;
		shadow?: true;
	})[];
	binding: {
		role: {
			name: string;
			rev: number;
			hash: string;
		};
		labels: Record<string, string>;
		mailbox: string | null;
	};
	/** Whether the owner whose key made the agent may approve; `unless_alone`: only where nobody else could. */
	self_approval: "allowed" | "refused" | "unless_alone";
	decisions: ({
		decision: "approve" | "deny";
		owner: string;
		key_id: string;
		note: string | null;
		at: string;
		/** False for an approval of what the call was before it was decided afresh, or under a key revoked since. */
		counts: boolean;
	})[];
	input_digest: string | null;
	source_ip: string | null;
	/** Everything that will run, in canonical form; null once the call is not held any more. */
	input: Record<string, unknown> | null;
	/** Where the call stands; null once the agent's ledger has forgotten it: the log knows. */
	call: {
		state: "pending" | "running" | "executed" | "denied" | "expired" | "failed" | "unknown";
		error?: {
			code: "upstream_failed" | "upstream_unknown" | "upstream_unreachable" | "not_started" | "answer_not_kept" | "no_mailbox" | "secret_missing" | "connector_busy" | "connector_paused";
			message: string;
		};
	} | null;
}

export interface ReviewSummary {
	id: string;
	state: "pending" | "approved" | "released" | "denied" | "expired";
	act_id: string;
	agent: string;
	action: string;
	matched_guard: string | null;
	reason: string;
	reason_code: "not_in_scope" | "invalid_input" | "guard_denied" | "guard_review" | "guard_indeterminate" | "rate_exceeded" | "review_expired" | "review_denied" | "too_many_pending" | "revoked" | "admission_limit";
	/** The fields of the input that the log may show. */
	fields: Record<string, unknown>;
	/** Of agent, action, input, binding and the guards that ask: an approval names it. Calls that would do the same have the same one. */
	digest: string;
	approvals: {
		wanted: number;
		given: number;
	};
	held_at: string;
	expires_at: string;
	decided_at: string | null;
	/** The owners of the keys that approved or denied it. */
	decided_by: string[];
}

export interface Role {
	name: string;
	rev: number;
	hash: string;
	/** How many actions the role grants once its patterns are expanded. */
	grants: number;
	warnings: {
		code: string;
		message: string;
		path: string;
		line?: number;
		column?: number;
	}[];
	document: Record<string, unknown>;
}

export interface RoleDocument {
	apiVersion: "policy.hivekey.ai/v1";
	kind: "Role";
	metadata: {
		name: string;
		description?: string;
		labels?: Record<string, string>;
	};
	scope: {
		allow: string[];
		deny?: string[];
	};
	timezone?: string;
	let?: Record<string, Condition>;
	lists?: Record<string, (string | number | boolean | null)[]>;
	guards?: ({
		id: string;
		action: string | string[];
		effect?: "allow" | "review" | "deny";
		otherwise?: "allow" | "review" | "deny";
		reason?: string;
		mode?: "enforce" | "shadow";
		review?: {
			approvals?: number;
			expires?: string;
			self_approval?: boolean;
		};
		when?: Condition;
	})[];
}

export interface RoleRevision {
	rev: number;
	hash: string;
	grants: number;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	/** Whether this revision is the one in force. */
	in_force: boolean;
	document: Record<string, unknown>;
}

export interface Rollback {
	rev: number;
}

export interface RotateToken {
	/** How long the tokens so far go on, in seconds; 0 ends them at once. */
	overlap_seconds?: number;
	expires_at?: string;
}

export interface Secret {
	name: string;
	/** Counts up with every change. Roles pin it. */
	version: number;
	/** The encryption key that it rests under. */
	key_id: string;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	updated_at: string;
}

export interface SetSecret {
	/** Never answered, logged or shown again. */
	value: string;
}

export interface Sink {
	name: string;
	type: "webhook" | "chat" | "mail";
	events: ("review.held" | "review.decided")[];
	document: Record<string, unknown>;
	/** The key that made the change. */
	changed_by: string;
	created_at: string;
	updated_at: string;
	/** Notices that are still to be delivered; they are tried again for three days. */
	waiting: number;
	/** Why the newest of them that failed did; null if none has. */
	last_fault: string | null;
}

export interface SinkDocument {
	apiVersion: "policy.hivekey.ai/v1";
	kind: "Sink";
	metadata: {
		name: string;
		description?: string;
		labels?: Record<string, string>;
	};
	events?: ("review.held" | "review.decided")[];
	/** A POST in the form of Standard Webhooks. */
	webhook?: {
		url: string;
		/** The secret that signs: `whsec_` and 24 to 64 bytes as base64. */
		signing: {
			secret: string;
		};
	};
	/** An incoming webhook of a chat, as Slack has them. */
	chat?: {
		/** The secret that holds the address: whoever knows it may post. */
		url: {
			secret: string;
		};
	};
	/** A mail through the mail connector. */
	mail?: {
		to: string[];
		/** A mailbox of the workspace. */
		from: string;
	};
}

export interface TestConnector {
	action: string;
	input?: Record<string, unknown>;
	/** Also sends it, with the secret, whatever it does. */
	send?: boolean;
}

export interface VisibleAction {
	name: string;
	description: string;
	input_schema: Record<string, unknown>;
}

export interface Whoami {
	organization: string;
	workspace: string;
	workspace_id: string;
	key: {
		id: string;
		owner: string;
		scopes: ("admin" | "policy" | "review" | "audit")[];
	};
}

export interface Workspace {
	workspace_id: string;
	organization: string;
	workspace: string;
	created_at: string;
}
