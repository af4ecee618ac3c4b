"""One class per kind of answer that is not a success. Every one of them is a :class:`HiveKeyError`."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from typing import Any, cast

from .types import CallFailure, ProblemItem, Review


@dataclass(frozen=True)
class ErrorFacts:
    """What is known about an answer that is no success."""

    code: str
    status: int | None = None
    request_id: str | None = None
    body: Any = None
    idempotency_key: str | None = None
    retry_after_seconds: float | None = None


class HiveKeyError(Exception):
    """The base of all errors of this package."""

    #: The HTTP status; None where no answer came.
    status: int | None
    #: The stable machine-readable code.
    code: str
    #: Name it when you ask for help.
    request_id: str | None
    #: The answer's body, as it was parsed.
    body: Any
    #: The key under which the same call can be asked for again without running twice.
    idempotency_key: str | None
    #: How long to wait before asking again, where the gateway said so.
    retry_after_seconds: float | None

    def __init__(self, message: str, facts: ErrorFacts) -> None:
        super().__init__(message)
        self._facts = facts
        self.status = facts.status
        self.code = facts.code
        self.request_id = facts.request_id
        self.body = facts.body
        self.idempotency_key = facts.idempotency_key
        self.retry_after_seconds = facts.retry_after_seconds

    def __reduce__(self) -> tuple[Any, ...]:
        """An error can go from one process to another."""
        return type(self), (str(self), self._facts)


class ActionError(HiveKeyError):
    """The gateway took the call up and it did not end in success. ``id`` names it on the audit log."""

    id: str
    action: str
    agent: str
    matched_guard: str | None
    reason: str | None

    def __init__(self, message: str, facts: ErrorFacts) -> None:
        super().__init__(message, facts)
        self.id = str(_of(facts, "id") or "")
        self.action = str(_of(facts, "action") or "")
        self.agent = str(_of(facts, "agent") or "")
        self.matched_guard = _text(_of(facts, "matched_guard"))
        self.reason = _text(_of(facts, "reason"))


class DeniedError(ActionError):
    """Policy said no (403, or 429 where a limit said it). Nothing ran."""

    #: Whether the same call may pass later.
    retryable: bool
    #: Whether a person could let the call pass.
    approvable: bool
    #: When the same call would pass, as RFC 3339, where waiting helps.
    retry_at: str | None

    def __init__(self, message: str, facts: ErrorFacts) -> None:
        super().__init__(message, facts)
        self.retryable = _of(facts, "retryable") is True
        self.approvable = _of(facts, "approvable") is True
        self.retry_at = _text(_of(facts, "retry_at"))


class HeldError(ActionError):
    """A person must sign the call off first (202). Ask ``hk.calls.get(error.id)`` how it stands."""

    review: Review | None

    def __init__(self, message: str, facts: ErrorFacts) -> None:
        super().__init__(message, facts)
        review = _of(facts, "review")
        self.review = cast(Review, review) if isinstance(review, dict) else None


class ExpiredError(ActionError):
    """Nobody signed the call off in time. Nothing ran."""


class UpstreamFailedError(ActionError):
    """The call was allowed and what carries it out failed (502)."""

    failure: CallFailure | None

    def __init__(self, message: str, facts: ErrorFacts) -> None:
        super().__init__(message, facts)
        failure = _of(facts, "error")
        self.failure = cast(CallFailure, failure) if isinstance(failure, dict) else None


class UnknownOutcomeError(ActionError):
    """The call was allowed, and nobody knows whether it ran (504). Never send it again unseen: look first."""


class AuthenticationError(HiveKeyError):
    """No token, or one that the gateway does not take (401)."""


class MissingScopeError(HiveKeyError):
    """The key is good, but lacks the scope for this (403 without a verdict)."""


class NotFoundError(HiveKeyError):
    """There is no such thing, or not for this token (404)."""


class ConflictError(HiveKeyError):
    """It exists already, is still in use, is in flight, or has changed meanwhile (409, 412)."""


class InvalidRequestError(HiveKeyError):
    """The request is not one that the gateway can serve (400, 405, 413, 415, 422)."""

    errors: list[ProblemItem]

    def __init__(self, message: str, facts: ErrorFacts) -> None:
        super().__init__(message, facts)
        errors = _of(facts, "errors")
        self.errors = cast("list[ProblemItem]", errors) if isinstance(errors, list) else []


class RateLimitedError(HiveKeyError):
    """Too many requests (429 without a verdict)."""


class UnavailableError(HiveKeyError):
    """The gateway is there and cannot serve this now (503). Nothing ran."""


class ConnectionError(HiveKeyError, builtins.ConnectionError):
    """No answer came. For an action it is open whether it ran: ask again with ``idempotency_key``.

    It is Python's own ConnectionError as well, so that ``except ConnectionError`` means what it says with or without an import.
    """


class TimeoutError(HiveKeyError, builtins.TimeoutError):
    """The time that was given ran out. For an action it is open whether it ran: ask again with ``idempotency_key``.

    It is Python's own TimeoutError as well.
    """


def _of(facts: ErrorFacts, key: str) -> object:
    return facts.body.get(key) if isinstance(facts.body, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
