"""What was found of goods that came back: by line, and what was in the parcel besides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFound:
    """What came back of a line: `accepted` + `rejected` = `received`; of those accepted `resellable` can be sold."""

    line_id: str
    received: int
    accepted: int
    rejected: int = 0
    resellable: int = 0


Found = tuple[LineFound, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unannounced:
    """Goods that nobody asked to return: a fact, no money. `then`: what becomes of them, "" where nobody said."""

    count: int
    what: str
    then: Literal["", "send_back", "ask"]


def plain_found(found: Iterable[LineFound]) -> list[list[Any]]:
    """As it is kept with the case: [line, received, accepted, rejected, resellable]."""
    return [[line.line_id, line.received, line.accepted, line.rejected, line.resellable] for line in found]
