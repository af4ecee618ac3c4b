"""The bodies of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .json_text import json_bytes


def sent(**values: object) -> bytes:
    """A JSON object, from named values. What is None is left out."""
    return json_bytes({name: value for name, value in values.items() if value is not None})


def document(source: str | bytes | Mapping[str, Any]) -> tuple[bytes, str]:
    """A document and its media type: a text is taken for YAML, which JSON is too, a mapping is JSON."""
    if isinstance(source, Mapping):
        return json_bytes(source), "application/json"
    return source.encode() if isinstance(source, str) else bytes(source), "application/yaml"
