# Made from _async/reviews.py by make_sync.py: change that one.
"""Reviews: calls that wait for a person's sign-off."""

from __future__ import annotations

from typing import Literal, cast

from .._core.address import path_segment
from .._core.messages import Request
from .._core.read_answer import answered
from .._core.sent import sent
from ..admin_types import ReviewDetail, ReviewSummary
from .pages import Pages
from .transport import Transport

#: An approval answers once the call has run: as long as the slowest action may take.
DECISION_TIMEOUT = 120.0


class Reviews:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        state: Literal["pending", "approved", "released", "denied", "expired", "all"] | None = None,
        agent: str | None = None,
        order: Literal["asc", "desc"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        timeout: float | None = None,
    ) -> Pages[ReviewSummary]:
        """Calls that wait, the oldest first, unless ``state`` and ``order`` say otherwise."""
        query = {"limit": limit, "cursor": cursor, "state": state, "agent": agent, "order": order}
        return Pages(self._transport, "/v1/reviews", query, timeout)

    def get(self, id: str, *, timeout: float | None = None) -> ReviewDetail:
        """One review, with everything that will run.

        :param id: ``rev_…``
        """
        answer = self._transport.send(Request("GET", _review_path(id), timeout=timeout))
        return cast(ReviewDetail, answered(answer, ["id", "digest"]))

    def approve(self, id: str, *, digest: str, note: str | None = None, timeout: float = DECISION_TIMEOUT) -> ReviewDetail:
        """Signs a held call off. What was shown under the digest runs, and nothing else. Never sent twice.

        >>> review = admin.reviews.get(id)
        >>> admin.reviews.approve(id, digest=review["digest"])

        :param digest: of what was seen
        :param note: for the log
        :raises ConflictError: if it was decided already, or is not any more what was shown: nothing was approved then
        """
        return self._decide(f"{_review_path(id)}/approve", sent(digest=digest, note=note), timeout)

    def deny(self, id: str, *, reason: str | None = None, timeout: float = DECISION_TIMEOUT) -> ReviewDetail:
        """Refuses a held call: it never runs. Never sent twice.

        :param reason: for the agent and the log
        """
        return self._decide(f"{_review_path(id)}/deny", sent(reason=reason), timeout)

    def _decide(self, path: str, content: bytes, timeout: float) -> ReviewDetail:
        answer = self._transport.send(Request("POST", path, content, timeout=timeout))
        return cast(ReviewDetail, answered(answer, ["id", "state"]))


def _review_path(id: str) -> str:
    return f"/v1/reviews/{path_segment(id)}"
