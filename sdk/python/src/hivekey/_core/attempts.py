"""One call and its tries: how much of its time is left, and whether there is to be another try."""

from __future__ import annotations

import random
import time

from ..errors import ConnectionError, ErrorFacts, HiveKeyError, TimeoutError
from .messages import Answer, Request
from .read_answer import is_in_flight, is_verdict
from .retry import LONGEST_RETRY_AFTER, invites_retry, retry_delay

DEFAULT_TIMEOUT = 60.0
DEFAULT_MAX_RETRIES = 2


class Attempts:
    """Begins with the first try. Times are seconds."""

    def __init__(self, request: Request, base_url: str, timeout: float, max_retries: int) -> None:
        self._request = request
        self._base_url = base_url
        self._timeout = timeout if request.timeout is None else request.timeout
        self._deadline = time.monotonic() + self._timeout
        self._left = max_retries if request.may_repeat else 0
        self._tries = 0
        #: Whether a try of this very call may have reached the gateway without an answer coming back.
        self._lost = False

    def remaining(self) -> float:
        """How much of the call's time is left.

        :raises TimeoutError: if there is none
        """
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise self.timed_out()
        return remaining

    def is_over(self) -> bool:
        return time.monotonic() >= self._deadline

    def delay_after(self, answer: Answer) -> float | None:
        """How long to wait before another try; None if this answer is the last word."""
        retry_after = answer.retry_after_seconds
        own_still_runs = self._lost and is_in_flight(answer)
        invited = self._left > 0 and invites_retry(answer.status, is_verdict(answer), retry_after)
        if not own_still_runs and not invited:
            return None
        return None if (retry_after or 0) > LONGEST_RETRY_AFTER else self._next(retry_after)

    def delay_after_break(self) -> float | None:
        """How long to wait before another try after a connection that broke; None if there is to be none."""
        self._lost = True
        return self._next(None) if self._left > 0 else None

    def timed_out(self) -> TimeoutError:
        message = f"{self._base_url} did not answer within {self._timeout:g} seconds"
        return TimeoutError(message, ErrorFacts(code="timeout", idempotency_key=self._request.idempotency_key))

    def broken(self, cause: Exception) -> ConnectionError:
        why = f": {cause}" if str(cause) else f": {type(cause).__name__}"
        return connection_error(f"Cannot reach the gateway at {self._base_url}{why}", self._request.idempotency_key)

    def _next(self, retry_after: float | None) -> float | None:
        self._left -= 1
        self._tries += 1
        delay = retry_delay(self._tries, retry_after, random.random())
        return None if time.monotonic() + delay >= self._deadline else delay


def connection_error(message: str, idempotency_key: str | None = None) -> ConnectionError:
    return ConnectionError(message, ErrorFacts(code="connection_failed", idempotency_key=idempotency_key))


def may_pass(error: HiveKeyError) -> bool:
    """Whether waiting may help: for what is read over and over, such as the log."""
    if isinstance(error, (ConnectionError, TimeoutError)):
        return True
    return error.status is not None and (error.status == 429 or error.status >= 500)
