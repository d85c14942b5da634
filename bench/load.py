"""The load generator, a process of its own: `python -m bench.load`, its errand as JSON on standard input.

It sends ready-made requests over a few kept-open connections, bounded in number and in time, and says how it went.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any

LONGEST_SECONDS = 120


@dataclass
class Result:
    """Of all connections. `milliseconds` per request, in order of arrival."""

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


def run(*, port: int, requests: list[bytes], number: int, connections: int) -> dict[str, Any]:
    """Sends `number` requests, going round in `requests`."""
    result, numbers, started = Result(), count(), time.perf_counter()

    def work() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (place := next(numbers)) < number and time.perf_counter() - started < LONGEST_SECONDS:
                began = time.perf_counter()
                status, received = ask(connection, requests[place % len(requests)])
                result.milliseconds.append((time.perf_counter() - began) * 1000)
                result.statuses[status] += 1
                result.received += received

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result.as_json(time.perf_counter() - started)


def ask(connection: socket.socket, request: bytes) -> tuple[int, int]:
    """(status, bytes received) of one request on a connection that stays open."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += _more(connection)
    return int(head[9:12]), len(head) + 4 + len(body)


def _more(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received


if __name__ == "__main__":
    errand = json.load(sys.stdin)
    errand["requests"] = [request.encode("latin-1") for request in errand["requests"]]
    json.dump(run(**errand), sys.stdout)
