"""Tests reach nothing but this machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex


class NotLoopback(Exception):
    """A test tried to reach another machine."""


def is_loopback(family: int, address: Any) -> bool:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = address[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def check(sock: socket.socket, address: Any) -> None:
    if not is_loopback(sock.family, address):
        raise NotLoopback(f"a test tried to reach {address}")


def connect(self: socket.socket, address: Any) -> None:
    check(self, address)
    real_connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    check(self, address)
    return real_connect_ex(self, address)
