"""Interleaved rounds: the contenders take turns, so that whatever else goes on meets them all; the lowest counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.servers import Server

Requests = Callable[[], list[bytes]]


@dataclass(frozen=True, slots=True)
class Contender:
    """`requests` gives those of one round: the same again, or new ones where each acts only once."""

    server: Server
    requests: Requests
    number: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request in the round that cost least: milliseconds of processor time; p50 and p99 as the client waited."""

    cpu: float
    p50: float
    p99: float
    bytes: int


def again(*requests: bytes) -> Requests:
    return lambda: list(requests)


def measure(contenders: Mapping[str, Contender], rounds: int, warm_up: int = 40) -> dict[str, Cost]:
    """The lowest round of each."""
    found: dict[str, list[Cost]] = {name: [] for name in contenders}
    for name, contender in contenders.items():
        contender.server.load(contender.requests(), warm_up)
        found[name] = []
    for _ in range(rounds):
        for name, contender in contenders.items():
            found[name].append(_round(contender))
    return {name: min(costs, key=lambda cost: cost.cpu) for name, costs in found.items()}


def _round(contender: Contender) -> Cost:
    requests = contender.requests()
    before = contender.server.cpu()
    said = contender.server.load(requests, contender.number)
    spent = contender.server.cpu() - before
    count = said["requests"]
    return Cost(cpu=spent * 1000 / count, p50=said["p50"], p99=said["p99"], bytes=said["bytes"] // count)
