/**
 * What the use cases need from the world, as interfaces. Each is implemented by one adapter and handed over by `app.ts`.
 * A method that reaches out rejects when its store is away; what it answers otherwise is a value.
 */
import type { ActionDefinition } from "../contract/action-definition.ts";
import type { Agent, AgentTokenView, Key, KeyScope, Mailbox, Page, RoleRevision, Workspace } from "../contract/admin.ts";
import type { AuditRecord } from "../contract/audit-record.ts";
import type { Id, IdPrefix } from "../contract/ids.ts";
import type { Json, JsonObject } from "../contract/json.ts";
import type { CallError, Effect } from "../contract/verdict.ts";
import type { Decision, Verdict } from "../policy/decision.ts";
import type { LoadedRole } from "../policy/load-role.ts";
import type { ReviewLedger } from "./review-ports.ts";
import type { RolePins } from "./workspace-actions.ts";

export interface Ids {
	make<P extends IdPrefix>(prefix: P): Id<P>;
}

export interface Digests {
	/** Keyed digest of text that must stay off the log; the key is the workspace's. */
	ofInput(workspaceId: string, text: string): string;
	/** SHA-256 as hex: content hashes. */
	sha256(content: string | Uint8Array): string;
}

/** Makes and reads tokens. Reading proves that we made it, never that it is still valid; it touches no store. */
export interface TokenAuthority {
	mintAgentToken(workspaceId: string, agentId: string): { token: string; digest: string };
	mintAdminKey(workspaceId: string, keyId: string): { token: string; digest: string };
	readAgentToken(text: string): AgentToken | null;
	readAdminKey(text: string): AdminKeyToken | null;
	isRootKey(text: string): boolean;
}
export interface AgentToken {
	workspaceId: string;
	agentId: string;
	digest: string;
}
export interface AdminKeyToken {
	workspaceId: string;
	keyId: string;
	digest: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// The ledger

/** Everything about one agent that decides and carries out its calls, under one ever-growing number. */
export interface AgentState {
	epoch: number;
	workspace_id: string;
	agent_id: string;
	name: string;
	revoked: boolean;
	role: { name: string; rev: number; hash: string };
	labels: Record<string, string>;
	/** The mailbox that it sends from and reads, or null if there is none, or none that is clearly its own. */
	mailbox: string | null;
	tokens: { id: string; digest: string; revoked: boolean; expires_at: number | null }[];
}

/** What the Worker may know of it: all but the tokens. */
export type Binding = Omit<AgentState, "tokens" | "revoked">;

export interface AdmitRequest {
	who: AgentToken;
	act_id: string;
	/** 1, or more when an earlier answer was lost. */
	attempt: number;
	/** The epoch of the binding that the decision was made on; another one in force is answered `stale`. */
	epoch: number;
	decision: Decision;
	action: string;
	/** The parts of the record that the Worker knows. */
	record: {
		fields?: JsonObject;
		input_digest?: string;
		request_id: string;
		source_ip?: string;
	};
	idempotency_key: string | null;
	/** Where the caller cannot wait for a review: the same call again is the held one, until it has heard once how that ended. */
	attach?: true;
	/** How long the call may take once admitted, in milliseconds; 0 if it cannot be allowed. */
	time_limit_ms: number;
	/** The canonical input, for a call that may be held, unless it is too large for the ledger. */
	input: string | null;
	/** Where a large one lies in R2. */
	input_key?: string;
	/** Of the request, for a call that may be held: what a guard may ask for again. */
	country?: string;
}

export type Admitted =
	| { kind: "unauthenticated" }
	| { kind: "stale"; binding: Binding }
	/** The idempotency key has been seen: with the same input, with another one, or on a call that still runs. */
	| { kind: "replayed"; call: LedgerCall }
	| { kind: "key_reused" }
	| { kind: "in_flight"; act_id: string }
	| { kind: "full"; why: string }
	/** Above the agent's admission limit: nothing was decided, and the log will have their number. */
	| { kind: "excess" }
	/** Something that the decision needs does not answer: nothing ran, nothing was counted. */
	| { kind: "unavailable"; why: string }
	| { kind: "decided"; verdict: Verdict; review: { id: string; expires_at: number } | null };

export interface SettleRequest {
	act_id: string;
	outcome: Outcome | StreamStarted | StreamEnded;
	duration_ms: number;
	/** Of a call that may or may not have been released: the outcome counts only if this attempt did. */
	release_id?: string;
}

/** A call as the ledger keeps it. */
export interface LedgerCall {
	act_id: string;
	action: string;
	state: "held" | "running" | "executed" | "failed" | "unknown" | "denied" | "expired";
	verdict: Effect;
	matched_guard: string | null;
	reason: string | null;
	reason_code: string | null;
	agent: string;
	/** What the connector answered; absent where it was too large to keep. */
	result?: Json;
	error?: CallError;
	review?: { id: string; expires_at: number; state: "pending" | "released" | "denied" | "expired" };
}

export interface Ledger extends ReviewLedger {
	/** Whether the token is valid now, and the binding in force. */
	identify(who: AgentToken): Promise<Binding | null>;
	/** Everything that must hold at once, and the durable intent, in one turn. Idempotent by act id. */
	admit(request: AdmitRequest): Promise<Admitted>;
	/** Makes the outcome durable. Idempotent by act id; a late outcome replaces `unknown`. */
	settle(request: SettleRequest): Promise<void>;
	/**
	 * One call of this agent, or null if the ledger does not hold it (any more). While the call is held or runs, the answer waits for its
	 * end, at most so many milliseconds.
	 */
	call(
		who: AgentToken,
		actId: string,
		waitMs: number,
	): Promise<{ kind: "unauthenticated" } | { kind: "found"; call: LedgerCall | null }>;
	/** A change of what binds the agent; one that is not newer than what the ledger has changes nothing. */
	bind(state: AgentState): Promise<void>;
	/** Looks after overdue calls and the outbox, as its alarm does. */
	sweep(): Promise<void>;
}

export interface Ledgers {
	of(workspaceId: string, agentId: string): Ledger;
}

/** The log's own object: asked to come and get the administrative acts that wait in D1, and to say when there is more. */
export interface AuditLogs {
	collectAdminActs(workspaceId: string): Promise<void>;
	/**
	 * Publishes a checkpoint over all that D1 has, if the newest does not cover `minSize` or its keys have changed. Answers the size of
	 * the newest.
	 */
	publish(workspaceId: string, minSize: number): Promise<number>;
	/** The newest number that D1 has, once that is higher than `seq`; `seq` when the time (at most 25,000 ms) is over. */
	committedAfter(workspaceId: string, seq: number, timeoutMs: number): Promise<number>;
}

// ---------------------------------------------------------------------------------------------------------------------
// Roles

export interface CompiledRoles {
	/** By content hash, so it can be kept for ever. Null if no store has it in a form that can be read. */
	load(workspaceId: string, hash: string): Promise<LoadedRole | null>;
	/** The actions that a compiled role grants, whatever version it is of. Null if nothing tells. */
	granted(workspaceId: string, hash: string): Promise<ReadonlySet<string> | null>;
	save(workspaceId: string, hash: string, bytes: string): Promise<void>;
}

export interface StoredRole {
	name: string;
	rev: number;
	hash: string;
	grants: number;
	warnings: Json[];
	document: JsonObject;
}

export interface NewRoleRevision extends StoredRole {
	source: string;
	compiled: string;
	/** What it was compiled with. */
	pins: RolePins;
	changed_by: string;
}

export interface RoleStore {
	get(workspaceId: string, name: string): Promise<StoredRole | null>;
	list(workspaceId: string, page: PageRequest): Promise<Page<StoredRole>>;
	/**
	 * One atomic batch: the revision, the pointer, the epochs of all its agents, the administrative act.
	 * False, and nothing changed, if another change took this revision number first, or what it pins is not in force any more.
	 */
	addRevision(workspaceId: string, revision: NewRoleRevision, act: AdminAct): Promise<boolean>;
	/** The newest revision's number, also of a role that was deleted; 0 if there never was one. */
	newestRev(workspaceId: string, name: string): Promise<number>;
	revisions(workspaceId: string, name: string, page: PageRequest): Promise<Page<RoleRevision>>;
	revision(workspaceId: string, name: string, rev: number): Promise<RoleRevision | null>;
	/** Takes the pointer away if it still is at `rev` and no agent uses the role; the revisions stay. */
	delete(workspaceId: string, name: string, rev: number, act: AdminAct): Promise<"deleted" | "changed" | "in_use">;
}

/** A cursor that no page of this list ever carried. Thrown, for it is no state of any store; answered as bad input. */
export class InvalidCursor extends Error {
	override name = "InvalidCursor";
}

export interface PageRequest {
	limit: number;
	cursor: string | null;
}

// ---------------------------------------------------------------------------------------------------------------------
// Agents

export interface NewToken {
	id: string;
	digest: string;
	expires_at: string | null;
}

export interface AgentStore {
	get(workspaceId: string, name: string): Promise<Agent | null>;
	/** `usingRole`: only agents of this role that are not revoked. */
	list(workspaceId: string, page: PageRequest & { usingRole?: string }): Promise<Page<Agent>>;
	/** `taken` if the name exists (also of a revoked agent), `no_role` if the role does not. */
	create(
		workspaceId: string,
		agent: { id: string; name: string; role: string; labels: Record<string, string>; created_at: string; made_by: string },
		token: NewToken,
		act: AdminAct,
	): Promise<"created" | "taken" | "no_role">;
	/** Changes role, labels, or both, of an agent that is not revoked. */
	change(
		workspaceId: string,
		agentId: string,
		change: { role?: string; labels?: Record<string, string> },
		act: AdminAct,
	): Promise<"changed" | "no_role">;
	/** Revokes the agent and all its tokens; one that is revoked already stays as it is. */
	revoke(workspaceId: string, agentId: string, at: string, act: AdminAct): Promise<void>;
	tokens(workspaceId: string, agentId: string): Promise<AgentTokenView[]>;
	/** Adds a token; those so far end at `othersEndAt` unless they end before. */
	addToken(workspaceId: string, agentId: string, token: NewToken, othersEndAt: string, act: AdminAct): Promise<void>;
	/** False if the agent has no such token. */
	revokeToken(workspaceId: string, agentId: string, tokenId: string, at: string, act: AdminAct): Promise<boolean>;
	/** States of bound agents whose ledger has not yet acknowledged the newest epoch. */
	unacknowledged(workspaceId: string, of: ChangedAgents): Promise<AgentState[]>;
	acknowledge(workspaceId: string, states: { agent_id: string; epoch: number }[]): Promise<void>;
	/** A page of all bound agents of the deployment, for the sweep. */
	bound(afterAgentId: string, limit: number): Promise<{ workspace_id: string; agent_id: string }[]>;
}

/** The agents that a change touches: those of a role, one, or all of the workspace. */
export type ChangedAgents = { role: string } | { agentId: string } | "all";

// ---------------------------------------------------------------------------------------------------------------------
// Keys and workspaces

export interface AdminKey {
	id: string;
	owner: string;
	scopes: KeyScope[];
	workspace_id: string;
	workspace: string;
	organization: string;
	last_used_at: string | null;
}

export interface NewKey {
	id: string;
	owner: string;
	scopes: KeyScope[];
	digest: string;
	made_by: string | null;
}

export interface WorkspaceStore {
	/** False if a workspace of that name exists. */
	create(
		workspace: { id: string; organization: string; name: string; created_at: string },
		key: NewKey,
		act: AdminAct,
	): Promise<boolean>;
	list(page: PageRequest): Promise<Page<Workspace>>;
	exists(workspaceId: string): Promise<boolean>;
	/** The key if it is known to that workspace and not revoked. */
	key(token: AdminKeyToken): Promise<AdminKey | null>;
	/** Notes that a key was used, unless that was noted a moment ago. */
	noteUse(key: AdminKey, at: string): Promise<void>;
	keys(workspaceId: string, page: PageRequest): Promise<Page<Key>>;
	addKey(workspaceId: string, key: NewKey, at: string, revokeOthers: boolean, act: AdminAct): Promise<void>;
	/** `last` if no other key with the scope `admin` would be left, and `evenTheLast` is not set. */
	revokeKey(
		workspaceId: string,
		keyId: string,
		at: string,
		evenTheLast: boolean,
		act: AdminAct,
	): Promise<"revoked" | "not_found" | "last">;
}

export interface MailboxStore {
	list(workspaceId: string, page: PageRequest): Promise<Page<Mailbox>>;
	get(workspaceId: string, address: string): Promise<Mailbox | null>;
	/** `taken` if any workspace has the address. Counts up the epoch of every agent of the workspace: their mailbox may be another now. */
	create(workspaceId: string, mailbox: Mailbox, act: AdminAct): Promise<"created" | "taken">;
	/** The mails in it go too. False if the workspace has no such mailbox. */
	delete(workspaceId: string, address: string, act: AdminAct): Promise<boolean>;
}

/** One administrative act, written in the same batch as the change that it tells of. */
export interface AdminAct {
	event_id: string;
	act_id: string;
	time: string;
	action: string;
	agent?: string;
	token_id: string;
	fields?: JsonObject;
	request_id: string;
	source_ip?: string;
}

// ---------------------------------------------------------------------------------------------------------------------
// The log, as people query it

export interface AuditQuery {
	limit: number;
	cursor: string | null;
	order: "asc" | "desc";
	agent?: string;
	action?: string;
	verdict?: Effect;
	state?: string;
	kind?: "action" | "admin";
	since?: string;
	until?: string;
	text?: string;
	after_seq?: number;
}

/** Which records a reader wants to see. */
export type AuditFilters = Pick<AuditQuery, "agent" | "action" | "verdict" | "state" | "kind" | "text">;

/** A record with the bytes that were hashed. */
export interface StoredRecord {
	seq: number;
	record: string;
}

export interface AuditStore {
	/**
	 * A page. It looks at a bounded number of records: with several filters, or with text, it may hold fewer items than asked for
	 * and still have a cursor.
	 */
	query(workspaceId: string, query: AuditQuery): Promise<Page<AuditRecord>>;
	/** All records of one act, in order. */
	act(workspaceId: string, actId: string): Promise<AuditRecord[]>;
	/** The newest sequence number, 0 while the log is empty. */
	head(workspaceId: string): Promise<number>;
	/**
	 * Records after a number that match, in order. `upTo` is the number up to which there is no other one: of the same moment as the
	 * records, whatever is committed meanwhile.
	 */
	after(
		workspaceId: string,
		filters: AuditFilters,
		afterSeq: number,
		limit: number,
	): Promise<{ records: StoredRecord[]; upTo: number }>;
	/** All records from after one number up to and including another, in order. */
	range(workspaceId: string, afterSeq: number, untilSeq: number): Promise<StoredRecord[]>;
	/** Makes durable that the log was read. */
	noteRead(workspaceId: string, act: AdminAct): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------------------------
// Connectors

/** One allowed call, ready to be carried out. */
export interface ExecutableCall {
	act_id: string;
	workspace_id: string;
	agent: string;
	mailbox: string | null;
	definition: ActionDefinition;
	input: JsonObject;
}

/** How a call ended. `reached` is whether the upstream can have seen it: if not, the call is not counted. */
export type Outcome =
	| { kind: "ok"; result: Json; fields?: JsonObject; upstream_status?: number }
	| { kind: "failed"; reached: boolean; error: CallError }
	| { kind: "unknown"; error: CallError };

/** The upstream has begun to answer; the rest of the answer may take so many milliseconds. Not yet how the call ended. */
export interface StreamStarted {
	kind: "started";
	upstream_status: number;
	limit_ms: number;
}

/** How an answer ended that was passed on while it came: as its sender meant it to, or not. `fields` go on the log. */
export type StreamEnded =
	| { kind: "closed"; fields: JsonObject; upstream_status: number }
	| { kind: "aborted"; fields: JsonObject; error: CallError };

export interface Connector {
	name: string;
	definitions: ActionDefinition[];
	/** Never rejects for what the upstream did; what is thrown counts as "may have run". */
	execute(call: ExecutableCall): Promise<Outcome>;
	/** The same for a call whose answer is passed on: as soon as it begins. Where there is none, the connector is no upstream's. */
	open?(call: ExecutableCall): Promise<Answering | Exclude<Outcome, { kind: "ok" }>>;
}

/** An upstream's answer as it begins to come, with what the agent may not see taken out. */
export interface Answering {
	status: number;
	headers: Headers;
	/** Bytes where all of it had to be read to know what the agent may see. */
	body: ReadableStream<Uint8Array> | Uint8Array | null;
	/** The outcome, once the whole body is known. */
	outcome(body: Uint8Array): Outcome;
	/** Lets go of what is not read of it. */
	cancel(): Promise<void>;
}

/** What is known of the mails of a mailbox. */
export interface MailStore {
	/** Whose mailbox an address is, of all workspaces; null if nobody's. */
	owner(address: string): Promise<{ workspaceId: string } | null>;
	/** Keeps one mail; the same mail once more changes nothing. */
	add(workspaceId: string, mail: StoredMail & { mailbox: string; digest: string }): Promise<void>;
	list(
		workspaceId: string,
		mailbox: string,
		page: { folder: string; search: string | null; limit: number; cursor: string | null },
	): Promise<Page<MailSummary>>;
	get(workspaceId: string, mailbox: string, messageId: string): Promise<(StoredMail & { digest: string }) | null>;
}

export interface MailSummary {
	message_id: string;
	from: string;
	to: string[];
	subject: string;
	received_at: string;
}

export interface StoredMail extends MailSummary {
	folder: string;
	/** The beginning of its text. */
	excerpt: string;
	attachments: MailAttachment[];
	/** Bytes as it came. */
	size: number;
}

export interface MailAttachment {
	name: string;
	type: string;
	size: number;
}

/** What a mail says, once parsed. Whatever it claims is the sender's claim. */
export interface ParsedMail {
	from: string;
	to: string[];
	subject: string;
	/** The text, or the HTML where there is none. */
	body: string;
	body_type: "text/plain" | "text/html";
	attachments: MailAttachment[];
}

/** Large immutable things. */
export interface BlobStore {
	put(key: string, bytes: Uint8Array): Promise<void>;
	get(key: string): Promise<Uint8Array | null>;
	/** Takes one away; what is not there already is gone. */
	delete(key: string): Promise<void>;
}
