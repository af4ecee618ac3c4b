"""What answers carry, by openapi.json. Written by `node scripts/openapi.mjs`; do not edit."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

Effect = Literal["allow", "review", "deny"]

CallState = Literal["pending", "running", "executed", "denied", "expired", "failed", "unknown"]

ReasonCode = Literal["not_in_scope", "invalid_input", "guard_denied", "guard_review", "guard_indeterminate", "rate_exceeded", "review_expired", "review_denied", "too_many_pending", "revoked", "admission_limit"]

KeyScope = Literal["admin", "policy", "review", "audit"]

RecordState = Literal["intent", "held", "released", "started", "executed", "closed", "aborted", "failed", "unknown", "denied", "expired", "done"]


class ActProofProof(TypedDict):
    seq: int
    #: The exact text of the record.
    record: str
    leaf_index: int
    tree_size: int
    #: RFC 9162 inclusion proof, base64, the leaf's sibling first.
    hashes: list[str]


class ActProof(TypedDict):
    v: Literal[1]
    #: The verifier key that signed. Compare it with the one that was pinned; alone it proves nothing.
    vkey: str
    #: The signed note.
    checkpoint: str
    proofs: list[ActProofProof]


class Agent(TypedDict):
    id: str
    name: str
    role: str
    labels: dict[str, str]
    created_at: str
    revoked_at: str | None
    #: When it last called, to within two minutes; null if it never has.
    last_seen_at: str | None


class AgentToken(TypedDict):
    id: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None


class Allowed(TypedDict):
    id: str
    action: str
    verdict: Literal["allow"]
    matched_guard: str | None
    agent: str
    result: Any


class AppliedConnectorChanged(TypedDict):
    action: str
    parts: list[Literal["added", "removed", "destination", "credentials", "request", "input", "response", "log", "limits", "words"]]


class AppliedConnectorRoleChanged(TypedDict):
    action: str
    parts: list[Literal["added", "removed", "destination", "credentials", "request", "input", "response", "log", "limits", "words"]]


class AppliedConnectorRole(TypedDict):
    name: str
    #: At which the change is in force for it; in a dry run, the one in force.
    rev: int
    #: Actions that it grants and that are others now.
    changed: list[AppliedConnectorRoleChanged]
    #: New actions that its patterns match: it grants none of them until it is applied again.
    would_match: list[str]


class _AppliedConnectorWarning(TypedDict):
    path: str
    code: str
    message: str


class AppliedConnectorWarning(_AppliedConnectorWarning, total=False):
    file: str
    line: int
    column: int


class AppliedConnector(TypedDict):
    name: str
    description: str
    rev: int
    #: SHA-256 of the document's canonical JSON.
    hash: str
    base_url: str
    #: How many it defines.
    actions: int
    #: The key that made the change.
    changed_by: str
    #: Of this revision.
    created_at: str
    change: Literal["created", "updated", "unchanged"]
    #: What is another than in the revision before.
    changed: list[AppliedConnectorChanged]
    #: The roles that grant its actions, or whose patterns match new ones.
    roles: list[AppliedConnectorRole]
    warnings: list[AppliedConnectorWarning]


class AppliedListRole(TypedDict):
    name: str
    rev: int


class AppliedList(TypedDict):
    name: str
    description: str
    #: Of the items' canonical JSON: roles that take the list pin what it holds by this.
    sha256: str
    count: int
    #: The key that made the change.
    changed_by: str
    created_at: str
    updated_at: str
    change: Literal["created", "updated", "unchanged"]
    #: The roles that take the list, each at the revision in which what it holds now is in force.
    roles: list[AppliedListRole]


class _AppliedRoleWarning(TypedDict):
    code: str
    message: str
    path: str


class AppliedRoleWarning(_AppliedRoleWarning, total=False):
    line: int
    column: int


class _AppliedRole(TypedDict):
    name: str
    rev: int
    hash: str
    #: How many actions the role grants once its patterns are expanded.
    grants: int
    warnings: list[AppliedRoleWarning]
    document: dict[str, Any]
    change: Literal["created", "updated", "unchanged"]


class AppliedRole(_AppliedRole, total=False):
    #: With the role in force before, where `dry_run` or `no_widen` asked for it.
    comparison: Comparison


class AppliedSecretRole(TypedDict):
    name: str
    rev: int


class AppliedSecret(TypedDict):
    name: str
    version: int
    change: Literal["created", "updated"]
    #: The connectors that take it.
    connectors: list[str]
    #: The roles whose actions take it, each at the revision in which it is in force.
    roles: list[AppliedSecretRole]


class AppliedSink(TypedDict):
    name: str
    type: Literal["webhook", "chat", "mail"]
    events: list[Literal["review.held", "review.decided"]]
    document: dict[str, Any]
    #: The key that made the change.
    changed_by: str
    created_at: str
    updated_at: str
    #: Notices that are still to be delivered; they are tried again for three days.
    waiting: int
    #: Why the newest of them that failed did; null if none has.
    last_fault: str | None
    change: Literal["created", "updated", "unchanged"]


class AuditRecordRole(TypedDict):
    name: str
    rev: int
    hash: str


class _AuditRecordFact(TypedDict):
    guard: str
    #: Whether `when` held; null is indeterminate.
    when: bool | None
    #: What the guard asked for.
    took: Effect
    #: Field -> the values seen. A field kept off the log shows `{type, length, digest}`.
    saw: dict[str, Any]


class AuditRecordFact(_AuditRecordFact, total=False):
    #: The short phrase for the log's DETAIL column; there when the guard did not simply let the call pass.
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
    #: The action; of an administrative act its own name, such as `role.apply`.
    action: str
    state: RecordState


class AuditRecord(_AuditRecord, total=False):
    #: The agent's name; of an administrative act, the agent that it is about.
    agent: str
    #: The token or key that was used.
    token_id: str
    verdict: Effect
    matched_guard: str
    reason_code: ReasonCode
    reason: str
    role: AuditRecordRole
    facts: list[AuditRecordFact]
    fields: dict[str, Any]
    input_digest: str
    idempotency_key: str
    request_id: str
    source_ip: str
    upstream_status: int
    duration_ms: float


class _CallError(TypedDict):
    code: Literal["upstream_failed", "upstream_unknown", "upstream_unreachable", "not_started", "answer_not_kept", "no_mailbox", "secret_missing", "connector_busy", "connector_paused"]
    message: str
    upstream_status: int | None


class CallError(_CallError, total=False):
    #: What the upstream said of it, where the connector lets agents see that.
    upstream_body: Any


class CallReview(TypedDict):
    id: str
    state: Literal["pending", "released", "denied", "expired"]
    expires_at: str
    poll: str


class _Call(TypedDict):
    id: str
    action: str
    verdict: Effect
    matched_guard: str | None
    agent: str
    state: CallState


class Call(_Call, total=False):
    reason: str
    reason_code: ReasonCode
    result: Any
    error: CallError
    review: CallReview


class ComparisonReason(TypedDict):
    #: Null where it is about the role as a whole.
    action: str | None
    #: The guard of the role in force that let less pass.
    guard: str | None
    why: str
    #: Whether more passes for sure; false where nobody can tell.
    sure: bool


class Comparison(TypedDict):
    #: `does_not_widen` is proven for every call; `widens` lets a call pass that did not; else nobody can tell.
    result: Literal["widens", "does_not_widen", "cannot_tell"]
    reasons: list[ComparisonReason]


class Connector(TypedDict):
    name: str
    description: str
    rev: int
    #: SHA-256 of the document's canonical JSON.
    hash: str
    base_url: str
    #: How many it defines.
    actions: int
    #: The key that made the change.
    changed_by: str
    #: Of this revision.
    created_at: str


class ConnectorRevision(TypedDict):
    rev: int
    in_force: bool
    hash: str
    actions: int
    changed_by: str
    created_at: str


class ConnectorTestRequest(TypedDict):
    """As it would leave; the secret's name stands where its value would."""

    method: str
    url: str
    headers: dict[str, str]
    body: str | None


class _ConnectorTestOutcomeError(TypedDict):
    code: Literal["upstream_failed", "upstream_unknown", "upstream_unreachable", "not_started", "answer_not_kept", "no_mailbox", "secret_missing", "connector_busy", "connector_paused"]
    message: str
    upstream_status: int | None


class ConnectorTestOutcomeError(_ConnectorTestOutcomeError, total=False):
    #: What the upstream said of it, where the connector lets agents see that.
    upstream_body: Any


class _ConnectorTestOutcome(TypedDict):
    state: Literal["executed", "failed", "unknown"]
    upstream_status: int | None


class ConnectorTestOutcome(_ConnectorTestOutcome, total=False):
    result: Any
    error: ConnectorTestOutcomeError


class ConnectorTest(TypedDict):
    #: As it would leave; the secret's name stands where its value would.
    request: ConnectorTestRequest
    #: Null if it was not sent.
    outcome: ConnectorTestOutcome | None


class ConnectorWithDocument(TypedDict):
    name: str
    description: str
    rev: int
    #: SHA-256 of the document's canonical JSON.
    hash: str
    base_url: str
    #: How many it defines.
    actions: int
    #: The key that made the change.
    changed_by: str
    #: Of this revision.
    created_at: str
    document: dict[str, Any]


class CreatedAgent(TypedDict):
    id: str
    name: str
    role: str
    labels: dict[str, str]
    created_at: str
    revoked_at: str | None
    #: When it last called, to within two minutes; null if it never has.
    last_seen_at: str | None
    token: str


class CreatedKey(TypedDict):
    id: str
    #: A person's name or e-mail.
    owner: str
    scopes: list[KeyScope]
    #: The key that made it; null if the root key did.
    made_by: str | None
    created_at: str
    #: To within five minutes; null if never.
    last_used_at: str | None
    revoked_at: str | None
    key: str


class CreatedToken(TypedDict):
    id: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    token: str


class CreatedWorkspace(TypedDict):
    organization: str
    workspace: str
    workspace_id: str
    key_id: str
    key: str


class _Denied(TypedDict):
    id: str
    action: str
    verdict: Literal["deny"]
    matched_guard: str | None
    reason: str
    logged: Literal[True]
    reason_code: ReasonCode
    agent: str
    retryable: bool
    approvable: bool


class Denied(_Denied, total=False):
    #: When the same call would pass, where waiting helps.
    retry_at: str


class HeldReview(TypedDict):
    id: str
    state: Literal["pending", "released", "denied", "expired"]
    expires_at: str
    poll: str


class Held(TypedDict):
    id: str
    action: str
    verdict: Literal["review"]
    matched_guard: str | None
    reason_code: ReasonCode
    reason: str
    agent: str
    logged: Literal[True]
    review: HeldReview


class Key(TypedDict):
    id: str
    #: A person's name or e-mail.
    owner: str
    scopes: list[KeyScope]
    #: The key that made it; null if the root key did.
    made_by: str | None
    created_at: str
    #: To within five minutes; null if never.
    last_used_at: str | None
    revoked_at: str | None


class List(TypedDict):
    name: str
    description: str
    #: Of the items' canonical JSON: roles that take the list pin what it holds by this.
    sha256: str
    count: int
    #: The key that made the change.
    changed_by: str
    created_at: str
    updated_at: str


class ListWithItems(TypedDict):
    name: str
    description: str
    #: Of the items' canonical JSON: roles that take the list pin what it holds by this.
    sha256: str
    count: int
    #: The key that made the change.
    changed_by: str
    created_at: str
    updated_at: str
    items: list[str | float | bool]


class Mailbox(TypedDict):
    address: str
    #: The agents that send from it and read it; empty: all that no mailbox names, while no other mailbox is empty as well.
    agents: list[str]
    created_at: str


class _ProblemError(TypedDict):
    path: str
    code: str
    message: str


class ProblemError(_ProblemError, total=False):
    file: str
    line: int
    column: int


class _Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    code: Literal["malformed_body", "malformed_request", "unauthenticated", "missing_scope", "own_agent", "not_found", "method_not_allowed", "already_exists", "still_in_use", "last_admin_key", "agent_revoked", "call_in_flight", "conflict", "would_widen", "review_decided", "review_changed", "already_approved", "stale_revision", "too_large", "unsupported_media_type", "invalid_request", "invalid_document", "idempotency_mismatch", "rate_limited_admission", "internal_error", "unavailable", "not_ready", "not_everywhere"]
    request_id: str


class Problem(_Problem, total=False):
    """RFC 9457 problem details"""

    #: The act's id, where the bad input of an authenticated agent is on the log.
    id: str
    errors: list[ProblemError]


class ProxyErrorErrorReview(TypedDict):
    id: str
    expires_at: str
    poll: str


class _ProxyErrorError(TypedDict):
    message: str
    type: Literal["invalid_request_error", "api_error", "idempotency_error"]
    #: A `reason_code`, an `error.code` of a call, or the `code` of a problem: see the list of errors.
    code: str
    param: str | None
    request_id: str


class ProxyErrorError(_ProxyErrorError, total=False):
    #: The act on the log.
    act_id: str
    action: str
    verdict: Effect
    matched_guard: str | None
    #: Of a call that was allowed or held: where it stands.
    state: str
    approvable: bool
    #: When the same call would pass, where waiting helps.
    retry_at: str
    review: ProxyErrorErrorReview


class _ProxyError(TypedDict):
    error: ProxyErrorError


class ProxyError(_ProxyError, total=False):
    #: The same message, where the upstream's SDK looks for it here.
    message: str
    documentation_url: str
    status: str


class ReviewDetailApprovals(TypedDict):
    wanted: int
    given: int


class _ReviewDetailGuard(TypedDict):
    guard: str
    #: Whether `when` held; null is indeterminate.
    when: bool | None
    #: What the guard asked for.
    took: Effect
    #: Field -> the values seen. A field kept off the log shows `{type, length, digest}`.
    saw: dict[str, Any]


class ReviewDetailGuard(_ReviewDetailGuard, total=False):
    #: The short phrase for the log's DETAIL column; there when the guard did not simply let the call pass.
    detail: str
    shadow: Literal[True]


class ReviewDetailBindingRole(TypedDict):
    name: str
    rev: int
    hash: str


class ReviewDetailBinding(TypedDict):
    role: ReviewDetailBindingRole
    labels: dict[str, str]
    mailbox: str | None


class ReviewDetailDecision(TypedDict):
    decision: Literal["approve", "deny"]
    owner: str
    key_id: str
    note: str | None
    at: str
    #: False for an approval of what the call was before it was decided afresh, or under a key revoked since.
    counts: bool


class ReviewDetailCallError(TypedDict):
    code: Literal["upstream_failed", "upstream_unknown", "upstream_unreachable", "not_started", "answer_not_kept", "no_mailbox", "secret_missing", "connector_busy", "connector_paused"]
    message: str


class _ReviewDetailCall(TypedDict):
    state: CallState


class ReviewDetailCall(_ReviewDetailCall, total=False):
    error: ReviewDetailCallError


class ReviewDetail(TypedDict):
    id: str
    state: Literal["pending", "approved", "released", "denied", "expired"]
    act_id: str
    agent: str
    action: str
    matched_guard: str | None
    reason: str
    reason_code: ReasonCode
    #: The fields of the input that the log may show.
    fields: dict[str, Any]
    #: Of agent, action, input, binding and the guards that ask: an approval names it. Calls that would do the same have the same one.
    digest: str
    approvals: ReviewDetailApprovals
    held_at: str
    expires_at: str
    decided_at: str | None
    #: The owners of the keys that approved or denied it.
    decided_by: list[str]
    #: Every guard that looked at the call, with the values that it saw.
    guards: list[ReviewDetailGuard]
    binding: ReviewDetailBinding
    #: Whether the owner whose key made the agent may approve; `unless_alone`: only where nobody else could.
    self_approval: Literal["allowed", "refused", "unless_alone"]
    decisions: list[ReviewDetailDecision]
    input_digest: str | None
    source_ip: str | None
    #: Everything that will run, in canonical form; null once the call is not held any more.
    input: dict[str, Any] | None
    #: Where the call stands; null once the agent's ledger has forgotten it: the log knows.
    call: ReviewDetailCall | None


class ReviewSummaryApprovals(TypedDict):
    wanted: int
    given: int


class ReviewSummary(TypedDict):
    id: str
    state: Literal["pending", "approved", "released", "denied", "expired"]
    act_id: str
    agent: str
    action: str
    matched_guard: str | None
    reason: str
    reason_code: ReasonCode
    #: The fields of the input that the log may show.
    fields: dict[str, Any]
    #: Of agent, action, input, binding and the guards that ask: an approval names it. Calls that would do the same have the same one.
    digest: str
    approvals: ReviewSummaryApprovals
    held_at: str
    expires_at: str
    decided_at: str | None
    #: The owners of the keys that approved or denied it.
    decided_by: list[str]


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


class RoleRevision(TypedDict):
    rev: int
    hash: str
    grants: int
    #: The key that made the change.
    changed_by: str
    created_at: str
    #: Whether this revision is the one in force.
    in_force: bool
    document: dict[str, Any]


class Secret(TypedDict):
    name: str
    #: Counts up with every change. Roles pin it.
    version: int
    #: The encryption key that it rests under.
    key_id: str
    #: The key that made the change.
    changed_by: str
    created_at: str
    updated_at: str


class Sink(TypedDict):
    name: str
    type: Literal["webhook", "chat", "mail"]
    events: list[Literal["review.held", "review.decided"]]
    document: dict[str, Any]
    #: The key that made the change.
    changed_by: str
    created_at: str
    updated_at: str
    #: Notices that are still to be delivered; they are tried again for three days.
    waiting: int
    #: Why the newest of them that failed did; null if none has.
    last_fault: str | None


class VisibleAction(TypedDict):
    name: str
    description: str
    input_schema: dict[str, Any]


class WhoamiKey(TypedDict):
    id: str
    owner: str
    scopes: list[KeyScope]


class Whoami(TypedDict):
    organization: str
    workspace: str
    workspace_id: str
    key: WhoamiKey


class Workspace(TypedDict):
    workspace_id: str
    organization: str
    workspace: str
    created_at: str
