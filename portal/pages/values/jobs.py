"""What the worker has not done in time, as administrators see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """trouble: dead, late, failing. about: a number of ours, "" for none; error: in the words of whoever failed,
    without addresses; next_at: None once it was given up."""

    id: int
    kind: str
    trouble: str
    about: str
    attempts: int
    error: str
    since: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsPage:
    """What the worker has not done in time; `is_cut`: there are more than are listed."""

    jobs: tuple[JobRow, ...]
    may_act: bool
    is_cut: bool = False
