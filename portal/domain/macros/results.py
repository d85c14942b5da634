"""What acts on macros led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroDone(Done):
    """Its number, and what became of it."""

    macro: int
    what: Literal["saved", "removed", "moved"]
