"""The client that an administrator uses."""

from __future__ import annotations

from typing import cast

import httpx

from .._core.credential import admin_key
from .._core.messages import Request
from .._core.read_answer import answered
from ..admin_types import Whoami
from .agents import AsyncAgents
from .audit import AsyncAudit
from .client import AsyncClient
from .connectors import AsyncConnectors
from .keys import AsyncKeys
from .lists import AsyncLists
from .mailboxes import AsyncMailboxes
from .reviews import AsyncReviews
from .roles import AsyncRoles
from .secrets import AsyncSecrets
from .sinks import AsyncSinks


class AsyncHiveKeyAdmin(AsyncClient):
    """Manages what one workspace has (roles, agents, connectors, keys and more), decides its reviews and reads its audit log.

    >>> admin = AsyncHiveKeyAdmin(key=os.environ["HIVEKEY_KEY"])
    >>> async for record in admin.audit.list(verdict="deny"):
    ...     print(record["agent"], record["action"])
    """

    roles: AsyncRoles
    lists: AsyncLists
    agents: AsyncAgents
    audit: AsyncAudit
    keys: AsyncKeys
    mailboxes: AsyncMailboxes
    reviews: AsyncReviews
    connectors: AsyncConnectors
    secrets: AsyncSecrets
    sinks: AsyncSinks

    def __init__(
        self,
        key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        max_retries: int | None = None,
        http_client: httpx.AsyncClient | None = None,
        user_agent: str | None = None,
    ) -> None:
        """
        :param key: an administrator's, ``hk_live_…``
        :param base_url: the gateway's address; left out: HIVEKEY_URL, else https://gateway.hivekey.ai
        :param timeout: how long one call may take in all, retries included, in seconds; 60 if left out
        :param max_retries: how often a request is sent again at most; 2 if left out
        :param http_client: used instead of one of its own, and never closed
        :param user_agent: put in front of the package's own name in User-Agent
        :raises ValueError: if there is no key, or the address is not a URL
        """
        super().__init__(admin_key(key), base_url, timeout, max_retries, http_client, user_agent)
        self.roles = AsyncRoles(self._transport)
        self.lists = AsyncLists(self._transport)
        self.agents = AsyncAgents(self._transport)
        self.audit = AsyncAudit(self._transport)
        self.keys = AsyncKeys(self._transport)
        self.mailboxes = AsyncMailboxes(self._transport)
        self.reviews = AsyncReviews(self._transport)
        self.connectors = AsyncConnectors(self._transport)
        self.secrets = AsyncSecrets(self._transport)
        self.sinks = AsyncSinks(self._transport)

    async def whoami(self, *, timeout: float | None = None) -> Whoami:
        """Whose key this is, and where it works."""
        answer = await self._transport.send(Request("GET", "/v1/whoami", timeout=timeout))
        return cast(Whoami, answered(answer, ["organization", "workspace", "key"]))
