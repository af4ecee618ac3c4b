"""Administrators' keys: each has an owner and scopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from .._core.address import path_segment, query_string
from .._core.messages import Request
from .._core.read_answer import answered, done
from .._core.sent import sent
from ..admin_types import CreatedKey, Key, KeyScope
from ..types import Answered
from .pages import AsyncPages
from .transport import AsyncTransport


class AsyncKeys:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, *, owner: str, scopes: Sequence[KeyScope], timeout: float | None = None) -> CreatedKey:
        """Makes a key. The answer is the only one that ever carries it. Never sent twice.

        :param owner: whose key it is: a name or an address
        """
        content = sent(owner=owner, scopes=[*scopes])
        answer = await self._transport.send(Request("POST", "/v1/keys", content, timeout=timeout))
        return cast(CreatedKey, answered(answer, ["id", "key"]))

    def list(self, *, limit: int | None = None, cursor: str | None = None, timeout: float | None = None) -> AsyncPages[Key]:
        """All keys of the workspace, the revoked ones too, without their secrets."""
        return AsyncPages(self._transport, "/v1/keys", {"limit": limit, "cursor": cursor}, timeout)

    async def revoke(self, id: str, *, even_the_last: bool = False, timeout: float | None = None) -> Answered:
        """Revokes a key: refused from its next request on.

        :param id: ``key_…``
        :param even_the_last: also where it is the last admin key of the workspace: afterwards only the root key can make another
        :raises ConflictError: for the last admin key, unless ``even_the_last``
        """
        path = f"/v1/keys/{path_segment(id)}{query_string({'even_the_last': even_the_last or None})}"
        return cast(Answered, done(await self._transport.send(Request("DELETE", path, timeout=timeout))))
