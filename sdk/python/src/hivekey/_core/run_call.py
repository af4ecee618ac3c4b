"""One action: what is sent for it, and what its answer means."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from .address import path_segment
from .json_text import json_bytes
from .messages import Answer, Request
from .read_answer import error_from_answer, error_from_verdict, is_verdict, object_body, unexpected_answer


def run_request(
    action: str,
    given: Mapping[str, Any] | None,
    named: Mapping[str, Any],
    idempotency_key: str | None,
    timeout: float | None,
) -> Request:
    """:raises TypeError: if an input is given twice, or is no JSON
    :raises ValueError: for a name that names no action
    """
    twice = sorted(set(given or ()) & set(named))
    if twice:
        raise TypeError(f"run() got the input {twice[0]!r} twice: in the mapping and by name.")
    return Request(
        "POST",
        f"/v1/actions/{path_segment(action)}",
        json_bytes({**(given or {}), **named}),
        idempotency_key=idempotency_key or str(uuid.uuid4()),
        timeout=timeout,
    )


def taken_up(answer: Answer, idempotency_key: str | None) -> Answer:
    """The answer of a gateway that took the call up.

    :raises HiveKeyError: for every other answer
    """
    if is_verdict(answer):
        return answer
    broken = unexpected_answer if answer.status == 200 else error_from_answer
    raise broken(answer, idempotency_key)


def is_open(answer: Answer) -> bool:
    """Whether a call is still on its way: held, or running."""
    body = object_body(answer)
    state = body.get("state")
    return state in ("pending", "running") or (state is None and body.get("verdict") == "review")


def ran(answer: Answer, idempotency_key: str | None) -> dict[str, Any]:
    """The body of a call that was allowed and done, with the request's id.

    :raises HiveKeyError: for a call that ended otherwise, or has not ended
    """
    error = error_from_verdict(answer, idempotency_key)
    if error is not None:
        raise error
    body = object_body(answer)
    if "state" in body:
        # What an allowed call answers at once, from the state of one that took longer: whoever signed it off allowed it.
        told = {key: body.get(key) for key in ("id", "action", "matched_guard", "agent", "result")}
        body = {"id": told.pop("id"), "action": told.pop("action"), "verdict": "allow", **told}
    return {**body, "request_id": answer.request_id}
