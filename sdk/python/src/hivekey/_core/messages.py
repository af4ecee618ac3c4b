"""One request and one answer, as the gateway sees them. Knows no route and sends nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from ..version import VERSION
from .credential import Credential
from .json_text import parsed_json
from .retry import parse_retry_after

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Request:
    method: Method
    path: str
    content: bytes | None = None
    content_type: str = "application/json"
    idempotency_key: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None
    #: What the answer should be.
    accept: str = "application/json, application/problem+json"
    #: Further header fields.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: For the whole call, retries included, in seconds. None: the client's.
    timeout: float | None = None

    @property
    def may_repeat(self) -> bool:
        """A POST only under an idempotency key, nothing under a condition: the first try may have changed what it asks for."""
        if self.if_match is not None or self.if_none_match is not None:
            return False
        return self.method != "POST" or self.idempotency_key is not None


@dataclass(frozen=True)
class Answer:
    url: str
    status: int
    headers: httpx.Headers
    #: The body as it came.
    content: bytes
    #: The parsed JSON; None if there is none.
    body: Any

    @property
    def request_id(self) -> str | None:
        value: str | None = self.headers.get("x-request-id")
        return value

    @property
    def retry_after_seconds(self) -> float | None:
        return parse_retry_after(self.headers.get("retry-after"), time.time())


def answer_of(url: str, response: httpx.Response, content: bytes) -> Answer:
    return Answer(url, response.status_code, response.headers, content, parsed_json(content))


def header_fields(request: Request, credential: Credential, user_agent: str | None) -> dict[str, str]:
    own = f"hivekey-sdk-python/{VERSION}"
    fields = {
        "authorization": credential.header(),
        "accept": request.accept,
        "user-agent": own if user_agent is None else f"{user_agent} {own}",
    }
    if request.content is not None:
        fields["content-type"] = request.content_type
    for name, value in (
        ("idempotency-key", request.idempotency_key),
        ("if-match", request.if_match),
        ("if-none-match", request.if_none_match),
    ):
        if value is not None:
            fields[name] = value
    return {**fields, **request.headers}
