"""A provider's address on this machine, over HTTP: what counterparts of rails share."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

NOT_JSON = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


@dataclass(frozen=True, slots=True)
class Request:
    """`path` without the query; names of `headers` in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})


class LocalProvider:
    """Answers by `handle`, one request at a time, and goes wrong between that and the wire as `fault` plans.

    `down`: the connection is cut before anything is done; `late`: what changes the books is done, and its answer never
    comes: after `late_by` seconds the connection is cut; `hanging`: so with everything; `html_502`: a proxy answers,
    nothing is done; `lost_in_html`: what changes the books is done, a proxy answers. What else is planned is for
    `handle` to know. `requests`: everything that came in.
    """

    late_by = 0.2

    def __init__(self) -> None:
        self.fault: str | None = None
        self.requests: list[Request] = []
        self.lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def handle(self, request: Request) -> Reply:
        """What the provider does and answers. Called under the lock: its books are its own."""
        raise NotImplementedError

    def changes_books(self, request: Request) -> bool:
        """Rather than asks what is in them."""
        return request.method == "POST"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, request: Request) -> Reply | None:
        """None: the connection is cut."""
        with self.lock:
            self.requests.append(request)
            fault = self.fault
            if fault == "down":
                return None
            if fault == "html_502":
                return Reply(502, NOT_JSON, {"Content-Type": "text/html"})
            reply = self.handle(request)
        is_lost = self.changes_books(request)
        if fault == "hanging" or (fault == "late" and is_lost):
            time.sleep(self.late_by)
            return None
        if fault == "lost_in_html" and is_lost:
            return Reply(502, NOT_JSON, {"Content-Type": "text/html"})
        return reply


def _handler(provider: LocalProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 20

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            reply = provider.answer(request)
            self.close_connection = True
            if reply is None:
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = _serve

        def log_message(self, format: str, *args: Any) -> None:
            """Tests are silent."""

    return Handler
