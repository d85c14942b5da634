"""One way to step through a state table (ARCHITECTURE law 2)."""

from __future__ import annotations

from collections.abc import Mapping

Table = Mapping[str, Mapping[str, str]]


class NoSuchStep(ValueError):
    """The event is not possible in this state: somebody was faster, or the caller is wrong."""


def advance(table: Table, state: str, event: str) -> str:
    """The state after `event`. Raises NoSuchStep; nothing is ever set by hand."""
    try:
        return table[state][event]
    except KeyError:
        raise NoSuchStep(f"{event} in {state}") from None
