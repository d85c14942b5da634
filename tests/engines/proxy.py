"""A proxy that takes the sites' names to loopback and knows no other, for an engine without a setting for that."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

from tests.support.sites import NAMES


class _Tunnel(StreamRequestHandler):
    """CONNECT, as browsers ask for https, and one plain request; then bytes both ways until one side has no more."""

    def handle(self) -> None:
        first = self.rfile.readline()
        rest = [line for line in iter(self.rfile.readline, b"\r\n") if line]
        method, target, _version = first.decode().split(" ")
        where = urlsplit(f"//{target}" if method == "CONNECT" else target)
        if where.hostname not in NAMES:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", where.port or 80)) as site:
            if method == "CONNECT":
                self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                site.sendall(b"".join([first, *rest, b"\r\n"]))
            back = threading.Thread(target=_pass, args=(site, self.connection), daemon=True)
            back.start()
            _pass(self.connection, site)
            back.join()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _pass(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while some := source.recv(65536):
            target.sendall(some)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def names_on_loopback() -> Iterator[str]:
    """The proxy's address, as long as the block runs."""
    with _Server(("127.0.0.1", 0), _Tunnel) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
