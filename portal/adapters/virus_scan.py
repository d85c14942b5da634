"""A virus scanner that speaks clamd's INSTREAM, at `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from portal.domain.errors import ProviderUnavailable

SECONDS = 20.0
_PIECE = 64 * 1024
_LENGTH = struct.Struct(">I")


class ClamdScanner:
    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def is_clean(self, content: bytes) -> bool:
        try:
            with self._connected() as connection:
                verdict = _ask(connection, content)
        except OSError as error:
            raise ProviderUnavailable("scanner", type(error).__name__) from error
        if verdict.endswith("FOUND"):
            return False
        if verdict.endswith("OK"):
            return True
        raise ProviderUnavailable("scanner", verdict[:80])

    def _connected(self) -> socket.socket:
        if self._url.scheme == "tcp":
            return socket.create_connection((self._url.hostname or "", self._url.port or 3310), timeout=SECONDS)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SECONDS)
        try:
            connection.connect(self._url.path)
        except OSError:
            connection.close()
            raise
        return connection


def _ask(connection: socket.socket, content: bytes) -> str:
    connection.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        connection.sendall(_LENGTH.pack(len(piece)) + piece)
    connection.sendall(_LENGTH.pack(0))
    answer = b""
    while not answer.endswith(b"\0"):
        piece = connection.recv(1024)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
