"""What acts on a shop's notices led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeTextDone(Done):
    """Which notice, and whose words it has now."""

    kind: str
    language: str
    what: Literal["own", "ours"]
