"""Numbers that people read out."""

from __future__ import annotations

from datetime import datetime

from portal.ports import Deps


def new_case_no(now: datetime, deps: Deps) -> str:
    """售后单号: T + date (UTC) + 8 random Crockford characters, unique everywhere (ARCHITECTURE)."""
    return f"T{now:%Y%m%d}{deps.random.letters(8)}"


def new_return_no(now: datetime, deps: Deps) -> str:
    """退货单号: R + date (UTC) + 7 random Crockford characters; what the slip's Code 128 is made of."""
    return f"R{now:%y%m%d}{deps.random.letters(7)}"
