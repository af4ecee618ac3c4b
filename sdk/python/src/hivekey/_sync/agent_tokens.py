# Made from _async/agent_tokens.py by make_sync.py: change that one.
"""An agent's tokens: made anew, listed, revoked one by one."""

from __future__ import annotations

from typing import cast

from .._core.address import path_segment
from .._core.messages import Request
from .._core.read_answer import answered, done
from .._core.sent import sent
from ..admin_types import AgentToken, CreatedToken
from ..types import Answered
from .pages import Pages
from .transport import Transport


class AgentTokens:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        agent: str,
        *,
        overlap_seconds: int | None = None,
        expires_at: str | None = None,
        timeout: float | None = None,
    ) -> CreatedToken:
        """Rotates: makes a new token; the ones so far end after the overlap. The answer is the only one that ever carries it.
        Never sent twice.

        :param overlap_seconds: how long the tokens so far go on beside the new one, at most 30 days; left out: they end at once
        :param expires_at: when the new token ends, as RFC 3339; left out: never
        """
        content = sent(overlap_seconds=overlap_seconds, expires_at=expires_at)
        answer = self._transport.send(Request("POST", _tokens_path(agent), content, timeout=timeout))
        return cast(CreatedToken, answered(answer, ["id", "token"]))

    def list(self, agent: str, *, timeout: float | None = None) -> Pages[AgentToken]:
        """All tokens of an agent, without their secrets."""
        return Pages(self._transport, _tokens_path(agent), {}, timeout)

    def revoke(self, agent: str, id: str, *, timeout: float | None = None) -> Answered:
        """Revokes one token: refused from its next request on.

        :param id: ``tok_…``
        """
        request = Request("DELETE", f"{_tokens_path(agent)}/{path_segment(id)}", timeout=timeout)
        return cast(Answered, done(self._transport.send(request)))


def _tokens_path(agent: str) -> str:
    return f"/v1/agents/{path_segment(agent)}/tokens"
