"""What a token must look like before it is put into a header. Messages never repeat it."""

from __future__ import annotations

import re


class Credential:
    """A token that is in nothing that is printed."""

    __slots__ = ("__token",)

    def __init__(self, token: str) -> None:
        self.__token = token

    def header(self) -> str:
        """The value of the Authorization field."""
        return f"Bearer {self.__token}"

    def __repr__(self) -> str:
        return "Credential(…)"


def agent_token(token: str | None) -> Credential:
    """Checks the token that an agent calls with.

    :raises ValueError: if there is none, or if it is something else
    """
    if token is None or not str(token).strip():
        raise ValueError(
            'HiveKey needs the agent\'s token and got none: HiveKey(token=os.environ["HK_AGENT_TOKEN"]). '
            "Is the variable set? `hivekey agent create NAME --role ROLE` mints a token."
        )
    if str(token).startswith("hk_live_"):
        raise ValueError("That is an administrator's key (hk_live_…). An agent calls with its own token (hk_agt_…).")
    return _plain(token)


def admin_key(key: str | None) -> Credential:
    """Checks the key that an administrator calls with.

    :raises ValueError: if there is none, or if it is something else
    """
    if key is None or not str(key).strip():
        raise ValueError("HiveKeyAdmin needs an administrator's key (hk_live_…) and got none.")
    if str(key).startswith("hk_agt_"):
        raise ValueError("That is an agent's token (hk_agt_…). Administration takes an admin key (hk_live_…).")
    return _plain(key)


def root_key(key: str | None) -> Credential:
    """Checks the key that the operator of a deployment calls with.

    :raises ValueError: if there is none, or if it is something else
    """
    if key is None or not str(key).strip():
        raise ValueError("HiveKeyRoot needs the deployment's root key (HIVEKEY_ROOT_KEY) and got none.")
    if re.match(r"\s*hk_(live|agt)_", str(key)):
        raise ValueError("That is a key of one workspace. Workspaces are made with the deployment's root key.")
    return _plain(key)


def _plain(token: str) -> Credential:
    trimmed = str(token).strip()
    if re.fullmatch(r"[\x21-\x7e]+", trimmed) is None:
        raise ValueError("The token has characters in it that no token has. Was it copied whole?")
    return Credential(trimmed)
