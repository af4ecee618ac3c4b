"""Running actions through the gateway, and asking which there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from .._core.read_answer import object_body
from .._core.run_call import is_open, ran, run_request, taken_up
from .._core.waiting import longest_wait
from ..types import RunAnswer, VisibleAction
from .pages import AsyncPages
from .transport import AsyncTransport
from .wait_for_call import wait_for_call


class AsyncActions:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def run(
        self,
        action: str,
        input: Mapping[str, Any] | None = None,
        /,
        *,
        wait: bool | float = False,
        idempotency_key: str | None = None,
        timeout: float | None = None,
        **inputs: Any,
    ) -> RunAnswer:
        """Runs an action. Returns once it was allowed and done; with ``wait`` also once it was held and signed off.

        Inputs are named, or come as one mapping, or both. ``wait``, ``idempotency_key`` and ``timeout`` are always this method's
        own: an input of such a name, and every input that a model made up, goes into the mapping.

        >>> await hk.actions.run("mail.send", to="jordan@acme.com", subject="Hi", body="…")
        >>> await hk.actions.run("report.make", {"timeout": 5}, timeout=30)

        :param action: such as ``mail.send``
        :param input: what the action takes; must be JSON
        :param wait: waits through a review instead of raising HeldError: True until somebody has decided or it has expired, or
            for so many seconds at most
        :param idempotency_key: the same key with the same input never runs twice within 24 hours; made for you if left out
        :param timeout: for the call itself, retries included, in seconds; the client's if left out
        :raises DeniedError, HeldError, ExpiredError, UpstreamFailedError, UnknownOutcomeError: what became of the call
        :raises HiveKeyError: of another class if the call was not taken up
        """
        longest = longest_wait(wait) if wait is not False else None
        request = run_request(action, input, inputs, idempotency_key, timeout)
        answer = taken_up(await self._transport.send(request), request.idempotency_key)
        if wait is not False and is_open(answer):
            answer = await wait_for_call(self._transport, str(object_body(answer)["id"]), longest)
        return cast(RunAnswer, ran(answer, request.idempotency_key))

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None
    ) -> AsyncPages[VisibleAction]:
        """The actions that the agent's role makes visible. Nothing else exists for it."""
        return AsyncPages(self._transport, "/v1/actions", {"limit": limit, "cursor": cursor}, timeout)
