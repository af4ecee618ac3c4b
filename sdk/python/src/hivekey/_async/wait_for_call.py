"""A call that is not at its end yet -> how it ended. Asks again and again, each time for as long as the gateway lets it."""

from __future__ import annotations

from .._core.clock import async_sleep
from .._core.messages import Answer
from .._core.waiting import Waiting
from ..errors import HiveKeyError
from .transport import AsyncTransport


async def wait_for_call(transport: AsyncTransport, call_id: str, timeout: float | None) -> Answer:
    """Waits for a call to come to its end, or for the time to run out: the last answer then says how it stands.

    :raises HiveKeyError: where waiting does not help
    """
    waiting = Waiting(call_id, timeout)
    while True:
        try:
            answer = await transport.send(waiting.question())
            pause = waiting.pause_after(answer)
            if pause is None:
                return answer
        except HiveKeyError as error:
            pause = waiting.pause_after_failure(error)
        await async_sleep(pause)
