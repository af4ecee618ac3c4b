"""The few things that a synchronous and an asynchronous client do by different means. Times are seconds."""

from __future__ import annotations

import builtins
import contextlib
import time
import weakref
from collections.abc import Iterator

import anyio
import httpx

from .attempts import Attempts

sleep = time.sleep
async_sleep = anyio.sleep


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Nothing: httpx watches each step of a synchronous request, and read() the steps together."""
    yield


async_within = anyio.fail_after


def read(response: httpx.Response, attempts: Attempts) -> bytes:
    """The whole body, as long as the call's time lasts.

    :raises TimeoutError: once it is over, however many bytes still come
    """
    pieces = []
    for piece in response.iter_bytes():
        pieces.append(piece)
        if attempts.is_over():
            raise builtins.TimeoutError
    return b"".join(pieces)


async def async_read(response: httpx.Response, attempts: Attempts) -> bytes:
    """The whole body; async_within() around it ends it."""
    return await response.aread()


def close_when_forgotten(owner: object, client: httpx.Client) -> None:
    """Lets the connections go with the client that holds them, or with the program, if nobody did before."""
    weakref.finalize(owner, client.close)


def async_close_when_forgotten(owner: object, client: httpx.AsyncClient) -> None:
    """Nothing: that takes a loop that still runs."""


#: What httpx and anyio throw when a time is over.
TIMEOUTS = (httpx.TimeoutException, builtins.TimeoutError)
