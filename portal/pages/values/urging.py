"""催发货 and 催处理: whether it can be pressed, and what the shop has promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgePage:
    """Of an order, or of a case of it. state: may, or pressed (today). `due`: until when the shop has promised to ship,
    or to answer; None where it has not, or a person looks at it already."""

    order_no: str
    state: Literal["may", "pressed"]
    due: datetime | None
    case_no: str = ""
    is_late: bool = False
    zone: str = ""
