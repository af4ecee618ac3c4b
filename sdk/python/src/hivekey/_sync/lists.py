# Made from _async/lists.py by make_sync.py: change that one.
"""Lists: values under a name, which the conditions of any role may take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

from .._core.address import path_segment
from .._core.json_text import json_bytes
from .._core.messages import Request
from .._core.read_answer import answered, done
from ..admin_types import AppliedList, ListItem, PolicyList, PolicyListWithItems
from ..types import Answered
from .pages import Pages
from .transport import Transport


class Lists:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def apply(
        self,
        name: str,
        source: Sequence[ListItem] | str | bytes,
        *,
        description: str | None = None,
        content_type: Literal["application/yaml", "application/json", "text/plain"] = "application/yaml",
        timeout: float | None = None,
    ) -> AppliedList:
        """Applies a list: its items, or a file's text or bytes. In force in every role that takes it when it returns.

        >>> admin.lists.apply("partners", ["acme.com", "acme-support.com"])
        >>> admin.lists.apply("blocked", Path("blocked.txt").read_bytes(), content_type="text/plain")

        :param description: goes with items that are given as such
        :param content_type: what a text or bytes are; ``text/plain`` has one item a line; left out: a List document as YAML,
            which JSON is too
        :raises InvalidRequestError: if the items do not fit a role that takes the list; nothing has changed then
        """
        if isinstance(source, str):
            content = source.encode()
        elif isinstance(source, (bytes, bytearray)):
            content = bytes(source)
        else:
            content, content_type = _document_of(name, source, description), "application/json"
        request = Request("PUT", _list_path(name), content, content_type=content_type, timeout=timeout)
        answer = self._transport.send(request)
        return cast(AppliedList, answered(answer, ["name", "sha256", "change", "roles"]))

    def get(self, name: str, *, timeout: float | None = None) -> PolicyListWithItems:
        """One list, with its items."""
        answer = self._transport.send(Request("GET", _list_path(name), timeout=timeout))
        return cast(PolicyListWithItems, answered(answer, ["name", "items"]))

    def list(
        self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None
    ) -> Pages[PolicyList]:
        """All lists, without their items."""
        return Pages(self._transport, "/v1/lists", {"limit": limit, "cursor": cursor}, timeout)

    def delete(self, name: str, *, timeout: float | None = None) -> Answered:
        """Deletes a list.

        :raises ConflictError: while roles take it; its message names them
        """
        return cast(Answered, done(self._transport.send(Request("DELETE", _list_path(name), timeout=timeout))))


def _document_of(name: str, items: Sequence[ListItem], description: str | None) -> bytes:
    metadata = {"name": name} if description is None else {"name": name, "description": description}
    return json_bytes({"apiVersion": "policy.hivekey.ai/v1", "kind": "List", "metadata": metadata, "items": [*items]})


def _list_path(name: str) -> str:
    return f"/v1/lists/{path_segment(name)}"
