# Made from _async/client.py by make_sync.py: change that one.
"""What every client is: one connection to one gateway."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from .._core.credential import Credential
from .transport import Transport

if TYPE_CHECKING:
    from typing_extensions import Self


class Client:
    """Holds connections; ``with`` or ``close()`` lets them go.

    :ivar base_url: the gateway's address
    """

    base_url: str

    def __init__(
        self,
        credential: Credential,
        base_url: str | None,
        timeout: float | None,
        max_retries: int | None,
        http_client: httpx.Client | None,
        user_agent: str | None,
    ) -> None:
        self._transport = Transport(credential, base_url, timeout, max_retries, http_client, user_agent)
        self.base_url = self._transport.base_url

    def close(self) -> None:
        """Lets the connections go. The client cannot be used any more."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
