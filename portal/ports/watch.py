"""Who looks on while something is done: a line in the log, a span of a trace. No name, words or address goes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

StepKind = Literal["request", "job", "transaction", "call"]
Fact = str | int | float | bool


@dataclass(slots=True)
class Step:
    """What is being done. `outcome`: a code, set by whoever does it; `facts`: numbers and codes that tell more."""

    outcome: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)


class Watch(Protocol):
    """Is told of every step that is worth a line. Never fails, and what the step raises passes through."""

    def step(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> AbstractContextManager[Step]:
        """`name`: of a request its endpoint, of a job its kind, of a call its port and act."""


class NoWatch:
    """Nobody looks on."""

    @contextmanager
    def step(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> Iterator[Step]:  # noqa: ARG002 - it is told nobody
        yield Step()


UNWATCHED = NoWatch()
