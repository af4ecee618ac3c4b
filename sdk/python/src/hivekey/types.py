"""What the gateway answers to an agent, written out by hand so that the package stands alone. Names are the wire's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypedDict, TypeVar

T = TypeVar("T")

#: From the laxest to the strictest.
Effect = Literal["allow", "review", "deny"]

CallState = Literal["pending", "running", "executed", "denied", "expired", "failed", "unknown"]

ReasonCode = Literal[
    "not_in_scope",
    "invalid_input",
    "guard_denied",
    "guard_review",
    "guard_indeterminate",
    "rate_exceeded",
    "review_expired",
    "admission_limit",
]


class Answered(TypedDict):
    """Every answer carries the id of its request: name it when you ask for help."""

    request_id: str | None


class Tagged(TypedDict):
    """What it was when it was read: ``if_match`` takes it, so that nothing is changed that somebody else changed meanwhile."""

    etag: str | None


class Review(TypedDict):
    id: str
    state: Literal["pending", "expired"]
    expires_at: str
    #: Path of the call: ask there how it stands.
    poll: str


class CallFailure(TypedDict):
    code: Literal["upstream_failed", "upstream_unknown", "not_started", "no_mailbox"]
    message: str
    upstream_status: int | None


class AllowBody(TypedDict):
    """An action that was allowed and done."""

    id: str
    action: str
    verdict: Literal["allow"]
    matched_guard: str | None
    agent: str
    result: Any


class _Ran(TypedDict):
    id: str
    action: str
    verdict: Effect
    matched_guard: str | None
    agent: str
    result: Any


class RunAnswer(_Ran, Answered, total=False):
    """What ``run`` answers. ``verdict`` is ``review``, and ``state`` is there, for a call that was signed off."""

    state: Literal["executed"]
    reason: str
    reason_code: ReasonCode


class _Denied(TypedDict):
    id: str
    action: str
    verdict: Literal["deny"]
    matched_guard: str | None
    reason: str
    logged: Literal[True]
    reason_code: ReasonCode
    agent: str
    #: Whether the same call may pass later.
    retryable: bool
    #: Whether a person could let the call pass.
    approvable: bool


class DenyBody(_Denied, total=False):
    #: When the same call would pass, where waiting helps.
    retry_at: str


class ReviewBody(TypedDict):
    id: str
    action: str
    verdict: Literal["review"]
    matched_guard: str | None
    reason_code: ReasonCode
    reason: str
    agent: str
    logged: Literal[True]
    review: Review


class _Call(TypedDict):
    id: str
    action: str
    verdict: Effect
    matched_guard: str | None
    agent: str
    state: CallState


class CallBody(_Call, total=False):
    """Where a call stands."""

    reason: str
    reason_code: ReasonCode
    result: Any
    error: CallFailure
    review: Review


class CallAnswer(CallBody, Answered):
    """The same, as ``hk.calls.get`` answers it."""


class VisibleAction(TypedDict):
    name: str
    description: str
    #: JSON Schema 2020-12.
    input_schema: dict[str, Any]


class _ProblemItem(TypedDict):
    path: str
    code: str
    message: str


class ProblemItem(_ProblemItem, total=False):
    """One thing that is wrong with the input; lines and columns count from 1."""

    file: str
    line: int
    column: int


class _Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str


class Problem(_Problem, total=False):
    """RFC 9457 problem details."""

    id: str
    errors: list[ProblemItem]


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of a list; ``next_cursor`` is None at the end."""

    items: list[T]
    next_cursor: str | None
    request_id: str | None

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
