"""Somebody else's server, on this machine: what receivers, gateways and collectors of the tests have in common."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class LocalHandler(BaseHTTPRequestHandler):
    """Tests are quiet, and a client that has gone is no error."""

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def log_message(self, *_args: Any) -> None:
        """Says nothing."""

    def handle(self) -> None:
        with suppress(OSError):
            super().handle()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_args: Any) -> None:
        """Where TLS fails before there is a request."""


@contextmanager
def serving(handler: type[LocalHandler], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Its port. Whoever it still answers at the end is not waited for. `context`: for https."""
    server = _Server(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
