"""Numbers that people read out."""

from __future__ import annotations

from datetime import datetime

from portal.ports import Deps


def new_case_no(now: datetime, deps: Deps) -> str:
    """售后单号: T + date (UTC) + 8 random Crockford characters, unique everywhere (ARCHITECTURE)."""
    return f"T{now:%Y%m%d}{deps.random.letters(8)}"
