"""Visible actions as tools for a model: their names, what is run for a call, and what the model is told. Sends nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import (
    ActionError,
    DeniedError,
    ExpiredError,
    HeldError,
    HiveKeyError,
    InvalidRequestError,
    NotFoundError,
    UnknownOutcomeError,
    UpstreamFailedError,
)
from ..types import VisibleAction

#: What OpenAI and others take as a tool's name, in characters.
LONGEST_NAME = 64

KINDS: dict[type[HiveKeyError], str] = {
    DeniedError: "denied",
    HeldError: "held",
    ExpiredError: "expired",
    UpstreamFailedError: "upstream_failed",
    UnknownOutcomeError: "unknown",
    InvalidRequestError: "invalid_request",
    NotFoundError: "not_found",
}


@dataclass(frozen=True)
class ActionTool:
    """An action under the name that a model calls it by."""

    name: str
    action: str
    description: str
    #: JSON Schema 2020-12 of its input.
    schema: dict[str, Any]


def tools_of(actions: Iterable[VisibleAction]) -> list[ActionTool]:
    """One tool an action. Models take no dots in a tool's name: ``mail.send`` is ``mail_send``, and where that is too long, or
    another action's already, the end of it is a hash of the action's name."""
    tools: dict[str, ActionTool] = {}
    for action in actions:
        name = action["name"].replace(".", "_")
        if len(name) > LONGEST_NAME or name in tools:
            digest = hashlib.sha256(action["name"].encode()).hexdigest()[:8]
            name = f"{name[: LONGEST_NAME - 9]}_{digest}"
        tools[name] = ActionTool(name, action["name"], action["description"], action["input_schema"])
    return list(tools.values())


def told(error: HiveKeyError) -> dict[str, Any]:
    """What a model is told of a call that did not end in success, so that it can go on without it, or with better input.

    :raises HiveKeyError: the same, if it is not about the call: no connection, no valid token, no gateway
    """
    if not isinstance(error, (ActionError, InvalidRequestError, NotFoundError)):
        raise error
    facts: dict[str, Any] = {"error": KINDS.get(type(error), error.code), "message": str(error)}
    if isinstance(error, DeniedError) and error.retry_at is not None:
        facts["retry_at"] = error.retry_at
    if isinstance(error, InvalidRequestError) and error.errors:
        facts["errors"] = error.errors
    return facts


def arguments_of(text: str) -> Mapping[str, Any] | None:
    """The input that a model wrote down as JSON; None if it is no JSON object."""
    try:
        arguments = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


def text_of(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
