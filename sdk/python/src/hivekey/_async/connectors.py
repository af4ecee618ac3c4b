"""Connectors: HTTP APIs as actions that roles can grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from .._core.address import path_segment, query_string
from .._core.messages import Request
from .._core.read_answer import answered, done
from .._core.sent import document, sent
from ..admin_types import AppliedConnector, Connector, ConnectorAnswer, ConnectorRevision, ConnectorTest
from ..types import Answered
from .pages import AsyncPages
from .transport import AsyncTransport


class AsyncConnectors:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def apply(
        self,
        name: str,
        source: str | bytes | Mapping[str, Any],
        *,
        content_type: Literal["application/yaml", "application/json"] | None = None,
        dry_run: bool = False,
        timeout: float | None = None,
    ) -> AppliedConnector:
        """Applies a connector: its file's text or bytes, or the document as a mapping. In force for every role that grants its
        actions when it returns; no role is widened by it.

        >>> await admin.connectors.apply("crm", Path("crm.yaml").read_bytes())

        :param content_type: what ``source`` is; a text is taken for YAML, which JSON is too, a mapping is sent as JSON
        :param dry_run: only say what it would change, for which roles; nothing changes
        :raises InvalidRequestError: if the document has mistakes, or a role could not live with it; nothing has changed then
        """
        content, kind = document(source)
        path = _connector_path(name) + query_string({"dry_run": dry_run or None})
        request = Request("PUT", path, content, content_type=content_type or kind, timeout=timeout)
        answer = await self._transport.send(request)
        return cast(AppliedConnector, answered(answer, ["name", "rev", "change", "roles"]))

    async def get(self, name: str, *, timeout: float | None = None) -> ConnectorAnswer:
        """One connector, with its document."""
        answer = await self._transport.send(Request("GET", _connector_path(name), timeout=timeout))
        return cast(ConnectorAnswer, answered(answer, ["name", "document"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> AsyncPages[Connector]:
        """All connectors, without their documents."""
        return AsyncPages(self._transport, "/v1/connectors", {"limit": limit, "cursor": cursor}, timeout)

    def revisions(
        self, name: str, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None
    ) -> AsyncPages[ConnectorRevision]:
        """The revisions of a connector, the newest first."""
        query = {"limit": limit, "cursor": cursor}
        return AsyncPages(self._transport, f"{_connector_path(name)}/revisions", query, timeout)

    async def test(
        self,
        name: str,
        *,
        action: str,
        input: Mapping[str, Any] | None = None,
        send: bool = False,
        timeout: float | None = None,
    ) -> ConnectorTest:
        """What an action would send, its secret masked. Never sent twice.

        :param send: it goes out, whatever it does, and is on the log as yours
        :raises InvalidRequestError: if the input does not fit the action
        """
        content = sent(action=action, input=None if input is None else dict(input), send=send or None)
        request = Request("POST", f"{_connector_path(name)}/test", content, timeout=timeout)
        return cast(ConnectorTest, answered(await self._transport.send(request), ["request", "outcome"]))

    async def delete(self, name: str, *, timeout: float | None = None) -> Answered:
        """Deletes a connector.

        :raises ConflictError: while roles grant its actions; its message names them
        """
        request = Request("DELETE", _connector_path(name), timeout=timeout)
        return cast(Answered, done(await self._transport.send(request)))


def _connector_path(name: str) -> str:
    return f"/v1/connectors/{path_segment(name)}"
