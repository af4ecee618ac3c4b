# Made from _async/transport.py by make_sync.py: change that one.
"""One request to the gateway: its deadline, its retries, its answer. Knows no route."""

from __future__ import annotations

import httpx

from .._core.address import resolve_base_url
from .._core.attempts import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, Attempts
from .._core.clock import TIMEOUTS, close_when_forgotten, read, sleep, within
from .._core.credential import Credential
from .._core.messages import Answer, Request, answer_of, header_fields
from ..errors import ConnectionError

#: How long the beginning of a stream may take.
OPEN_TIMEOUT = 20.0


class Transport:
    """Sends requests with one credential to one address. The credential is in nothing that is printed."""

    def __init__(
        self,
        credential: Credential,
        base_url: str | None,
        timeout: float | None,
        max_retries: int | None,
        http_client: httpx.Client | None,
        user_agent: str | None,
    ) -> None:
        self.base_url = resolve_base_url(base_url)
        self._credential = credential
        self._timeout = DEFAULT_TIMEOUT if timeout is None else timeout
        self._max_retries = DEFAULT_MAX_RETRIES if max_retries is None else max_retries
        self._client = http_client or httpx.Client()
        self._owns_client = http_client is None
        self._user_agent = user_agent
        if self._owns_client:
            close_when_forgotten(self, self._client)

    def send(self, request: Request) -> Answer:
        """Sends a request, again where that is safe, and returns the last answer whatever its status.

        :raises hivekey.ConnectionError:
        :raises hivekey.TimeoutError:
        """
        attempts = Attempts(request, self.base_url, self._timeout, self._max_retries)
        while True:
            try:
                answer = self._send_once(request, attempts)
                delay = attempts.delay_after(answer)
                if delay is None:
                    return answer
            except ConnectionError:
                delay = attempts.delay_after_break()
                if delay is None:
                    raise
            sleep(delay)

    def open(self, request: Request, idle: float) -> tuple[Answer, httpx.Response | None]:
        """Sends a request once, and returns as soon as the answer begins. Whoever asks closes the response.

        :param idle: the longest silence between two pieces of the body, in seconds
        :returns: the answer without its body and the response to read it from; no response for anything but a success
        :raises hivekey.ConnectionError:
        :raises hivekey.TimeoutError:
        """
        attempts = Attempts(request, self.base_url, OPEN_TIMEOUT, 0)
        url, outgoing = self._outgoing(request, httpx.Timeout(OPEN_TIMEOUT, read=idle))
        try:
            response = self._client.send(outgoing, auth=None, follow_redirects=False, stream=True)
            if response.is_success:
                return answer_of(url, response, b""), response
            try:
                return answer_of(url, response, read(response, attempts)), None
            finally:
                response.close()
        except TIMEOUTS as error:
            raise attempts.timed_out() from error
        except httpx.RequestError as error:
            raise attempts.broken(error) from error

    def close(self) -> None:
        """Lets the connections go, unless they are the caller's own client's."""
        if self._owns_client:
            self._client.close()

    def _send_once(self, request: Request, attempts: Attempts) -> Answer:
        remaining = attempts.remaining()
        url, outgoing = self._outgoing(request, httpx.Timeout(remaining))
        try:
            with within(remaining):
                response = self._client.send(outgoing, auth=None, follow_redirects=False, stream=True)
                try:
                    return answer_of(url, response, read(response, attempts))
                finally:
                    response.close()
        except TIMEOUTS as error:
            raise attempts.timed_out() from error
        except httpx.RequestError as error:
            raise attempts.broken(error) from error

    def _outgoing(self, request: Request, timeout: httpx.Timeout) -> tuple[str, httpx.Request]:
        url = self.base_url + request.path
        headers = header_fields(request, self._credential, self._user_agent)
        return url, self._client.build_request(request.method, url, content=request.content, headers=headers, timeout=timeout)
