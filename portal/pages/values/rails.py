"""The page of a shop's rails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RailRow:
    """`methods`: in words; `facts`: (key, what may be shown of it); `problem` "" where the last check, at `checked_at`,
    found none; `callback` "" where the provider calls none back."""

    kind: str
    methods: str
    facts: tuple[tuple[str, str], ...]
    callback: str
    changed_at: datetime
    checked_at: datetime | None
    problem: str

    @property
    def state(self) -> str:
        """Of its last check: ok, bad."""
        return "bad" if self.problem else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class RailsPage:
    """`untaken`: methods of the shop's refunds that no rail takes, `untaken_named` in words, and `sandbox` does where
    it is one. `in_use`: numbers for which a rail could not be removed or changed just now."""

    may_act: bool
    rails: tuple[RailRow, ...]
    untaken: tuple[str, ...]
    untaken_named: str
    sandbox: bool
    in_use: str = ""

    @property
    def untaken_state(self) -> str:
        """What becomes of those refunds: sandbox, waits."""
        return "sandbox" if self.sandbox else "waits"
