"""Who looks on while something is done: a line in the log, a span of a trace. No name, words or address goes in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

StepKind = Literal["request", "job", "transaction", "call"]
Fact = str | int | float | bool


@dataclass(slots=True)
class Step:
    """What is being done. `outcome`: a code, set by whoever does it; `problem`: why it came to nothing, a code;
    `facts`: numbers and codes that tell more."""

    outcome: str = ""
    problem: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """Calls to one outside (`name`: `mail`, `rail.alipay`) for one shop (0: for nobody's own) since it was last asked.
    `problem`: of the last that failed."""

    name: str
    shop_id: int
    succeeded: int = 0
    failed: int = 0
    problem: str = ""


class Watch(Protocol):
    """Is told of every step that is worth a line. Never fails, and what the step raises passes through."""

    def step(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> AbstractContextManager[Step]:
        """`name`: of a request its endpoint, of a job its kind, of a call its port and act, of a transaction `read` or
        `write`. `facts` of a request are its `method` and `route`, the rule of its address."""

    def taken(self) -> Sequence[Tally]:
        """What was called since this was last asked, and nobody else is told."""

    def give_back(self, tallies: Sequence[Tally]) -> None:
        """They could not be written down."""


class NoWatch:
    """Nobody looks on."""

    @contextmanager
    def step(self, kind: StepKind, name: str, facts: Mapping[str, Fact]) -> Iterator[Step]:  # noqa: ARG002 - it is told nobody
        yield Step()

    def taken(self) -> Sequence[Tally]:
        return ()

    def give_back(self, tallies: Sequence[Tally]) -> None:
        """There were none."""


UNWATCHED = NoWatch()
