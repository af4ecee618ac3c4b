# Made from _async/pages.py by make_sync.py: change that one.
"""A list that comes in pages: take one page, or iterate over every item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic

from .._core.address import query_string
from .._core.messages import Request
from .._core.read_answer import answered
from ..types import Page, T
from .transport import Transport


class Pages(Generic[T]):
    """Asks for nothing until it is iterated over, or asked for a page.

    >>> for agent in admin.agents.list():
    ...     print(agent["name"])
    >>> page = admin.agents.list(limit=50).page()
    >>> page.items, page.next_cursor
    """

    def __init__(self, transport: Transport, path: str, query: Mapping[str, object], timeout: float | None = None) -> None:
        self._transport = transport
        self._path = path
        self._query = query
        self._timeout = timeout

    def page(self) -> Page[T]:
        """The first page, or the one that ``cursor`` named."""
        return self._fetch(self._query.get("cursor"))

    def pages(self) -> Iterator[Page[T]]:
        """Page after page, to the end."""
        cursor = self._query.get("cursor")
        while True:
            page = self._fetch(cursor)
            yield page
            if page.next_cursor is None or page.next_cursor == cursor:
                return
            cursor = page.next_cursor

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            for item in page.items:
                yield item

    def _fetch(self, cursor: object) -> Page[T]:
        path = self._path + query_string({**self._query, "cursor": cursor})
        body = answered(self._transport.send(Request("GET", path, timeout=self._timeout)), ["items"])
        return Page(body["items"], body.get("next_cursor"), body["request_id"])
