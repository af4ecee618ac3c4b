# Made from _async/wait_for_call.py by make_sync.py: change that one.
"""A call that is not at its end yet -> how it ended. Asks again and again, each time for as long as the gateway lets it."""

from __future__ import annotations

from .._core.clock import sleep
from .._core.messages import Answer
from .._core.waiting import Waiting
from ..errors import HiveKeyError
from .transport import Transport


def wait_for_call(transport: Transport, call_id: str, timeout: float | None) -> Answer:
    """Waits for a call to come to its end, or for the time to run out: the last answer then says how it stands.

    :raises HiveKeyError: where waiting does not help
    """
    waiting = Waiting(call_id, timeout)
    while True:
        try:
            answer = transport.send(waiting.question())
            pause = waiting.pause_after(answer)
            if pause is None:
                return answer
        except HiveKeyError as error:
            pause = waiting.pause_after_failure(error)
        sleep(pause)
