"""Visible actions as tools for a model: their names, what is run for a call, and what the model is told. Sends nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import (
    ActionError,
    DeniedError,
    ExpiredError,
    HeldError,
    HiveKeyError,
    InvalidRequestError,
    UnknownOutcomeError,
    UpstreamFailedError,
)
from ..types import VisibleAction

#: Models take letters, digits, ``_`` and ``-`` in a tool's name, so many of them, and no dots.
LONGEST_NAME = 64


@dataclass(frozen=True)
class ActionTool:
    """One action as a tool."""

    #: The action's name in the letters that models take: ``mail_send``.
    name: str
    #: As the gateway knows it: ``mail.send``.
    action: str
    description: str
    #: JSON Schema 2020-12 of an object.
    schema: dict[str, Any]


def tools_of(visible: Sequence[VisibleAction], only: Sequence[str] | None) -> list[ActionTool]:
    """:raises ValueError: for a name in ``only`` that the agent does not see"""
    seen = {action["name"] for action in visible}
    for name in only or ():
        if name not in seen:
            raise ValueError(f"This agent sees no action {name}.")
    names = tool_names(seen)
    return [
        ActionTool(names[action["name"]], action["name"], action["description"], {"type": "object", **action["input_schema"]})
        for action in visible
        if only is None or action["name"] in only
    ]


def tool_names(actions: set[str]) -> dict[str, str]:
    """A tool name for each action, no two alike. The same actions have the same names, in whatever order they come."""
    names: dict[str, str] = {}
    for action in sorted(actions):
        plain = re.sub(r"[^A-Za-z0-9_-]", "_", action)[:LONGEST_NAME]
        name, number = plain, 1
        while name in names.values():
            number += 1
            name = f"{plain[: LONGEST_NAME - len(str(number)) - 1]}_{number}"
        names[action] = name
    return names


def told(error: HiveKeyError) -> dict[str, Any]:
    """Why there is no result, in words that a model can act on.

    :raises HiveKeyError: the same, if it is no news about the call (a bad token, say) and belongs to the program
    """
    if isinstance(error, InvalidRequestError):
        return {"error": error.code, "message": str(error), "errors": error.errors, "next": "Correct the input."}
    if not isinstance(error, ActionError):
        raise error
    if isinstance(error, DeniedError):
        again = "Do not call it again with this input."
        following = again if error.retry_at is None else f"It may pass from {error.retry_at} on."
        return {"error": "denied", "reason": error.reason, "guard": error.matched_guard, "id": error.id, "next": following}
    if isinstance(error, HeldError):
        following = "A person has to sign it off first. It has not run; do not call it again."
        return {"error": "held", "reason": error.reason, "id": error.id, "next": following}
    if isinstance(error, ExpiredError):
        return {"error": "expired", "id": error.id, "next": "Nobody signed it off in time. It has not run."}
    if isinstance(error, UnknownOutcomeError):
        following = "It may or may not have run: find out before you call it again."
        return {"error": "unknown", "id": error.id, "next": following}
    if isinstance(error, UpstreamFailedError):
        message = str(error) if error.failure is None else error.failure["message"]
        return {"error": "failed", "message": message, "id": error.id}
    raise error


def no_input() -> dict[str, Any]:
    """What a model is told that wrote down what is no input."""
    message = "The arguments are not a JSON object."
    return {"error": "invalid_request", "message": message, "errors": [], "next": "Correct the input."}


def arguments_of(text: str) -> Mapping[str, Any] | None:
    """The input that a model wrote down as JSON; None if it is no JSON object."""
    try:
        arguments = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


def text_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
