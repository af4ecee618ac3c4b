# Made from _async/sinks.py by make_sync.py: change that one.
"""Sinks: where people are told that calls wait for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from .._core.address import path_segment
from .._core.json_text import json_bytes
from .._core.messages import Request
from .._core.read_answer import answered, done
from ..admin_types import AppliedSink, Sink, SinkAnswer
from ..types import Answered
from .pages import Pages
from .transport import Transport


class Sinks:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def apply(self, name: str, document: Mapping[str, Any], *, timeout: float | None = None) -> AppliedSink:
        """Creates or updates a sink.

        :param name: as the document's metadata has it
        """
        answer = self._transport.send(Request("PUT", _sink_path(name), json_bytes(document), timeout=timeout))
        return cast(AppliedSink, answered(answer, ["name", "change"]))

    def get(self, name: str, *, timeout: float | None = None) -> SinkAnswer:
        """One sink, and whether its notices arrive."""
        answer = self._transport.send(Request("GET", _sink_path(name), timeout=timeout))
        return cast(SinkAnswer, answered(answer, ["name", "document"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> Pages[Sink]:
        """All sinks, by name."""
        return Pages(self._transport, "/v1/sinks", {"limit": limit, "cursor": cursor}, timeout)

    def delete(self, name: str, *, timeout: float | None = None) -> Answered:
        """Deletes a sink, and what waits for it."""
        return cast(Answered, done(self._transport.send(Request("DELETE", _sink_path(name), timeout=timeout))))


def _sink_path(name: str) -> str:
    return f"/v1/sinks/{path_segment(name)}"
