"""The client that an agent uses."""

from __future__ import annotations

import httpx

from .._core.credential import agent_token
from .actions import AsyncActions
from .calls import AsyncCalls
from .client import AsyncClient


class AsyncHiveKey(AsyncClient):
    """Calls actions through the gateway.

    >>> hk = AsyncHiveKey(token=os.environ["HK_AGENT_TOKEN"])
    >>> await hk.actions.run("mail.send", to=to, subject=subject, body=body)
    """

    actions: AsyncActions
    calls: AsyncCalls

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        max_retries: int | None = None,
        http_client: httpx.AsyncClient | None = None,
        user_agent: str | None = None,
    ) -> None:
        """
        :param token: the agent's own, ``hk_agt_…``
        :param base_url: the gateway's address; left out: HIVEKEY_URL, else https://gateway.hivekey.ai
        :param timeout: how long one call may take in all, retries included, in seconds; 60 if left out
        :param max_retries: how often a request is sent again at most; 2 if left out
        :param http_client: used instead of one of its own, and never closed
        :param user_agent: put in front of the package's own name in User-Agent
        :raises ValueError: if there is no token, or the address is not a URL
        """
        super().__init__(agent_token(token), base_url, timeout, max_retries, http_client, user_agent)
        self.actions = AsyncActions(self._transport)
        self.calls = AsyncCalls(self._transport)
