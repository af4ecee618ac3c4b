"""HiveKey, the gateway between AI agents and everything they can do: its typed client.

>>> from hivekey import HiveKey
>>> hk = HiveKey(token=os.environ["HK_AGENT_TOKEN"])
>>> hk.actions.run("mail.send", to=to, subject=subject, body=body)
"""

from __future__ import annotations

from ._async.hivekey import AsyncHiveKey
from ._async.hivekey_admin import AsyncHiveKeyAdmin
from ._async.hivekey_root import AsyncHiveKeyRoot
from ._async.pages import AsyncPages
from ._core.log_reading import ExportedRecord
from ._sync.hivekey import HiveKey
from ._sync.hivekey_admin import HiveKeyAdmin
from ._sync.hivekey_root import HiveKeyRoot
from ._sync.pages import Pages
from .errors import (
    ActionError,
    AuthenticationError,
    ConflictError,
    ConnectionError,
    DeniedError,
    ExpiredError,
    HeldError,
    HiveKeyError,
    InvalidRequestError,
    MissingScopeError,
    NotFoundError,
    RateLimitedError,
    TimeoutError,
    UnavailableError,
    UnknownOutcomeError,
    UpstreamFailedError,
)
from .types import Page
from .version import VERSION

__version__ = VERSION

__all__ = [
    "VERSION",
    "ActionError",
    "AsyncHiveKey",
    "AsyncHiveKeyAdmin",
    "AsyncHiveKeyRoot",
    "AsyncPages",
    "AuthenticationError",
    "ConflictError",
    "ConnectionError",
    "DeniedError",
    "ExpiredError",
    "ExportedRecord",
    "HeldError",
    "HiveKey",
    "HiveKeyAdmin",
    "HiveKeyError",
    "HiveKeyRoot",
    "InvalidRequestError",
    "MissingScopeError",
    "NotFoundError",
    "Page",
    "Pages",
    "RateLimitedError",
    "TimeoutError",
    "UnavailableError",
    "UnknownOutcomeError",
    "UpstreamFailedError",
]
