"""A small server that answers as it is told, over real HTTP, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

AGENT_TOKEN = "hk_agt_testtoken"
ADMIN_KEY = "hk_live_testkey"


@dataclass
class Seen:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def target(self) -> str:
        query = "&".join(f"{key}={value}" for key, value in self.query.items())
        return f"{self.method} {self.path}{'?' if query else ''}{query}"


@dataclass
class Reply:
    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Sent one after the other instead of ``body``, as a chunked answer.
    pieces: Callable[[], Iterator[bytes]] | None = None
    #: Cuts the connection after the pieces, or instead of an answer.
    cut: bool = False


def problem(status: int, code: str, detail: str = "no", headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
    body = {"type": f"https://docs.hivekey.ai/errors/{code}", "title": code, "status": status, "detail": detail, "code": code}
    return Reply(status, {**body, "request_id": "req_x", **more}, headers or {})


class Scripted:
    def __init__(self) -> None:
        self.seen: list[Seen] = []
        #: Each once, in order; after them comes ``always``.
        self.once: list[Reply] = []
        self.always = Reply(500, {})
        self.stopping = threading.Event()
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                scripted.answer(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.seen.append(Seen(handler.command, url.path, dict(parse_qsl(url.query)), headers, body))
        reply = self.once.pop(0) if self.once else self.always
        if reply.cut and reply.pieces is None:
            handler.close_connection = True
            return
        content = b"" if reply.body is None else reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        handler.send_response(reply.status)
        handler.send_header("x-request-id", f"req_{len(self.seen)}")
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.pieces is not None:
            self._stream(handler, reply.pieces(), reply.cut)
        else:
            if reply.status != 204:
                handler.send_header("content-length", str(len(content)))
            handler.end_headers()
            handler.wfile.write(content)

    def _stream(self, handler: BaseHTTPRequestHandler, pieces: Iterator[bytes], cut: bool) -> None:
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        try:
            for piece in pieces:
                handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            if not cut:
                handler.wfile.write(b"0\r\n\r\n")
        except OSError:
            cut = True  # The reader has left.
        handler.close_connection = cut
