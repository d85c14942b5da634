"""Orders of the first shopper that have left: under way, in two parcels, refused at the door, gone astray."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from portal.demo.drafts import Draft, DraftParcel, item, points, promotion
from portal.demo.moments import Moments
from portal.demo.people import PEOPLE

_LIN = PEOPLE["c-1001"]


def orders_on_the_way(when: Moments) -> Iterator[Draft]:
    yield from _moving(when)
    yield from _in_two_parcels(when)
    yield from _failed_deliveries(when)


def _moving(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="shipped",
        placed_at=when.at(3, "10:10"),
        items=[item("towel", 12, discount="18.80"), item("pillow", 2), item("blocks")],
        discounts=[promotion("满500减60", "60.00", "500.00"), points(500)],
        parcels=[
            DraftParcel(
                carrier="ZTO",
                shipped_at=when.at(2, "17:30"),
                lines={"1": 5, "2": 2},
                promised_at=when.end_of_day(1),
                last_scan_at=when.at(1, "06:20"),
            )
        ],
    )
    yield Draft(
        buyer=_LIN,
        status="shipped",
        placed_at=when.at(3, "18:44"),
        items=[item("jacket", variant=1)],
        pays=[("wechat", None)],
        parcels=[
            DraftParcel(
                carrier="SF",
                shipped_at=when.at(2, "11:00"),
                promised_at=when.end_of_day(1),
                last_scan_at=when.ago(hours=2),
            )
        ],
    )


def _in_two_parcels(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="shipped",
        placed_at=when.at(5, "13:37"),
        freight="10.00",
        items=[item("teapot"), item("tea", 2, 1), item("coaster", gift_of="1", unit_price="0.00", gift_value="15.00")],
        parcels=[
            DraftParcel(
                carrier="SF", shipped_at=when.at(4, "09:00"), delivered_at=when.at(2, "15:26"), lines={"1": 1, "3": 1}
            ),
            DraftParcel(carrier="JD", shipped_at=when.at(3, "09:00"), lines={"2": 2}, promised_at=when.end_of_day(0)),
        ],
    )


def _failed_deliveries(when: Moments) -> Iterator[Draft]:
    """Refused at the door, lost, and without a scan for days."""
    yield _one_parcel(
        [item("dress", variant=2)],
        placed_at=when.at(8, "20:20"),
        parcel=DraftParcel(
            carrier="YTO",
            shipped_at=when.at(7, "16:00"),
            status="refused",
            promised_at=when.end_of_day(-4),
            last_scan_at=when.at(2, "18:05"),
        ),
    )
    yield _one_parcel(
        [item("kettle"), item("flask", variant=1)],
        placed_at=when.at(14, "09:30"),
        pays=[("card", None)],
        parcel=DraftParcel(
            carrier="ZTO",
            shipped_at=when.at(13, "14:00"),
            status="lost",
            promised_at=when.end_of_day(-10),
            last_scan_at=when.at(11, "03:40"),
        ),
    )
    yield _one_parcel([item("book", 2), item("towel")], placed_at=when.at(9, "15:15"), parcel=_silent(when))


def _silent(when: Moments) -> DraftParcel:
    return DraftParcel(
        carrier="EMS",
        shipped_at=when.at(8, "10:00"),
        promised_at=when.end_of_day(-4),
        last_scan_at=when.at(5, "22:10"),
    )


def _one_parcel(items: list[Any], *, placed_at: datetime, parcel: DraftParcel, **more: Any) -> Draft:
    return Draft(buyer=_LIN, status="shipped", placed_at=placed_at, items=items, parcels=[parcel], **more)
