/** What administrators send and are answered. Names of fields are the wire's own; the shapes are those of openapi.json. */
import type { Effect } from "./types.ts";
import type * as wire from "./wire.generated.ts";

export type KeyScope = wire.Key["scopes"][number];

export type {
	Agent,
	AgentToken,
	AppliedConnector,
	AppliedSecret,
	AuditRecord,
	Connector,
	ConnectorDocument,
	ConnectorRevision,
	ConnectorTest,
	ConnectorWithDocument,
	Key,
	Mailbox,
	RoleDocument,
	RoleRevision,
	Secret,
	Whoami,
	Workspace,
} from "./wire.generated.ts";

export type Role = wire.Role;

/** A role that was applied; `comparison` is there where `dryRun` or `noWiden` asked for it. */
export type AppliedRole = wire.AppliedRole;

export type RoleWarning = wire.Role["warnings"][number];

/** Whether a change of a role lets more pass. `does_not_widen` is proven for every call. */
export type RoleComparison = wire.Comparison;

/** The only answer that ever carries the token. */
export type CreatedAgent = wire.CreatedAgent;

export type NewAgent = wire.CreateAgent;

/** What changes of an agent; what is left out stays. Labels that are not named are gone. */
export type AgentChange = wire.ChangeAgent;

/** The only answer that ever carries the token. */
export type CreatedToken = wire.CreatedToken;

export type NewToken = wire.RotateToken;

/** The only answer that ever carries the key. */
export type CreatedKey = wire.CreatedKey;

/** A key's `owner` is a person's name or an address. */
export type NewKey = wire.CreateKey;

/** `send`: it goes out, too. */
export type NewConnectorTest = wire.TestConnector;

export type NewMailbox = wire.CreateMailbox;

/** Values under a name, for conditions of any role to take. Not to be taken for `List`, which comes in pages. */
export type PolicyList = wire.List;

export type PolicyListWithItems = wire.ListWithItems;

export type ListItem = wire.ListWithItems["items"][number];

export type AppliedList = wire.AppliedList;

/** The `owner` of the first admin key is a person's name or an address. */
export type NewWorkspace = wire.CreateWorkspace;

export type KeyReplacement = wire.ReplaceKey;

export type CreatedWorkspace = wire.CreatedWorkspace;

export type RecordState = wire.AuditRecord["state"];

/** What one guard made of one call. */
export type GuardFact = NonNullable<wire.AuditRecord["facts"]>[number];

/** Which records are wanted. */
export type AuditFilters = Pick<AuditQuery, "agent" | "action" | "verdict" | "state" | "kind" | "text">;

/** Which records to list. Times are RFC 3339. */
export interface AuditQuery {
	limit?: number | undefined;
	cursor?: string | undefined;
	/** Newest first (`desc`, the default) or oldest first. */
	order?: "asc" | "desc" | undefined;
	agent?: string | undefined;
	action?: string | undefined;
	verdict?: Effect | undefined;
	state?: RecordState | undefined;
	kind?: "action" | "admin" | undefined;
	since?: string | undefined;
	until?: string | undefined;
	text?: string | undefined;
	/** Only records after this sequence number. */
	after_seq?: number | undefined;
}
