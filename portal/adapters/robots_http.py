"""Group robots of WeCom, DingTalk and Feishu, and plain JSON, by HTTPS to an address that an administrator typed.

The name is looked up once, every address it has must be a public one, and the connection goes to that address with the
name in TLS: what is checked is what is reached. No proxy, no redirect, ten seconds for all of it, 4 kB of answer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import SplitResult, quote_plus, urlsplit

from portal.domain.errors import ProviderUnavailable
from portal.ports import Clock, RobotAddress, RobotAnswer, RobotMessage

CONNECT, READ, WHOLE = 3.05, 5.0, 10.0
LARGEST, SHOWN = 4096, 300
_NAT64 = IPv6Network("64:ff9b::/96")
_COME_AGAIN = (408, 429)
Resolve = Callable[..., list[Any]]


class HttpRobots:
    """The port `Robots`. `may_be_private`: networks that are not public may be reached, without TLS on loopback."""

    def __init__(
        self,
        clock: Clock,
        *,
        may_be_private: bool = False,
        context: ssl.SSLContext | None = None,
        resolve: Resolve = socket.getaddrinfo,
        whole: float = WHOLE,
    ) -> None:
        self._clock, self._may_be_private, self._resolve, self._whole = clock, may_be_private, resolve, whole
        self._context = context or ssl.create_default_context()

    def post(self, address: RobotAddress, message: RobotMessage) -> RobotAnswer:
        parts = urlsplit(self._signed_url(address))
        body = json.dumps(self._body(address, message), ensure_ascii=False).encode()
        try:
            reached = self._addresses(parts)
            if reached is None:
                return RobotAnswer(problem="private")
            with self._connected(parts, reached) as connection:
                headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}
                connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
                answer = connection.getresponse()
                raw = answer.read(LARGEST)
        except (OSError, HTTPException, UnicodeError) as error:
            raise ProviderUnavailable("robot", type(error).__name__) from error
        if answer.status >= 500 or answer.status in _COME_AGAIN:
            raise ProviderUnavailable("robot", f"HTTP {answer.status}")
        return _judged(answer.status, raw, is_robot=address.form != "json")

    def _signed_url(self, address: RobotAddress) -> str:
        """DingTalk: by its own secret, over the time in milliseconds, in the address."""
        if address.form != "dingtalk" or not address.secret:
            return address.url
        at = str(int(self._clock.now().timestamp() * 1000))
        sign = _hmac(address.secret, f"{at}\n{address.secret}")
        mark = "&" if urlsplit(address.url).query else "?"
        return f"{address.url}{mark}timestamp={at}&sign={quote_plus(sign)}"

    def _body(self, address: RobotAddress, message: RobotMessage) -> dict[str, Any]:
        match address.form:
            case "wecom" | "dingtalk":
                return {"msgtype": "text", "text": {"content": message.text}}
            case "feishu":
                return {"msg_type": "text", "content": {"text": message.text}} | self._feishu_sign(address.secret)
            case "json":
                items = [asdict(item) for item in message.items]
                for item in items:
                    item["deadline"] = item["deadline"].isoformat() if item["deadline"] else None
                return {"shop": message.shop, "text": message.text, "items": items}

    def _feishu_sign(self, secret: str) -> dict[str, str]:
        """Feishu: over nothing, by the time in seconds and the secret as the key, in the body."""
        if not secret:
            return {}
        at = str(int(self._clock.now().timestamp()))
        return {"timestamp": at, "sign": _hmac(f"{at}\n{secret}", "")}

    def _addresses(self, parts: SplitResult) -> list[Any] | None:
        """Where the name leads, None where any of it is not public: one that is both is somebody's trick."""
        host = (parts.hostname or "").encode("idna").decode()
        found = self._resolve(host, parts.port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM)
        if self._may_be_private:
            return found
        if parts.scheme != "https" or not all(is_public(place[4][0]) for place in found):
            return None
        return found

    @contextmanager
    def _connected(self, parts: SplitResult, found: list[Any]) -> Iterator[HTTPConnection]:
        """To one of these addresses and no other. It is cut off when its time is over, whatever still trickles in."""
        host = (parts.hostname or "").encode("idna").decode()
        sock = _open(found)
        with sock:
            if parts.scheme == "https":
                sock = self._context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
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


def _over(sock: socket.socket, host: str, parts: SplitResult) -> HTTPConnection:
    """HTTP over a connection that is there; it opens none of its own."""
    usual = {"https": 443, "http": 80}[parts.scheme]
    connection = HTTPConnection(host, parts.port or usual, timeout=READ)
    connection.default_port = usual
    connection.sock, connection.auto_open = sock, 0
    return connection


def _open(found: list[Any]) -> socket.socket:
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
            sock.settimeout(READ)
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


def _judged(status: int, raw: bytes, *, is_robot: bool) -> RobotAnswer:
    """The robots answer 200 to what they refuse, with a number other than 0."""
    text = raw.decode("utf-8", "replace")
    said = "".join(each for each in text if each.isprintable())[:SHOWN]
    if 300 <= status < 400:
        return RobotAnswer(problem="redirected", status=status, said=said)
    is_taken = 200 <= status < 300 and (not is_robot or _number(text) == 0)
    return RobotAnswer(problem="" if is_taken else "refused", status=status, said=said)


def _number(text: str) -> object:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    if not isinstance(found, Mapping):
        return None
    return next((found[name] for name in ("errcode", "code", "StatusCode") if name in found), None)


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
