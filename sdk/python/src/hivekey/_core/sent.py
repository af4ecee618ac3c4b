"""The body of a request, from named values."""

from __future__ import annotations

from .json_text import json_bytes


def sent(**values: object) -> bytes:
    """A JSON object. What is None is left out."""
    return json_bytes({name: value for name, value in values.items() if value is not None})
