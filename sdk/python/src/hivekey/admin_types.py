"""What administrators send and are answered. Names are the wire's own."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict

from .types import Answered, Effect, ReasonCode, Tagged

KeyScope = Literal["admin", "policy", "review", "audit"]

RecordState = Literal["intent", "held", "released", "executed", "failed", "unknown", "denied", "expired", "done"]

ListItem: TypeAlias = "str | float | bool"


class OwnKey(TypedDict):
    id: str
    owner: str
    scopes: list[KeyScope]


class Whoami(Answered):
    organization: str
    workspace: str
    workspace_id: str
    key: OwnKey


class _RoleWarning(TypedDict):
    code: str
    message: str
    path: str


class RoleWarning(_RoleWarning, total=False):
    line: int
    column: int


class Role(TypedDict):
    name: str
    rev: int
    hash: str
    #: How many actions the role grants once its patterns are expanded.
    grants: int
    warnings: list[RoleWarning]
    document: dict[str, Any]


class RoleAnswer(Role, Answered, Tagged):
    """One role, with its entity tag."""


class WideningReason(TypedDict):
    #: None where it is about the role as a whole.
    action: str | None
    #: The guard of the role in force that let less pass.
    guard: str | None
    why: str
    #: Whether more passes for sure; false where nobody can tell.
    sure: bool


class RoleComparison(TypedDict):
    """Whether a change of a role lets more pass. ``does_not_widen`` is proven for every call."""

    result: Literal["widens", "does_not_widen", "cannot_tell"]
    reasons: list[WideningReason]


class _AppliedRole(RoleAnswer):
    change: Literal["created", "updated", "unchanged"]


class AppliedRole(_AppliedRole, total=False):
    #: With the role in force before, where ``dry_run`` or ``no_widen`` asked for it.
    comparison: RoleComparison


class RoleRevision(TypedDict):
    """One revision of a role, in force or not."""

    rev: int
    hash: str
    grants: int
    #: The key that made the change.
    changed_by: str
    created_at: str
    in_force: bool
    document: dict[str, Any]


class Agent(TypedDict):
    id: str
    name: str
    role: str
    labels: dict[str, str]
    created_at: str
    revoked_at: str | None
    #: When it last called, to within two minutes; None if it never has.
    last_seen_at: str | None


class AgentAnswer(Agent, Answered):
    """One agent."""


class CreatedAgent(AgentAnswer):
    """The only answer that ever carries the token."""

    token: str


class AgentToken(TypedDict):
    id: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class CreatedToken(AgentToken, Answered):
    """The only answer that ever carries the token."""

    token: str


class Key(TypedDict):
    """An administrator's key, without its secret."""

    id: str
    #: A person's name or e-mail.
    owner: str
    scopes: list[KeyScope]
    #: The key that made it; None if the root key did.
    made_by: str | None
    created_at: str
    #: To within five minutes; None if never.
    last_used_at: str | None
    revoked_at: str | None


class CreatedKey(Key, Answered):
    """The only answer that ever carries the key."""

    key: str


class Mailbox(TypedDict):
    address: str
    #: The agents that send from it and read it; empty: all that no mailbox names, while no other mailbox is empty as well.
    agents: list[str]
    created_at: str


class MailboxAnswer(Mailbox, Answered):
    """One mailbox."""


class PolicyList(TypedDict):
    """Values under a name, for conditions of any role to take. Not to be taken for a list that comes in pages."""

    name: str
    description: str
    #: Of the items' canonical JSON: roles that take the list pin what it holds by this.
    sha256: str
    #: How many items it has.
    count: int
    #: The key that made the change.
    changed_by: str
    created_at: str
    updated_at: str


class PolicyListWithItems(PolicyList, Answered):
    items: list[ListItem]


class RoleAtRevision(TypedDict):
    name: str
    rev: int


class AppliedList(PolicyList, Answered):
    change: Literal["created", "updated", "unchanged"]
    #: The roles that take the list, each at the revision in which what it holds now is in force.
    roles: list[RoleAtRevision]


class Workspace(TypedDict):
    workspace_id: str
    organization: str
    workspace: str
    created_at: str


class CreatedWorkspace(Answered):
    organization: str
    workspace: str
    workspace_id: str
    key_id: str
    key: str


class _GuardFact(TypedDict):
    guard: str
    #: Whether ``when`` held; None is indeterminate.
    when: bool | None
    took: Effect
    #: Field -> the values seen. A field kept off the log shows ``{type, length, digest}``.
    saw: dict[str, Any]


class GuardFact(_GuardFact, total=False):
    """What one guard made of one call."""

    detail: str
    shadow: Literal[True]


class _AuditRecord(TypedDict):
    v: Literal[1]
    seq: int
    prev: str
    event_id: str
    time: str
    kind: Literal["action", "admin"]
    workspace: str
    act_id: str
    action: str
    state: RecordState


class AuditRecord(_AuditRecord, total=False):
    """One record of the log."""

    agent: str
    token_id: str
    verdict: Effect
    matched_guard: str
    reason_code: ReasonCode
    reason: str
    role: dict[str, Any]
    facts: list[GuardFact]
    fields: dict[str, Any]
    input_digest: str
    idempotency_key: str
    request_id: str
    source_ip: str
    upstream_status: int
    duration_ms: float


class ActRecords(Answered):
    """All records of one act."""

    items: list[AuditRecord]
