"""What clamd is asked, and what its answers mean."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from portal.adapters.virus_scan import ClamdScanner
from portal.domain.errors import ProviderUnavailable

pytestmark = pytest.mark.req("S20")


class Clamd:
    """Speaks INSTREAM once per connection and answers `answer`; `got` is the last stream."""

    def __init__(self, listener: socket.socket) -> None:
        self.answer, self.got = b"stream: OK\0", b""
        self.url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        self._listener = listener

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                with connection, connection.makefile("rb") as sent:
                    assert sent.read(10) == b"zINSTREAM\0"
                    self.got = b""
                    while length := struct.unpack(">I", sent.read(4))[0]:
                        self.got += sent.read(length)
                    connection.sendall(self.answer)


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Clamd(listener)
        thread = threading.Thread(target=made.serve)
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_the_whole_file_is_streamed_and_ok_means_clean(clamd: Clamd) -> None:
    content = bytes(range(256)) * 1000
    assert ClamdScanner(clamd.url).is_clean(content)
    assert clamd.got == content


def test_found_means_not_clean(clamd: Clamd) -> None:
    clamd.answer = b"stream: Eicar-Test-Signature FOUND\0"
    assert not ClamdScanner(clamd.url).is_clean(b"x")


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_anything_else_lets_nothing_through(clamd: Clamd, answer: bytes) -> None:
    clamd.answer = answer
    with pytest.raises(ProviderUnavailable):
        ClamdScanner(clamd.url).is_clean(b"x")


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.ctl"])
def test_a_scanner_that_is_away_lets_nothing_through(url: str) -> None:
    with pytest.raises(ProviderUnavailable):
        ClamdScanner(url).is_clean(b"x")
