"""解决了吗, as its page asks it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedPage:
    """`answer` and `note` as they were given before, "" for not yet."""

    case_no: str
    answer: str
    note: str
