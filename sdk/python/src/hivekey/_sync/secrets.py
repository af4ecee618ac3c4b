# Made from _async/secrets.py by make_sync.py: change that one.
"""Secrets: what connectors show to their upstreams. They go in, and never come out."""

from __future__ import annotations

from typing import cast

from .._core.address import path_segment
from .._core.messages import Request
from .._core.read_answer import answered, done
from .._core.sent import sent
from ..admin_types import AppliedSecret, Secret
from ..types import Answered
from .pages import Pages
from .transport import Transport


class Secrets:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def set(self, name: str, value: str, *, timeout: float | None = None) -> AppliedSecret:
        """Sets a secret. In force for every role whose actions take it when it returns."""
        answer = self._transport.send(Request("PUT", _secret_path(name), sent(value=value), timeout=timeout))
        return cast(AppliedSecret, answered(answer, ["name", "version"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> Pages[Secret]:
        """The names of all secrets, with their versions."""
        return Pages(self._transport, "/v1/secrets", {"limit": limit, "cursor": cursor}, timeout)

    def delete(self, name: str, *, timeout: float | None = None) -> Answered:
        """Deletes a secret.

        :raises ConflictError: while connectors or sinks take it; its message names them
        """
        return cast(Answered, done(self._transport.send(Request("DELETE", _secret_path(name), timeout=timeout))))


def _secret_path(name: str) -> str:
    return f"/v1/secrets/{path_segment(name)}"
