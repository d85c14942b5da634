"""What is asked of the portal through a proxy: the way there and back, and what must hold on it."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

NAME = "after-sales.example"
ADDRESS = "127.0.0.43"
"""Of this machine, and nobody's: the proxies listen on its port 443, as they stand."""
VISITORS = ("127.0.0.1", "127.0.0.2")
TRIES = 130
"""More forms a minute than one network may send (docs/operate.md, PORTAL_RATE_LIMIT_URL)."""
MEGABYTE = 1024 * 1024


@dataclass
class Relay:
    """Passes on what comes to `port`, and keeps the beginning of each connection that brought anything."""

    port: int
    portal: int
    began: list[bytes] = field(default_factory=list)

    def start(self) -> None:
        listening = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            coming, _ = listening.accept()
            try:
                going = socket.create_connection(("127.0.0.1", self.portal))
            except OSError:
                # The portal is not up yet.
                coming.close()
                continue
            threading.Thread(target=self._pass, args=(coming, going, self.began), daemon=True).start()
            threading.Thread(target=self._pass, args=(going, coming, None), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket, kept: list[bytes] | None) -> None:
        try:
            while part := source.recv(65_536):
                if kept is not None:
                    kept.append(part[:2_000])
                target.sendall(part)
        except OSError:
            pass
        finally:
            for one in (source, target):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    one.close()

    def has_seen(self, what: str) -> bool:
        return any(what.encode() in part for part in self.began)


@dataclass(frozen=True)
class Front:
    """A proxy that listens on ADDRESS, and what stands behind it."""

    relay: Relay
    shopper: tuple[str, str]
    context: ssl.SSLContext

    def connect(self, visitor: str = VISITORS[0]) -> ssl.SSLSocket:
        plain = socket.create_connection((ADDRESS, 443), timeout=60, source_address=(visitor, 0))
        return self.context.wrap_socket(plain, server_hostname=NAME)

    def ask(
        self, method: str, path: str, body: bytes = b"", visitor: str = VISITORS[0], **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers by lower case (cookies joined), text."""
        connection = http.client.HTTPSConnection(NAME, context=self.context)
        connection.sock = self.connect(visitor)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        # A body that is too long may be refused before it is sent whole.
        with suppress(OSError):
            connection.request(method, path, body or None, {"Host": NAME, "Origin": f"https://{NAME}"} | named)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        found: dict[str, str] = {}
        for name, value in answer.getheaders():
            found[name.lower()] = f"{found[name.lower()]}; {value}" if name.lower() in found else value
        connection.close()
        return answer.status, found, text

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, dict[str, str], str]:
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields).encode(), **{**kind, **headers})

    def form(self, path: str, cookie: str = "") -> tuple[dict[str, str], str]:
        """The hidden fields of the page at `path`, and the cookies to send them with."""
        _, headers, text = self.ask("GET", path, **({"Cookie": cookie} if cookie else {}))
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
        cookies = re.findall(r"((?:__Host-)?portal[a-z_]*=[^;]+)", headers.get("set-cookie", ""))
        return {name: unescape(value) for name, value in reversed(hidden)}, "; ".join([cookie, *cookies]).strip("; ")

    def signed_in(self) -> str:
        """The cookies of a shopper who has signed in through the proxy."""
        login, password = self.shopper
        fields, cookie = self.form("/sign-in")
        status, headers, text = self.post("/sign-in", fields | {"login": login, "password": password}, Cookie=cookie)
        assert status == 303, f"signing in: {status} {text[:200]}"
        return "; ".join(re.findall(r"((?:__Host-)?portal[a-z_]*=[^;]+)", headers["set-cookie"]))


def pages_are_served_under_their_own_name(front: Front) -> None:
    status, headers, _ = front.ask("GET", "/sign-in")
    assert status == 200, status
    assert "max-age" in headers.get("strict-transport-security", ""), "the portal does not know that it is https"
    assert "__Host-" in headers.get("set-cookie", ""), headers.get("set-cookie")
    assert "portal=" in front.signed_in()


def a_slow_body_stays_with_the_proxy(front: Front) -> None:
    slow = front.connect()
    head = f"POST /sign-in?slow=1 HTTP/1.1\r\nHost: {NAME}\r\nOrigin: https://{NAME}\r\nContent-Length: 20000\r\n\r\n"
    slow.sendall(head.encode())
    for _ in range(12):
        slow.sendall(b"a")
        time.sleep(0.25)
    assert not front.relay.has_seen("slow=1"), "the beginning of a slow body came to the portal"
    assert front.ask("GET", "/healthz")[0] == 200
    slow.sendall(b"a" * (20_000 - 12))
    assert slow.recv(12).startswith(b"HTTP/1.1 "), "no answer once it was whole"
    assert front.relay.has_seen("slow=1")
    slow.close()


def what_a_visitor_says_of_himself_counts_for_nothing(front: Front) -> None:
    status, headers, _ = front.ask(
        "GET", "/orders", X_Forwarded_Host="evil.example", X_Forwarded_Proto="http", X_Forwarded_For="6.6.6.6"
    )
    assert status == 303 and "evil" not in headers["location"], (status, headers.get("location"))
    fields, cookie = front.form("/sign-in")
    forged = {"X_Forwarded_Host": "evil.example", "Origin": "https://evil.example", "Cookie": cookie}
    assert front.post("/sign-in", fields | {"login": "a", "password": "b"}, **forged)[0] == 403


def limits_count_the_visitor_that_is_connected(front: Front) -> None:
    fields, cookie = front.form("/find-order")
    asked = fields | {"order_no": "", "contact": ""}
    statuses = [
        front.post("/find-order", asked, Cookie=cookie, X_Forwarded_For=f"10.0.{turn}.1")[0] for turn in range(TRIES)
    ]
    assert statuses[0] == 422 and statuses[-1] == 429, f"{statuses[0]} … {statuses[-1]}"
    other = front.post("/find-order", asked, Cookie=cookie, visitor=VISITORS[1])
    assert other[0] == 422, f"another visitor is refused with the first: {other[0]}"


def uploads_of_the_allowed_size_pass_and_larger_ones_do_not(front: Front) -> None:
    cookie = front.signed_in()
    _, _, text = front.ask("GET", "/orders?state=completed", Cookie=cookie)
    found = re.findall(r'data-order="([^"]+)"', text) or re.findall(
        r'data-order="([^"]+)"', front.ask("GET", "/orders", Cookie=cookie)[2]
    )
    path = next(
        f"/orders/{number}/refund"
        for number in found
        if front.ask("GET", f"/orders/{number}/refund", Cookie=cookie)[0] == 200
    )
    fields, cookie = front.form(path, cookie)
    kind = {"Content_Type": "multipart/form-data; boundary=b", "Cookie": cookie}
    files = multipart(fields | {"upload": "1"}, [8 * MEGABYTE - 1] * 6)
    status, _, said = front.ask("POST", path, files, **kind)
    assert status == 422 and "data-error" in said, f"six files of 8 MB: {status} {said[:200]}"
    assert front.ask("POST", path, multipart(fields, [72 * MEGABYTE]), **kind)[0] == 413


def multipart(fields: dict[str, str], sizes: list[int]) -> bytes:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    named = 'Content-Disposition: form-data; name="evidence"; filename="a.jpg"'
    for size in sizes:
        parts.append(
            f"--b\r\n{named}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
            + b"\xff\xd8\xff"
            + b"x" * (size - 3)
            + b"\r\n"
        )
    return b"".join([*parts, b"--b--\r\n"])


def metrics_are_not_there(front: Front) -> None:
    assert front.ask("GET", "/metrics")[0] == 404


CHECKS: tuple[Callable[[Front], None], ...] = (
    pages_are_served_under_their_own_name,
    a_slow_body_stays_with_the_proxy,
    what_a_visitor_says_of_himself_counts_for_nothing,
    uploads_of_the_allowed_size_pass_and_larger_ones_do_not,
    metrics_are_not_there,
    limits_count_the_visitor_that_is_connected,
)
