"""A relay before something real, which does to connections what networks, full disks and tired servers do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

CHUNK = 65_536
SOON = 0.02


class Relay:
    """Listens on `port` of this machine and passes everything on to `target`: host and port, or a socket's path.

    `delay`: seconds before each piece of an answer; `pace`: seconds before each of its bytes; `is_silent`: connections
    are taken and nothing is passed on, ends of connections included; `said`: what is answered to each request in the
    place of the server, as HTTP.
    """

    def __init__(self, target: tuple[str, int] | str) -> None:
        self._target = target
        self.delay = self.pace = 0.0
        self.is_silent = False
        self.said = b""
        self._open: list[socket.socket] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._listen()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listening.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._open.append(near)
        with suppress(OSError), self._reached() as far:
            self._open.append(far)
            back = threading.Thread(target=self._pass, args=(far, near, True), daemon=True)
            back.start()
            self._pass(near, far, False)
            back.join()
        _end(near)

    def _reached(self) -> socket.socket:
        if isinstance(self._target, tuple):
            return socket.create_connection(self._target, timeout=30)
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(self._target)
        except OSError:
            line.close()
            raise
        return line

    def _pass(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            source.settimeout(None)
            data = b"-"
            while data:
                data = source.recv(CHUNK)
                while self.is_silent:
                    time.sleep(SOON)
                if self.said and data and not is_answer:
                    _answer(source, self.said)
                    break
                self._send(sink, data, is_answer)
        _end(sink)

    def _send(self, sink: socket.socket, data: bytes, is_answer: bool) -> None:
        if not is_answer or not self.pace:
            time.sleep(self.delay if is_answer else 0)
            sink.sendall(data)
            return
        for at in range(len(data)):
            if not self.pace:
                sink.sendall(data[at:])
                return
            sink.sendall(data[at : at + 1])
            time.sleep(self.pace)

    def cut(self) -> None:
        """Every connection there is, at once."""
        for line in self._open:
            _end(line)
        self._open.clear()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Nobody listens, and whoever was connected is not any more."""
        _end(self._listening)
        self.cut()
        try:
            yield
        finally:
            self._listening = socket.create_server(("127.0.0.1", self.port))
            self._listen()

    @contextmanager
    def being(self, **how: Any) -> Iterator[None]:
        """So for the block: `is_silent=True`, `delay=1.0`, `pace=0.1`, `said=b"…"`."""
        before = {name: getattr(self, name) for name in how}
        for name, value in how.items():
            setattr(self, name, value)
        try:
            yield
        finally:
            for name, value in before.items():
                setattr(self, name, value)

    def close(self) -> None:
        _end(self._listening)
        self.is_silent = False
        self.cut()


@contextmanager
def relayed(target: tuple[str, int] | str) -> Iterator[Relay]:
    relay = Relay(target)
    try:
        yield relay
    finally:
        relay.close()


def _end(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


def _answer(near: socket.socket, said: bytes) -> None:
    """The request is read to its end first: who is answered earlier may not listen yet."""
    near.settimeout(0.2)
    with suppress(TimeoutError):
        while near.recv(CHUNK):
            pass
    near.sendall(said)


def http_refusal(status: str, code: str) -> bytes:
    """As S3 refuses: `503 Slow Down`, `SlowDown`."""
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>no</Message></Error>'
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"{head}\r\n\r\n{body}".encode()
