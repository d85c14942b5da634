"""Ids, tokens, codes and letters from the operating system's generator."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Callable
from datetime import datetime

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def crockford(value: int, length: int) -> str:
    """`value` as `length` characters of Crockford base32, most significant first."""
    return "".join(CROCKFORD[(value >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))


class SecretRandom:
    """`bits(n)` gives n unpredictable bits; tests pass a seeded generator's `getrandbits`."""

    def __init__(self, bits: Callable[[int], int] = secrets.randbits) -> None:
        self._bits = bits
        self._last_stamp = 0
        self._lock = threading.Lock()

    def token(self) -> str:
        return base64.urlsafe_b64encode(self._bits(256).to_bytes(32)).rstrip(b"=").decode()

    def id(self, now: datetime) -> str:
        """uuid7 (RFC 9562): 48 bits of milliseconds and 12 that only rise within a process, then 62 random ones.

        The random part is always fresh, so two forked processes that share a stamp still differ.
        """
        milliseconds = int(now.timestamp() * 1000)
        with self._lock:
            stamp = max(milliseconds << 12 | self._bits(11), self._last_stamp + 1)
            self._last_stamp = stamp
        value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | self._bits(62)
        return crockford(value, 26)

    def code(self) -> str:
        # 64 bits make the bias of the remainder smaller than one in 10^13.
        return f"{self._bits(64) % 1_000_000:06d}"

    def letters(self, count: int) -> str:
        return crockford(self._bits(5 * count), count) if count else ""
