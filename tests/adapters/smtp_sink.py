"""A mail server on loopback that keeps what it is given: just enough SMTP for smtplib."""

from __future__ import annotations

import socketserver
import ssl
import threading
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any


class _Conversation(socketserver.StreamRequestHandler):
    server: SmtpSink

    def setup(self) -> None:
        super().setup()
        if self.server.tls and self.server.tls_at_once:
            self._encrypt()

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            self._answer(line.decode().strip())

    def _answer(self, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        self.server.heard.append(line)
        if verb == "EHLO":
            self._say(*self._offers())
        elif verb == "STARTTLS":
            self._say("220 go ahead")
            self._encrypt()
        elif verb in self.server.answers:
            self._say(self.server.answers[verb])
        elif verb == "AUTH":
            self._say("235 welcome")
        elif verb == "RCPT" and self.server.refuses:
            self._say("550 no such mailbox")
        elif verb == "DATA":
            self._say("354 go on")
            self._take()
        else:
            self._say("221 bye" if verb == "QUIT" else "250 fine")

    def _offers(self) -> list[str]:
        offers = ["sink", "8BITMIME", "SMTPUTF8", "AUTH PLAIN", *self.server.offers]
        if self.server.tls and not isinstance(self.connection, ssl.SSLSocket):
            offers.append("STARTTLS")
        return [f"250{'-' if offer != offers[-1] else ' '}{offer}" for offer in offers]

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.received.append(message)
        self._say("250 kept")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _encrypt(self) -> None:
        assert self.server.tls
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    def finish(self) -> None:
        super().finish()
        self.connection.close()


class SmtpSink(socketserver.ThreadingTCPServer):
    """Context manager; `received` are the mails, `heard` the commands, `refuses` turns every recipient away, `answers`
    by the verb it is given, `offers` what it can besides."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        tls_at_once: bool = False,
        answers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.tls, self.tls_at_once = tls, tls_at_once
        self.received: list[EmailMessage] = []
        self.heard: list[str] = []
        self.refuses, self.answers = False, answers or {}
        self.offers: tuple[str, ...] = ()
        self.port = self.server_address[1]
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> SmtpSink:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle is what some tests do."""
