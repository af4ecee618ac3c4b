"""Reading the log over many connections: what is asked for next, and what an answer has to look like. Times are seconds."""

from __future__ import annotations

import json
import math
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import httpx

from ..admin_types import AuditRecord
from ..errors import ErrorFacts, HiveKeyError
from .address import query_string
from .attempts import may_pass
from .messages import Answer, Request
from .read_answer import error_from_answer, unexpected_answer
from .retry import retry_delay

#: Three beats of the gateway.
STREAM_IDLE = 45.0
EXPORT_IDLE = 30.0
#: A stream that ends sooner than this, and had nothing to say, is no reason to hurry.
SHORT_STREAM = 1.0
#: So often in a row without anything new, and an export is given up.
MOST_EXPORT_FAILURES = 5
TAG = "x-audit-read"

OnLost = Callable[[HiveKeyError], object]
OnFound = Callable[[], object]


class Following:
    """Where a reader that follows the log has come to. One stream after the other, each going on where the one before ended."""

    def __init__(
        self, filters: Mapping[str, object], after: int | None, on_lost: OnLost | None, on_found: OnFound | None
    ) -> None:
        self._path = f"/v1/audit/stream{query_string(filters)}"
        self._position = after
        self._tag: str | None = None
        self._failures = 0
        self._on_lost = on_lost
        self._on_found = on_found
        self._opened_at = 0.0
        self._told = False

    def request(self) -> Request:
        self._opened_at = time.monotonic()
        self._told = False
        headers = {} if self._position is None else {"last-event-id": str(self._position)}
        if self._tag is not None:
            headers[TAG] = self._tag
        return Request("GET", self._path, accept="text/event-stream, application/problem+json", headers=headers)

    def opened(self, answer: Answer, response: httpx.Response | None) -> httpx.Response:
        """:raises HiveKeyError: if the answer is no stream"""
        if response is None:
            raise error_from_answer(answer)
        if re.match(r"text/event-stream\b", answer.headers.get("content-type", ""), re.IGNORECASE) is None:
            raise unexpected_answer(answer)
        self._tag = answer.headers.get(TAG) or self._tag
        return response

    def event(self, name: str, data: str, id: str) -> AuditRecord | None:
        """The record of an event; None if it has none, or one that was read before."""
        if self._failures > 0 and self._on_found is not None:
            self._on_found()
        self._failures = 0
        record = _record(data) if name == "record" else None
        if record is not None and self._position is not None and record["seq"] <= self._position:
            return None
        if record is not None:
            self._position = record["seq"]
            self._told = True
        elif re.fullmatch(r"[0-9]{1,16}", id):
            # An id without data says: up to there, there is nothing more.
            self._position = max(self._position or 0, int(id))
        return record

    def pause_after_end(self) -> float:
        hurry = self._told or time.monotonic() - self._opened_at >= SHORT_STREAM
        return 0.0 if hurry else retry_delay(1, None, random.random())

    def pause_after_failure(self, error: HiveKeyError) -> float:
        """:raises HiveKeyError: the same, where waiting does not help"""
        if not may_pass(error):
            raise error
        self._failures += 1
        if self._failures == 1 and self._on_lost is not None:
            self._on_lost(error)
        return retry_delay(self._failures, error.retry_after_seconds, random.random())


@dataclass(frozen=True)
class ExportedRecord:
    seq: int
    #: The record, byte for byte as it is stored: one JSON object, without a line break.
    content: bytes
    #: The newest number of the log, when the answer began.
    log_size: int


class Exporting:
    """Where an export has come to: answer after answer, each record's bytes as they were hashed."""

    def __init__(self, after: int, until: int | None) -> None:
        self._seq = after
        self._until = until
        self._tag: str | None = None
        self._failures = 0
        self._begun_at = after

    def request(self) -> Request:
        self._begun_at = self._seq
        path = f"/v1/audit/export{query_string({'after_seq': self._seq, 'until_seq': self._until})}"
        headers = {} if self._tag is None else {TAG: self._tag}
        return Request("GET", path, accept="application/x-ndjson, application/problem+json", headers=headers)

    def opened(self, answer: Answer, response: httpx.Response | None) -> httpx.Response:
        """:raises HiveKeyError: if the answer is no part of the log"""
        if response is None:
            raise error_from_answer(answer)
        next_seq, log_size = _number(answer.headers.get("x-next-after-seq")), _number(answer.headers.get("x-log-size"))
        if next_seq is None or log_size is None or next_seq < self._seq:
            raise unexpected_answer(answer)
        self._answer, self._next, self._log_size = answer, next_seq, log_size
        self._tag = answer.headers.get(TAG) or self._tag
        return response

    def line(self, content: bytes) -> ExportedRecord:
        """:raises HiveKeyError: for a line that is not the record to come"""
        # The log puts the number in front of every record.
        head = re.match(rb'\{"v":[0-9]+,"seq":([0-9]{1,15}),', content)
        seq = None if head is None else int(head[1])
        if seq is None or not self._seq < seq <= self._next:
            raise unexpected_answer(self._answer)
        self._seq = seq
        return ExportedRecord(seq, content, self._log_size)

    def is_over(self) -> bool:
        """Whether the answer that has ended was the last one."""
        self._seq = self._next
        self._failures = 0
        return self._next >= min(self._log_size, math.inf if self._until is None else self._until)

    def pause_after_failure(self, error: HiveKeyError) -> float:
        """:raises HiveKeyError: the same, where waiting does not help"""
        if not may_pass(error):
            raise error
        self._failures = 1 if self._seq > self._begun_at else self._failures + 1
        if self._failures > MOST_EXPORT_FAILURES:
            raise error
        return retry_delay(self._failures, error.retry_after_seconds, random.random())


class Lines:
    """Bytes in pieces of any size -> whole lines, without their ends."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []

    def push(self, piece: bytes) -> list[bytes]:
        *whole, rest = piece.split(b"\n")
        if whole:
            whole[0] = b"".join([*self._begun, whole[0]])
            self._begun = []
        if rest:
            self._begun.append(rest)
        return whole

    @property
    def cut_off(self) -> bool:
        """Whether the last line has no end."""
        return bool(self._begun)


def _record(data: str) -> AuditRecord:
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        record = None
    if not isinstance(record, dict) or type(record.get("seq")) is not int:
        raise HiveKeyError("the gateway sent a record that is none", ErrorFacts(code="unexpected_answer"))
    return cast(AuditRecord, record)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,15}", text) else None
