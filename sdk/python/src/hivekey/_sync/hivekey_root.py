# Made from _async/hivekey_root.py by make_sync.py: change that one.
"""The client that the operator of a deployment uses."""

from __future__ import annotations

import httpx

from .._core.credential import root_key
from .client import Client
from .workspaces import Workspaces


class HiveKeyRoot(Client):
    """Makes workspaces and replaces keys that were lost. All else is done with a workspace's own key.

    >>> root = HiveKeyRoot(key=os.environ["HIVEKEY_ROOT_KEY"])
    >>> made = root.workspaces.create(organization="acme-corp", workspace="prod")
    """

    workspaces: Workspaces

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
        :param key: the deployment's root key
        :param base_url: the gateway's address; left out: HIVEKEY_URL, else https://gateway.hivekey.ai
        :param timeout: how long one call may take in all, retries included, in seconds; 60 if left out
        :param max_retries: how often a request is sent again at most; 2 if left out
        :param http_client: used instead of one of its own, and never closed
        :param user_agent: put in front of the package's own name in User-Agent
        :raises ValueError: if there is no root key, or the address is not a URL
        """
        super().__init__(root_key(key), base_url, timeout, max_retries, http_client, user_agent)
        self.workspaces = Workspaces(self._transport)
