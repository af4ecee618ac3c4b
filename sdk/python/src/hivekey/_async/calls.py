"""Where calls stand."""

from __future__ import annotations

from typing import cast

from .._core.address import path_segment, query_string
from .._core.messages import Request
from .._core.read_answer import answered
from .._core.waiting import GRACE
from ..types import CallAnswer
from .transport import AsyncTransport
from .wait_for_call import wait_for_call


class AsyncCalls:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(self, id: str, *, wait_seconds: int | None = None, timeout: float | None = None) -> CallAnswer:
        """How a call of this agent stands, whatever became of it: a denied call is an answer here, not an error.

        :param id: ``act_…``, from an answer or an error
        :param wait_seconds: waits up to this long for the call to come to an end before answering; at most 60
        """
        path = f"/v1/calls/{path_segment(id)}{query_string({'wait': wait_seconds})}"
        if timeout is None and wait_seconds is not None:
            # An answer that was asked to wait is not late for having waited.
            timeout = wait_seconds + GRACE
        answer = await self._transport.send(Request("GET", path, timeout=timeout))
        return cast(CallAnswer, answered(answer, ["id", "state"]))

    async def wait(self, id: str, *, timeout: float | None = None) -> CallAnswer:
        """Waits until a call of this agent is at its end (``executed``, ``denied``, ``expired``, ``failed``, ``unknown``), or the
        time is up: its ``state`` is ``pending`` or ``running`` then. How it ended is an answer here, not an error.

        :param id: ``act_…``, from an answer or an error
        :param timeout: how long to wait at most, in seconds; left out: until the call is at its end
        """
        return cast(CallAnswer, answered(await wait_for_call(self._transport, id, timeout), ["id", "state"]))
