"""An answer that is no success -> the error that says what it means. Verdicts are told by their body, all else by its status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..errors import (
    AuthenticationError,
    ConflictError,
    DeniedError,
    ErrorFacts,
    ExpiredError,
    HeldError,
    HiveKeyError,
    InvalidRequestError,
    MissingScopeError,
    NotFoundError,
    RateLimitedError,
    UnavailableError,
    UnknownOutcomeError,
    UpstreamFailedError,
)
from .messages import Answer

CLASS_OF_STATUS: dict[int, type[HiveKeyError]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: MissingScopeError,
    404: NotFoundError,
    405: InvalidRequestError,
    409: ConflictError,
    412: ConflictError,
    413: InvalidRequestError,
    415: InvalidRequestError,
    422: InvalidRequestError,
    429: RateLimitedError,
    503: UnavailableError,
}


def object_body(answer: Answer) -> dict[str, Any]:
    """The answer's body if it is a JSON object, else an empty one."""
    return answer.body if isinstance(answer.body, dict) else {}


def is_success(answer: Answer) -> bool:
    return 200 <= answer.status <= 299


def is_verdict(answer: Answer) -> bool:
    """Whether the body is a verdict, or says where a call stands: the gateway took the call up."""
    body = object_body(answer)
    return isinstance(body.get("id"), str) and body.get("verdict") in ("allow", "deny", "review")


def is_in_flight(answer: Answer) -> bool:
    """Whether a call under the same idempotency key is still running."""
    return answer.status == 409 and object_body(answer).get("code") == "call_in_flight"


def succeeded(answer: Answer) -> Answer:
    """The answer of a request whose success may be anything.

    :raises HiveKeyError: for every answer that is none
    """
    if is_success(answer):
        return answer
    error = error_from_verdict(answer) if is_verdict(answer) else None
    raise error or error_from_answer(answer)


def answered(answer: Answer, keys: Sequence[str]) -> dict[str, Any]:
    """The body of a success that is a JSON object with all the keys named, and the request's id.

    :raises HiveKeyError: for every other answer
    """
    body = object_body(succeeded(answer))
    if any(key not in body for key in keys):
        raise unexpected_answer(answer)
    return {**body, "request_id": answer.request_id}


def answered_with_tag(answer: Answer, keys: Sequence[str]) -> dict[str, Any]:
    """The same, with the entity tag of what was answered."""
    body = answered(answer, keys)
    # A proxy that compresses marks the tag as weak, and a weak one matches nothing. It still names the same revision.
    etag: str | None = answer.headers.get("etag")
    return {**body, "etag": etag if etag is None else etag.removeprefix("W/")}


def done(answer: Answer) -> dict[str, Any]:
    """The answer of a request whose success says nothing but that it was one.

    :raises HiveKeyError: for every answer but 204
    """
    if succeeded(answer).status != 204:
        raise unexpected_answer(answer)
    return {"request_id": answer.request_id}


def error_from_verdict(answer: Answer, idempotency_key: str | None = None) -> HiveKeyError | None:
    """The error for a call that did not end in success, or None for one that was allowed and done."""
    body = object_body(answer)
    state, verdict, act = body.get("state"), body.get("verdict"), body.get("id")
    action = str(body.get("action"))
    code = str(body.get("reason_code") or state or verdict)
    facts = _facts_of(answer, code, idempotency_key)
    reason = body.get("reason")
    because = f": {reason}" if isinstance(reason, str) else ""
    if state == "unknown":
        message = f"{action} may or may not have run: look before you send it again ({act})"
        return UnknownOutcomeError(message, replace(facts, code=_failure(body, "code") or code))
    if state == "failed":
        told = _failure(body, "message")
        message = f"{action} was allowed and failed{'' if told is None else f': {told}'} ({act})"
        return UpstreamFailedError(message, replace(facts, code=_failure(body, "code") or code))
    if state == "expired" or body.get("reason_code") == "review_expired":
        return ExpiredError(f"{action} was not signed off in time ({act})", facts)
    if verdict == "deny" or state == "denied":
        return DeniedError(f"{action} was denied{because} ({act})", facts)
    if state == "running":
        message = f"{action} is still running: ask how it stands ({act})"
        return ConflictError(message, replace(facts, code="call_in_flight"))
    if verdict == "review" and state != "executed":
        return HeldError(f"{action} is held for sign-off{because} ({act})", facts)
    return None if answer.status == 200 else error_from_answer(answer, idempotency_key)


def error_from_answer(answer: Answer, idempotency_key: str | None = None) -> HiveKeyError:
    """The error for an answer that is not a verdict."""
    body = object_body(answer)
    kind = CLASS_OF_STATUS.get(answer.status)
    code = body.get("code")
    if not isinstance(code, str):
        if kind is not UnavailableError and kind is not RateLimitedError:
            return unexpected_answer(answer, idempotency_key)
        code = f"http_{answer.status}"
    told = next((text for text in (body.get("detail"), body.get("title")) if isinstance(text, str) and text), None)
    message = told or f"the gateway answered {answer.status}"
    return (kind or HiveKeyError)(message, _facts_of(answer, code, idempotency_key))


def unexpected_answer(answer: Answer, idempotency_key: str | None = None) -> HiveKeyError:
    """The error for an answer that no HiveKey gateway gives: a proxy's page, a redirect, another service's success."""
    kind = AuthenticationError if answer.status == 401 else HiveKeyError
    location = answer.headers.get("location")
    redirect = "" if location is None else f", a redirect to {location}"
    status = f"status {answer.status}{redirect}"
    message = f"{answer.url} did not answer as a HiveKey gateway does ({status}): check the address"
    return kind(message, _facts_of(answer, "unexpected_answer", idempotency_key))


def _facts_of(answer: Answer, code: str, idempotency_key: str | None) -> ErrorFacts:
    return ErrorFacts(
        code=code,
        status=answer.status,
        request_id=answer.request_id,
        body=answer.body,
        idempotency_key=idempotency_key,
        retry_after_seconds=answer.retry_after_seconds,
    )


def _failure(body: dict[str, Any], key: str) -> str | None:
    failure = body.get("error")
    value = failure.get(key) if isinstance(failure, dict) else None
    return value if isinstance(value, str) else None
