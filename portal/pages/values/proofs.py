"""How staff who acted for a customer knew who called, as it is shown wherever that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRow:
    """One time that somebody acted for a customer. `contact` is masked already; `questions`: what was asked, by what
    came of it."""

    by: str
    at: datetime
    ended_at: datetime | None
    way: str
    channel: str
    reason: str
    contact: str
    note: str
    questions: Mapping[str, str] = field(default_factory=dict)
