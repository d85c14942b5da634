"""The warehouse: its lists, and what a scanned number leads to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.pages.values.parts import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehouseRow:
    """A parcel. deadline: when somebody has to act, None while it only travels; since: when it was sent or came."""

    case_no: str
    order_no: str
    return_no: str
    kind: str
    state: str
    label: str
    deadline: datetime | None
    is_overdue: bool
    carrier: str
    tracking_no: str
    since: datetime | None
    picture: Picture | None
    units: int
    is_escalated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehousePage:
    """`lists`: each with how much waits in it; `next_after`: the cursor of the next page, "" on the last."""

    which: str
    lists: tuple[tuple[str, int], ...]
    rows: tuple[WarehouseRow, ...]
    next_after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanHit:
    """A case that the number leads to. `is_waiting`: the warehouse has something to do about it."""

    case_no: str
    order_no: str
    return_no: str
    kind: str
    state: str
    label: str
    tracking_no: str
    title: str
    units: int
    is_waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPage:
    """`read`: what came, as it is looked for; `opens`: the case that it can only be; `order_no`: of an order that
    has no case; `done`: the case of the parcel before, which `may_inspect` next."""

    read: str = ""
    opens: str = ""
    hits: tuple[ScanHit, ...] = ()
    order_no: str = ""
    done: str = ""
    may_inspect: bool = False
    may_see_orders: bool = False
