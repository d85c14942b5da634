"""The load generator, a process of its own: `python -m bench.load`, its errand as JSON on standard input.

One thread keeps all connections busy: each sends a ready-made request, waits for the whole answer and sends the next,
until the number or the time is reached. Requests have a kind; what is said of them is said for each kind.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

LONGEST_SECONDS = 120
_PATIENCE_SECONDS = 40.0
"""An answer that takes longer than any page may is one that never comes."""


@dataclass
class Result:
    """Of one kind of requests. `milliseconds` of each, in order of arrival."""

    statuses: Counter[int] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    received: int = 0

    def as_json(self, seconds: float) -> dict[str, Any]:
        times = sorted(self.milliseconds) or [0.0]
        return {
            "requests": len(self.milliseconds),
            "seconds": seconds,
            "statuses": {str(status): number for status, number in self.statuses.items()},
            "p50": times[len(times) // 2],
            "p99": times[min(len(times) - 1, len(times) * 99 // 100)],
            "bytes": self.received,
        }


@dataclass
class Connection:
    """One that stays open; `answer` is what has come so far of the request under way."""

    socket: socket.socket
    kind: str = ""
    began: float = 0.0
    answer: bytes = b""

    def send(self, kind: str, request: bytes) -> None:
        self.kind, self.began, self.answer = kind, time.perf_counter(), b""
        self.socket.sendall(request)

    def receive(self) -> int:
        """The status once the answer is whole, else 0."""
        more = self.socket.recv(262_144)
        if not more:
            raise ConnectionError("the server closed the connection")
        self.answer += more
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return 0
        return int(head[9:12])


def _length(head: bytes) -> int:
    return next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)


def run(
    *, port: int, requests: dict[str, list[bytes]], turns: list[str], connections: int, number: int, seconds: float
) -> dict[str, dict[str, Any]]:
    """Sends requests of the kinds that `turns` names, round and round; of each kind one after another. Ends after
    `number` of them or `seconds`, whichever is first. A kind named in `turns` once only may run out: that ends it too.
    """
    found = {kind: Result() for kind in requests}
    started = time.perf_counter()
    with selectors.DefaultSelector() as waiting:
        to_send = _endless(requests, turns, number)
        for _ in range(connections):
            connection = Connection(socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS))
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _send_next(connection, to_send, waiting)
        while waiting.get_map():
            ready = waiting.select(_PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError(f"{len(waiting.get_map())} requests were not answered")
            for key, _ in ready:
                connection = key.data
                if status := connection.receive():
                    result = found[connection.kind]
                    result.milliseconds.append((time.perf_counter() - connection.began) * 1000)
                    result.statuses[status] += 1
                    result.received += len(connection.answer)
                    waiting.unregister(connection.socket)
                    if time.perf_counter() - started < min(seconds, LONGEST_SECONDS):
                        _send_next(connection, to_send, waiting)
    took = time.perf_counter() - started
    return {kind: result.as_json(took) for kind, result in found.items()}


def _endless(requests: dict[str, list[bytes]], turns: list[str], number: int) -> Iterator[tuple[str, bytes]]:
    places = dict.fromkeys(requests, 0)
    for turn in range(number):
        kind = turns[turn % len(turns)]
        yield kind, requests[kind][places[kind] % len(requests[kind])]
        places[kind] += 1


def _send_next(connection: Connection, to_send: Iterator[tuple[str, bytes]], waiting: selectors.BaseSelector) -> None:
    following = next(to_send, None)
    if following is None:
        connection.socket.close()
        return
    connection.send(*following)
    waiting.register(connection.socket, selectors.EVENT_READ, connection)


if __name__ == "__main__":
    errand = json.load(sys.stdin)
    errand["requests"] = {
        kind: [request.encode("latin-1") for request in requests] for kind, requests in errand["requests"].items()
    }
    json.dump(run(**errand), sys.stdout)
