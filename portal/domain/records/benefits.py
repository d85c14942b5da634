"""Points and coupons that an order gives back: the shop's to return, and when it said that it has (TRAPS T20, T21)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

_RETURNED = ("feed:points:given_back", "feed:coupon:given_back")


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """`id`: the number of the event that gives it back, in the trail of its order. `points` of points, `coupon` of a
    coupon. `returned_at`: when the shop said that the customer has it, None while they wait."""

    id: int
    kind: Literal["points", "coupon"]
    at: datetime
    points: int = 0
    coupon: str = ""
    case_no: str | None = None
    returned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An event of an order: its kind, when, of which case, its number in the trail, its data."""

    kind: str
    at: datetime
    case_no: str | None
    seq: int
    data: dict[str, Any]


def benefits_of(events: Iterable[Told]) -> tuple[Benefit, ...]:
    """Of one order's events, the oldest first."""
    found: dict[int, Benefit] = {}
    for event in events:
        if event.kind == "system:points:returned":
            points = int(event.data["points"])
            found[event.seq] = Benefit(id=event.seq, kind="points", at=event.at, points=points, case_no=event.case_no)
        elif event.kind == "system:coupon:returned":
            code = str(event.data["coupon"])
            found[event.seq] = Benefit(id=event.seq, kind="coupon", at=event.at, coupon=code, case_no=event.case_no)
        elif event.kind in _RETURNED and (known := found.get(int(event.data["benefit"]))):
            found[known.id] = replace(known, returned_at=event.at)
    return tuple(found.values())
