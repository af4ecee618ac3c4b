"""JSON that says what it was given: a number that JSON cannot carry is an error, not a silent null."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any


def json_bytes(value: object) -> bytes:
    """:raises ValueError: for NaN, an infinity, a cycle
    :raises TypeError: for what is no JSON at all
    """
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        name = _not_finite(value, "")
        if name is None:
            raise
        raise ValueError(f"{name} is no finite number, which JSON cannot carry.") from None
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair: JSON has an escape for it, UTF-8 has nothing.
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()


def parsed_json(content: bytes) -> Any:
    """What an answer's body says; None if it is no JSON."""
    try:
        return json.loads(content.decode("utf-8-sig", "replace"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _not_finite(value: object, name: str) -> str | None:
    """The name of the first number that is none."""
    if isinstance(value, float):
        return None if math.isfinite(value) else (f'"{name}"' if name else "The input")
    pairs: Any = ()
    if isinstance(value, Mapping):
        pairs = value.items()
    elif isinstance(value, Sequence) and not isinstance(value, str):
        pairs = ((name, item) for item in value)
    return next((found for key, item in pairs if (found := _not_finite(item, str(key))) is not None), None)
