"""HTTP to an address that somebody typed: what is checked is what is reached.

The name is looked up once, every address it has must be a public one, and the connection goes to that address with the
name in TLS. No proxy, no redirect, a limit in time for all of it and in bytes for the answer.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from portal.domain.loopback import is_loopback

CONNECT, READ, WHOLE = 3.05, 5.0, 10.0
LARGEST = 4096
_NAT64 = IPv6Network("64:ff9b::/96")
Resolve = Callable[..., list[Any]]


class PrivateAddress(Exception):
    """The name leads into a network that is not public, or the address is not https: nothing was sent."""


class NotAnswered(Exception):
    """No answer, for a reason by its name (`ConnectionRefusedError`). Whether it was received is not known, but where
    it was not even sent."""

    def __init__(self, reason: str, *, is_sent: bool) -> None:
        super().__init__(reason)
        self.is_sent = is_sent


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedAnswer:
    """`headers`: names in lower case; `body`: at most as much as was allowed, `is_whole`: it was no more."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True


class PinnedHttp:
    """`may_be_private`: networks that are not public may be reached, without TLS too; `may_be_here`: this machine.
    `whole`: seconds for everything, from the connection to the last byte, `read`: without a byte; `largest`: bytes of
    an answer that are read."""

    def __init__(
        self,
        *,
        may_be_private: bool = False,
        may_be_here: bool = False,
        context: ssl.SSLContext | None = None,
        resolve: Resolve = socket.getaddrinfo,
        whole: float = WHOLE,
        read: float = READ,
        largest: int = LARGEST,
    ) -> None:
        self._may_be_private, self._may_be_here, self._resolve = may_be_private, may_be_here, resolve
        self._whole, self._read, self._largest = whole, read, largest
        self._context = context

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> PinnedAnswer:
        """One request on a connection of its own. Raises PrivateAddress, NotAnswered. A redirect is an answer."""
        parts, is_sent = urlsplit(url), False
        try:
            with self._connected(parts, self._addresses(parts)) as connection:
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                is_sent = True
                connection.request(method, path, body, {**headers, "Connection": "close"})
                answer = connection.getresponse()
                raw = answer.read(self._largest + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise NotAnswered(type(error).__name__, is_sent=is_sent) from error
        named = {name.lower(): value for name, value in answer.getheaders()}
        is_whole = len(raw) <= self._largest
        return PinnedAnswer(status=answer.status, headers=named, body=raw[: self._largest], is_whole=is_whole)

    def _addresses(self, parts: SplitResult) -> list[Any]:
        """Where the name leads; one that is both public and not is somebody's trick."""
        host = (parts.hostname or "").encode("idna").decode()
        found = self._resolve(host, parts.port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM)
        if self._may_be_private or (self._may_be_here and all(is_loopback(place[4][0]) for place in found)):
            return found
        if parts.scheme != "https" or not all(is_public(place[4][0]) for place in found):
            raise PrivateAddress(parts.hostname or "")
        return found

    @contextmanager
    def _connected(self, parts: SplitResult, found: list[Any]) -> Iterator[HTTPConnection]:
        """To one of these addresses and no other. It is cut off when its time is over, whatever still trickles in."""
        host = (parts.hostname or "").encode("idna").decode()
        sock = _open(found, self._read)
        with sock:
            if parts.scheme == "https":
                context = self._context or trusted()
                sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            with sock:
                clock = threading.Timer(self._whole, _cut, (sock,))
                clock.daemon = True
                clock.start()
                try:
                    if isinstance(sock, ssl.SSLSocket):
                        sock.do_handshake()
                    yield _over(sock, host, parts)
                finally:
                    clock.cancel()


@cache
def trusted() -> ssl.SSLContext:
    """The authorities of this machine: read when the first is asked for, which takes longer than a page does."""
    return ssl.create_default_context()


def _over(sock: socket.socket, host: str, parts: SplitResult) -> HTTPConnection:
    """HTTP over a connection that is there; it opens none of its own."""
    usual = {"https": 443, "http": 80}[parts.scheme]
    connection = HTTPConnection(host, parts.port or usual)
    connection.default_port = usual
    connection.sock, connection.auto_open = sock, 0
    return connection


def _open(found: list[Any], read: float) -> socket.socket:
    problem: OSError = OSError("no address")
    for family, kind, protocol, _name, place in found[:3]:
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(CONNECT)
        try:
            sock.connect(place)
        except OSError as error:
            sock.close()
            problem = error
        else:
            sock.settimeout(read)
            return sock
    raise problem


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def is_public(written: str) -> bool:
    """Whether an address is one of the open internet; an IPv4 address within an IPv6 one is judged as itself."""
    address = ip_address(written.partition("%")[0])
    if isinstance(address, IPv6Address) and (inner := _within(address)):
        return is_public(str(inner))
    return address.is_global and not address.is_multicast


def _within(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
