# Made from _async/hivekey_admin.py by make_sync.py: change that one.
"""The client that an administrator uses."""

from __future__ import annotations

from typing import cast

import httpx

from .._core.credential import admin_key
from .._core.messages import Request
from .._core.read_answer import answered
from ..admin_types import Whoami
from .agents import Agents
from .audit import Audit
from .client import Client
from .connectors import Connectors
from .keys import Keys
from .lists import Lists
from .mailboxes import Mailboxes
from .reviews import Reviews
from .roles import Roles
from .secrets import Secrets
from .sinks import Sinks


class HiveKeyAdmin(Client):
    """Manages what one workspace has (roles, agents, connectors, keys and more), decides its reviews and reads its audit log.

    >>> admin = HiveKeyAdmin(key=os.environ["HIVEKEY_KEY"])
    >>> for record in admin.audit.list(verdict="deny"):
    ...     print(record["agent"], record["action"])
    """

    roles: Roles
    lists: Lists
    agents: Agents
    audit: Audit
    keys: Keys
    mailboxes: Mailboxes
    reviews: Reviews
    connectors: Connectors
    secrets: Secrets
    sinks: Sinks

    def __init__(
        self,
        key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        max_retries: int | None = None,
        http_client: httpx.Client | None = None,
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
        self.roles = Roles(self._transport)
        self.lists = Lists(self._transport)
        self.agents = Agents(self._transport)
        self.audit = Audit(self._transport)
        self.keys = Keys(self._transport)
        self.mailboxes = Mailboxes(self._transport)
        self.reviews = Reviews(self._transport)
        self.connectors = Connectors(self._transport)
        self.secrets = Secrets(self._transport)
        self.sinks = Sinks(self._transport)

    def whoami(self, *, timeout: float | None = None) -> Whoami:
        """Whose key this is, and where it works."""
        answer = self._transport.send(Request("GET", "/v1/whoami", timeout=timeout))
        return cast(Whoami, answered(answer, ["organization", "workspace", "key"]))
