"""A mailbox on a real IMAP server of its own, on loopback, and mails put into it as a mail server would."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

USER, PASSWORD = "help@shop.example", "a password: of/some @ kind"


@dataclass(frozen=True, slots=True)
class Imap:
    port: int

    @property
    def url(self) -> str:
        return f"imap://help%40shop.example:a%20password%3A%20of%2Fsome%20%40%20kind@127.0.0.1:{self.port}/INBOX"

    def deliver(self, message: EmailMessage | bytes) -> None:
        raw = message if isinstance(message, bytes) else message.as_bytes()
        with self._signed_in() as server:
            assert server.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)[0] == "OK"

    def flags(self) -> list[str]:
        """Of every mail, in their order."""
        with self._signed_in() as server:
            server.select("INBOX", readonly=True)
            return [part.decode() for part in server.fetch("1:*", "(FLAGS)")[1] if isinstance(part, bytes)]

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=60)
        server.login(USER, f'"{PASSWORD}"'.strip('"'))
        yield server
        server.logout()


@contextmanager
def imap_server() -> Iterator[Imap]:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [Path(sys.executable).with_name("pymap"), "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    users = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen([*program, *users], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        imap = Imap(port)
        yield imap
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the IMAP server did not start")


def written(text: str = "杯子碎了", **headers: str) -> EmailMessage:
    message = EmailMessage()
    said = {"From": "张三 <c1@example.com>", "To": "help@shop.example", "Subject": "退款", "Message-ID": "<1@there>"}
    for name, value in (said | {name.replace("_", "-"): value for name, value in headers.items()}).items():
        message[name] = value
    message.set_content(text)
    return message
