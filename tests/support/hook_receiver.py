"""A shop's own system over HTTP: it verifies what it receives with the library, and answers as it is told."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.support.local_http import LocalHandler, serving

PIECE = 64 * 1024


@dataclass
class Receiver:
    """`secrets`: what it verifies with; `seen`: id and payload of what it believed, `doubted` of what it did not;
    `told`: the headers of each.

    `statuses`: taken first to last, then `status`. `slowly`: seconds before the answer; `trickles`: between its bytes;
    `given`: how many bytes of it were taken, where it does not trickle.
    """

    secrets: Sequence[str] = ()
    seen: list[tuple[str, Any]] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    told: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b""
    slowly: float = 0.0
    trickles: float = 0.0
    given: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?token=k"

    @property
    def ids(self) -> list[str]:
        return [name for name, _payload in self.seen]

    def take(self, headers: dict[str, str], body: bytes) -> None:
        self.told.append(headers)
        for secret in self.secrets:
            with suppress(Exception):
                self.seen.append((headers["webhook-id"], Webhook(secret).verify(body, headers)))
                return
        self.doubted.append(headers.get("webhook-id", ""))


@contextmanager
def receiving(*secrets: str) -> Iterator[Receiver]:
    kept = Receiver(secrets=secrets)
    with serving(_handler(kept)) as kept.port:
        yield kept


def _handler(kept: Receiver) -> type[LocalHandler]:
    class Handler(LocalHandler):
        def do_POST(self) -> None:
            body = self.body()
            kept.paths.append(self.path)
            kept.take({name.lower(): value for name, value in self.headers.items()}, body)
            time.sleep(kept.slowly)
            self.send_response(kept.statuses.pop(0) if kept.statuses else kept.status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for byte in kept.answer if kept.trickles else ():
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(kept.trickles)
            for start in () if kept.trickles else range(0, len(kept.answer), PIECE):
                kept.given += self.wfile.write(kept.answer[start : start + PIECE])

        def do_GET(self) -> None:
            kept.paths.append("followed")

    return Handler
