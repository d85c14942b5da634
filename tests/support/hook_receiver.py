"""A shop's own system over HTTP: it verifies what it receives with the library, and answers as it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

PIECE = 64 * 1024


@dataclass
class Receiver:
    """`secrets`: what it verifies with; `seen`: id and payload of what it believed, `doubted` of what it did not;
    `told`: the headers of each.

    `statuses`: taken first to last, then `status`. `slowly`: seconds before the answer; `trickles`: between its bytes;
    `given`: how many bytes of it were taken, where it does not trickle.
    """

    secrets: Sequence[str] = ()
    seen: list[tuple[str, Any]] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    told: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""
    slowly: float = 0.0
    trickles: float = 0.0
    given: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?token=k"

    @property
    def ids(self) -> list[str]:
        return [name for name, _payload in self.seen]

    def take(self, headers: dict[str, str], body: bytes) -> None:
        self.told.append(headers)
        for secret in self.secrets:
            with suppress(Exception):
                self.seen.append((headers["webhook-id"], Webhook(secret).verify(body, headers)))
                return
        self.doubted.append(headers.get("webhook-id", ""))


@contextmanager
def receiving(*secrets: str) -> Iterator[Receiver]:
    kept = Receiver(secrets=secrets)
    server = _server(kept)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()


def _server(kept: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.paths.append(self.path)
            kept.take({name.lower(): value for name, value in self.headers.items()}, body)
            time.sleep(kept.slowly)
            self.send_response(kept.statuses.pop(0) if kept.statuses else kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for byte in kept.answer if kept.trickles else ():
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(kept.trickles)
            for start in () if kept.trickles else range(0, len(kept.answer), PIECE):
                kept.given += self.wfile.write(kept.answer[start : start + PIECE])

        def do_GET(self) -> None:
            kept.paths.append("followed")

        def log_message(self, *_args: Any) -> None:
            """Tests are quiet."""

        def handle(self) -> None:
            with suppress(OSError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_args: None  # type: ignore[method-assign]
    kept.port = server.server_port
    return server
