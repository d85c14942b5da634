"""What orders sent in bulk led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkBegun(Done):
    """Whatever came under its key was begun with; each stretch of lines keeps its own answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesTaken(Done):
    """A stretch of lines, imported by one transaction. `answers`: what each was answered, as JSON, a line each."""

    answers: str
