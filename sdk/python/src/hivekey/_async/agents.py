"""Agents: who calls, and under which role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from .._core.address import path_segment
from .._core.messages import Request
from .._core.read_answer import answered, done
from .._core.sent import sent
from ..admin_types import Agent, AgentAnswer, CreatedAgent
from ..types import Answered
from .agent_tokens import AsyncAgentTokens
from .pages import AsyncPages
from .transport import AsyncTransport


class AsyncAgents:
    tokens: AsyncAgentTokens

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
        self.tokens = AsyncAgentTokens(transport)

    async def create(
        self,
        name: str,
        *,
        role: str,
        labels: Mapping[str, str] | None = None,
        expires_at: str | None = None,
        timeout: float | None = None,
    ) -> CreatedAgent:
        """Makes an agent. The answer is the only one that ever carries its token. Never sent twice.

        :param expires_at: when its first token ends, as RFC 3339; left out: never
        """
        content = sent(name=name, role=role, labels=labels, expires_at=expires_at)
        answer = await self._transport.send(Request("POST", "/v1/agents", content, timeout=timeout))
        return cast(CreatedAgent, answered(answer, ["name", "token"]))

    async def get(self, name: str, *, timeout: float | None = None) -> AgentAnswer:
        answer = await self._transport.send(Request("GET", _agent_path(name), timeout=timeout))
        return cast(AgentAnswer, answered(answer, ["name", "role"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> AsyncPages[Agent]:
        """All agents, the revoked ones too."""
        return AsyncPages(self._transport, "/v1/agents", {"limit": limit, "cursor": cursor}, timeout)

    async def change(
        self,
        name: str,
        *,
        role: str | None = None,
        labels: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> AgentAnswer:
        """Gives an agent another role, other labels, or both. In force when it returns.

        :param labels: all its labels: those that are not named are gone
        """
        request = Request("PATCH", _agent_path(name), sent(role=role, labels=labels), timeout=timeout)
        return cast(AgentAnswer, answered(await self._transport.send(request), ["name", "role"]))

    async def revoke(self, name: str, *, timeout: float | None = None) -> Answered:
        """Revokes an agent and all its tokens: refused from its next request on."""
        return cast(Answered, done(await self._transport.send(Request("DELETE", _agent_path(name), timeout=timeout))))


def _agent_path(name: str) -> str:
    return f"/v1/agents/{path_segment(name)}"
