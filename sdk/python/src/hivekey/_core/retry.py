"""When a request may be sent again, and how long to wait first. Pure: chance and the clock are passed in. Times are seconds."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

FIRST_DELAY = 0.5
LONGEST_DELAY = 8.0
#: A longer wait than this is the caller's to decide on.
LONGEST_RETRY_AFTER = 60.0


def invites_retry(status: int, is_verdict: bool, retry_after: float | None) -> bool:
    """Whether an answer invites another try.

    A verdict never does: it is what policy decided. 504 never does either: the action may have run. Whoever sends too much (429)
    waits as long as the answer says, and does not try again where it does not say.
    """
    return not is_verdict and (status == 503 or (status == 429 and retry_after is not None))


def retry_delay(attempt: int, retry_after: float | None, chance: float) -> float:
    """How long to wait before try number ``attempt`` (1 is the first repetition).

    What the gateway asked for, else twice as long each time, the latter half of it left to chance.

    :param chance: a number in [0, 1)
    """
    if retry_after is not None:
        return retry_after
    longest = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** (attempt - 1))
    return longest / 2 + longest / 2 * chance


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Reads a Retry-After field: seconds, or an HTTP date. None if it is neither.

    :param now: seconds since 1970
    :see: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    if value is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,15}\s*", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None
