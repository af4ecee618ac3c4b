# Made from _async/mailboxes.py by make_sync.py: change that one.
"""Mailboxes: the addresses that agents send from and read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from .._core.address import path_segment
from .._core.messages import Request
from .._core.read_answer import answered, done
from .._core.sent import sent
from ..admin_types import Mailbox, MailboxAnswer
from ..types import Answered
from .pages import Pages
from .transport import Transport


class Mailboxes:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, address: str, *, agents: Sequence[str] | None = None, timeout: float | None = None) -> MailboxAnswer:
        """Makes an address receive mail for agents. Never sent twice."""
        content = sent(address=address, agents=None if agents is None else [*agents])
        answer = self._transport.send(Request("POST", "/v1/mailboxes", content, timeout=timeout))
        return cast(MailboxAnswer, answered(answer, ["address", "agents"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> Pages[Mailbox]:
        """All mailboxes."""
        return Pages(self._transport, "/v1/mailboxes", {"limit": limit, "cursor": cursor}, timeout)

    def delete(self, address: str, *, timeout: float | None = None) -> Answered:
        """Deletes a mailbox and the mails in it."""
        request = Request("DELETE", f"/v1/mailboxes/{path_segment(address)}", timeout=timeout)
        return cast(Answered, done(self._transport.send(request)))
