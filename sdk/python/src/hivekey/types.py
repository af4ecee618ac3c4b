"""What the gateway answers an agent. Names of fields are the wire's own; the shapes are those of openapi.json."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypedDict, TypeVar

from . import wire
from .wire import CallState, Effect, ReasonCode, VisibleAction

__all__ = [
    "AllowBody",
    "Answered",
    "CallAnswer",
    "CallBody",
    "CallFailure",
    "CallState",
    "DenyBody",
    "Effect",
    "Page",
    "Problem",
    "ProblemItem",
    "ReasonCode",
    "Review",
    "ReviewBody",
    "RunAnswer",
    "Tagged",
    "VisibleAction",
]

T = TypeVar("T")

AllowBody = wire.Allowed
DenyBody = wire.Denied
ReviewBody = wire.Held
#: Where a review stands; ``poll`` is the path of the call.
Review = wire.HeldReview
#: Where a call stands.
CallBody = wire.Call
CallFailure = wire.CallError
#: RFC 9457 problem details. A gateway that is newer than this package may send other codes.
Problem = wire.Problem
#: One thing that is wrong with the input; lines and columns count from 1.
ProblemItem = wire.ProblemError


class Answered(TypedDict):
    """Every answer carries the id of its request: name it when you ask for help."""

    request_id: str | None


class Tagged(TypedDict):
    """What it was when it was read: ``if_match`` takes it, so that nothing is changed that somebody else changed meanwhile."""

    etag: str | None


class RunAnswer(wire.Allowed, Answered):
    """What ``run`` answers: an action that was allowed and done."""


class CallAnswer(wire.Call, Answered):
    """Where a call stands, as ``hk.calls`` answers it."""


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
