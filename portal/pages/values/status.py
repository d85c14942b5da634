"""How everything stands, as staff read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["fine", "look", "trouble", "unknown"]
"""unknown: nothing was heard of it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """`part`: a code, whose words tell what it is and what it means; `name`: which of several, "" for the only one.
    `count`: of what waits for a person; `minutes`: how long the oldest has waited; `failures`: of 24 hours; `problem`:
    a code of the last. `page`: where it is mended, "" where that is no page or not one of the reader's."""

    part: str
    state: State
    name: str = ""
    count: int | None = None
    minutes: int | None = None
    failures: int | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    problem: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    name: str
    version: str
    is_other_version: bool
    is_there: bool
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """`kind` "" for all that have no name of their own."""

    kind: str
    count: int
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPage:
    """`overall`: the worst of the rows, where nothing heard is no trouble."""

    rows: tuple[StatusRow, ...]
    due: tuple[DueRow, ...]
    workers: tuple[WorkerRow, ...]
    version: str
    overall: State
