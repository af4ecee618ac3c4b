"""Waiting for a call to come to its end: how long each question may take, and when to give up. Times are seconds."""

from __future__ import annotations

import math
import random
import time

from ..errors import ConnectionError, HiveKeyError, RateLimitedError, TimeoutError, UnavailableError
from .address import path_segment, query_string
from .messages import Answer, Request
from .read_answer import object_body, succeeded, unexpected_answer
from .retry import retry_delay
from .run_call import is_open

#: One question is open for so long.
LONGEST_POLL = 30
#: The answer to a question may come so much later than the gateway was asked to wait.
GRACE = 15.0
#: A gateway that answers at once is not asked more often than this.
SHORTEST_ROUND = 1.0
#: So often in a row without an answer, and it is given up.
MOST_FAILURES = 10


class Waiting:
    """One wait, from its first question on.

    :param timeout: None: until the call is at its end; a review expires at the latest
    """

    def __init__(self, call_id: str, timeout: float | None) -> None:
        self._path = f"/v1/calls/{path_segment(call_id)}"
        self._deadline = math.inf if timeout is None else time.monotonic() + timeout
        self._asked = 0.0
        self._failures = 0

    def question(self) -> Request:
        self._asked = time.monotonic()
        wait = max(0, math.ceil(min(LONGEST_POLL, self._deadline - self._asked)))
        return Request("GET", self._path + query_string({"wait": wait}), timeout=wait + GRACE)

    def pause_after(self, answer: Answer) -> float | None:
        """How long to wait before the next question; None if this answer is the last one.

        :raises HiveKeyError: for an answer that does not say how the call stands
        """
        if not isinstance(object_body(succeeded(answer)).get("state"), str):
            raise unexpected_answer(answer)
        now = time.monotonic()
        if not is_open(answer) or now >= self._deadline:
            return None
        self._failures = 0
        return max(0.0, min(SHORTEST_ROUND - (now - self._asked), self._deadline - now))

    def pause_after_failure(self, error: HiveKeyError) -> float:
        """How long to wait before asking again: a gateway that is away for a while is waited for.

        :raises HiveKeyError: the same, where waiting does not help
        """
        passing = isinstance(error, (ConnectionError, TimeoutError, UnavailableError, RateLimitedError))
        self._failures += 1
        if not passing or self._failures > MOST_FAILURES or time.monotonic() >= self._deadline:
            raise error
        return retry_delay(self._failures, error.retry_after_seconds, random.random())


def longest_wait(wait: bool | float) -> float | None:
    """What ``wait`` says, as seconds; None is without end.

    :raises ValueError: for a negative number, or one that is none
    """
    if wait is True:
        return None
    if not wait >= 0:
        raise ValueError(f"wait is True or a number of seconds, not {wait!r}")
    return float(wait)
