# Made from _async/agents.py by make_sync.py: change that one.
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
from .agent_tokens import AgentTokens
from .pages import Pages
from .transport import Transport


class Agents:
    tokens: AgentTokens

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.tokens = AgentTokens(transport)

    def create(
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
        answer = self._transport.send(Request("POST", "/v1/agents", content, timeout=timeout))
        return cast(CreatedAgent, answered(answer, ["name", "token"]))

    def get(self, name: str, *, timeout: float | None = None) -> AgentAnswer:
        answer = self._transport.send(Request("GET", _agent_path(name), timeout=timeout))
        return cast(AgentAnswer, answered(answer, ["name", "role"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> Pages[Agent]:
        """All agents, the revoked ones too."""
        return Pages(self._transport, "/v1/agents", {"limit": limit, "cursor": cursor}, timeout)

    def change(
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
        return cast(AgentAnswer, answered(self._transport.send(request), ["name", "role"]))

    def revoke(self, name: str, *, timeout: float | None = None) -> Answered:
        """Revokes an agent and all its tokens: refused from its next request on."""
        return cast(Answered, done(self._transport.send(Request("DELETE", _agent_path(name), timeout=timeout))))


def _agent_path(name: str) -> str:
    return f"/v1/agents/{path_segment(name)}"
