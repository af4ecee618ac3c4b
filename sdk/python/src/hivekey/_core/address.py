"""Where the gateway is, and how paths are put together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

DEFAULT_BASE_URL = "https://gateway.hivekey.ai"


def resolve_base_url(option: str | None) -> str:
    """The gateway's address without a slash at its end: the option, else HIVEKEY_URL, else DEFAULT_BASE_URL.

    :raises ValueError: if it is not a plain http(s) URL
    """
    text = option or os.environ.get("HIVEKEY_URL") or DEFAULT_BASE_URL
    try:
        url = urlsplit(text)
        host, _ = url.hostname, url.port
    except ValueError:
        host = None
    if not host or any(character.isspace() for character in text):
        raise ValueError(f"The gateway's address {text!r} is not a URL. It looks like {DEFAULT_BASE_URL}.")
    if url.scheme not in ("https", "http"):
        raise ValueError(f"The gateway's address {text!r} must start with https:// or http://.")
    if "@" in url.netloc or "?" in text or "#" in text:
        raise ValueError("The gateway's address is scheme, host and port only: no user, query or fragment.")
    return text.rstrip("/")


def path_segment(name: str) -> str:
    """One segment of a path.

    :raises ValueError: for a name that would name another path (empty, a dot, two dots)
    """
    if not isinstance(name, str) or name in ("", ".", ".."):
        raise ValueError(f"{name!r} is not a name.")
    return quote(name, safe="")


def query_string(query: Mapping[str, object]) -> str:
    """A query string with its question mark, or nothing. Absent values are left out."""
    text = urlencode({key: _query_value(value) for key, value in query.items() if value is not None})
    return f"?{text}" if text else ""


def _query_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
