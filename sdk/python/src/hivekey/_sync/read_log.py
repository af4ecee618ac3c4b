# Made from _async/read_log.py by make_sync.py: change that one.
"""Following and exporting the log: what the network does is not to be seen in what comes out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx
from httpx_sse import EventSource

from .._core.attempts import connection_error
from .._core.clock import sleep
from .._core.log_reading import EXPORT_IDLE, STREAM_IDLE, ExportedRecord, Exporting, Following, Lines
from ..admin_types import AuditRecord
from ..errors import HiveKeyError
from .transport import Transport


def follow_audit(transport: Transport, following: Following) -> Iterator[AuditRecord]:
    """Every record that matches, each once and in order. A gateway that goes away is waited for.

    :raises HiveKeyError: where waiting does not help
    """
    while True:
        try:
            answer, response = transport.open(following.request(), STREAM_IDLE)
            with _reading(response):
                events = EventSource(following.opened(answer, response)).iter_sse()
                for event in events:
                    record = following.event(event.event, event.data, event.id)
                    if record is not None:
                        yield record
            pause = following.pause_after_end()
        except HiveKeyError as error:
            pause = following.pause_after_failure(error)
        sleep(pause)


def export_audit(transport: Transport, exporting: Exporting) -> Iterator[ExportedRecord]:
    """Every record, each once and in order. A connection that is cut is opened again after the last whole record.

    :raises HiveKeyError: where waiting does not help
    """
    while True:
        try:
            answer, response = transport.open(exporting.request(), EXPORT_IDLE)
            with _reading(response):
                lines = Lines()
                for piece in exporting.opened(answer, response).iter_bytes():
                    for line in lines.push(piece):
                        yield exporting.line(line)
                if lines.cut_off:
                    raise connection_error("the gateway's answer broke off")
            if exporting.is_over():
                return
        except HiveKeyError as error:
            sleep(exporting.pause_after_failure(error))


@contextlib.contextmanager
def _reading(response: httpx.Response | None) -> Iterator[None]:
    """Lets the connection go in the end, and says what became of it.

    :raises hivekey.ConnectionError: if it is cut, or silent for too long
    """
    try:
        yield
    except httpx.TimeoutException as error:
        raise connection_error("the gateway went silent") from error
    except httpx.RequestError as error:
        raise connection_error("the connection to the gateway was cut") from error
    finally:
        if response is not None:
            response.close()
