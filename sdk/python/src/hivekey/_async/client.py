"""What every client is: one connection to one gateway."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from .._core.credential import Credential
from .transport import AsyncTransport

if TYPE_CHECKING:
    from typing_extensions import Self


class AsyncClient:
    """Holds connections; ``async with`` or ``aclose()`` lets them go.

    :ivar base_url: the gateway's address
    """

    base_url: str

    def __init__(
        self,
        credential: Credential,
        base_url: str | None,
        timeout: float | None,
        max_retries: int | None,
        http_client: httpx.AsyncClient | None,
        user_agent: str | None,
    ) -> None:
        self._transport = AsyncTransport(credential, base_url, timeout, max_retries, http_client, user_agent)
        self.base_url = self._transport.base_url

    async def aclose(self) -> None:
        """Lets the connections go. The client cannot be used any more."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
