"""Orders of the other shoppers: paid at the door, from abroad, and the everyday business of the shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from portal.demo.catalogue import GOODS
from portal.demo.drafts import Draft, DraftParcel, coupon, item, points, promotion
from portal.demo.moments import Moments
from portal.demo.people import PEOPLE

_COD: dict[str, Any] = {"payment_terms": "cod"}
_EVERYDAY = tuple(PEOPLE[f"c-100{n}"] for n in (2, 3, 5, 6, 9))
_PLAIN = tuple(name for name, good in GOODS.items() if not set(good.tags) - {"promotion"} and good.category != "gift")
_CARRIERS = ("SF", "ZTO", "YTO", "JD", "EMS")
_METHODS = ("alipay", "alipay", "wechat", "wechat", "card", "unionpay")
_OLDEST = 400


def special_orders(when: Moments) -> Iterator[Draft]:
    yield from _to_be_paid_at_the_door(when)
    yield from _paid_at_the_door(when)
    yield from _from_germany(when)
    yield from _from_japan(when)


def _to_be_paid_at_the_door(when: Moments) -> Iterator[Draft]:
    buyer = PEOPLE["c-1004"]
    yield Draft(
        buyer=buyer,
        status="paid",
        placed_at=when.ago(hours=6),
        pays=(),
        items=[item("pan"), item("towel", 3)],
        freight="10.00",
        head=_COD | {"promised_ship_by": when.end_of_day(1)},
    )
    yield Draft(
        buyer=buyer,
        status="picking",
        placed_at=when.at(1, "13:13"),
        pays=(),
        items=[item("kettle")],
        changed_at=when.ago(hours=2),
        head=_COD | {"promised_ship_by": when.end_of_day(1)},
    )


def _paid_at_the_door(when: Moments) -> Iterator[Draft]:
    buyer, signed = PEOPLE["c-1004"], when.at(3, "18:20")
    yield Draft(
        buyer=buyer,
        status="shipped",
        placed_at=when.at(4, "19:00"),
        pays=(),
        items=[item("jacket")],
        head=_COD,
        parcels=[
            DraftParcel(
                carrier="JD",
                shipped_at=when.at(3, "09:40"),
                promised_at=when.end_of_day(1),
                last_scan_at=when.at(1, "07:15"),
            )
        ],
    )
    yield Draft(
        buyer=buyer,
        status="delivered",
        placed_at=when.at(7, "08:30"),
        items=[item("tea"), item("mug", 2)],
        pays=[("cod", None)],
        paid_at=signed,
        head=_COD,
        parcels=[DraftParcel(carrier="SF", shipped_at=when.at(6, "16:00"), delivered_at=signed, last_scan_at=signed)],
    )


def _from_germany(when: Moments) -> Iterator[Draft]:
    head = {"jurisdiction": "EU"}
    first, last = when.at(9, "11:20"), when.at(2, "16:05")
    yield Draft(
        buyer=PEOPLE["c-1007"],
        status="delivered",
        placed_at=when.at(14, "15:42"),
        pays=[("card", None)],
        head=head,
        items=[item("teapot"), item("scarf", 2, discount="4.80")],
        freight="6.90",
        freight_tax="1.31",
        discounts=[promotion("WINTER10", "10.00", "150.00")],
        parcels=[
            DraftParcel(
                carrier="EMS", shipped_at=when.at(13, "10:00"), delivered_at=first, lines={"1": 1}, last_scan_at=first
            ),
            DraftParcel(
                carrier="EMS", shipped_at=when.at(11, "10:00"), delivered_at=last, lines={"2": 2}, last_scan_at=last
            ),
        ],
    )
    yield Draft(
        buyer=PEOPLE["c-1007"],
        status="paid",
        placed_at=when.ago(hours=8),
        pays=[("card", None)],
        head=head,
        items=[item("headphones"), item("mug", 4)],
        freight="6.90",
        freight_tax="1.31",
    )


def _from_japan(when: Moments) -> Iterator[Draft]:
    signed = when.at(4, "12:45")
    yield Draft(
        buyer=PEOPLE["c-1008"],
        status="paid",
        placed_at=when.ago(hours=11),
        pays=[("card", None)],
        items=[item("tea", 2, tax="840"), item("mug", 3, tax="495")],
        freight="1200",
        freight_tax="120",
        head={"promised_ship_by": when.end_of_day(2)},
    )
    yield Draft(
        buyer=PEOPLE["c-1008"],
        status="delivered",
        placed_at=when.at(9, "20:10"),
        pays=[("card", None)],
        items=[item("shoes", tax="980")],
        freight="800",
        freight_tax="80",
        parcels=[DraftParcel(carrier="EMS", shipped_at=when.at(8, "14:00"), delivered_at=signed, last_scan_at=signed)],
    )


def ordinary_orders(when: Moments, chance: Random) -> Iterator[Draft]:
    """Without end: what people order on any day of the last year, further along the older it is."""
    while True:
        age = chance.choice((1, 1, 2, 3, 4, 6, 8, 11, 15, 30, chance.randint(31, _OLDEST)))
        placed_at = when.at(age, f"{chance.randint(8, 22):02}:{chance.randint(0, 59):02}")
        bought = chance.sample(_PLAIN, chance.choice((1, 1, 2, 2, 3, 4)))
        items = [item(name, chance.choice((1, 1, 1, 2, 3)), chance.randint(0, 2)) for name in bought]
        cost = sum((Decimal(GOODS[one.picture].price) * one.quantity for one in items), Decimal(0))
        draft: dict[str, Any] = {"buyer": chance.choice(_EVERYDAY), "placed_at": placed_at, "items": items}
        draft |= {"pays": [(chance.choice(_METHODS), None)], "freight": "0" if cost >= 99 else "10.00"}
        draft["discounts"] = _offers(when, cost, chance)
        yield Draft(**draft, **_stage(when, age, placed_at, chance))


def _offers(when: Moments, cost: Decimal, chance: Random) -> list[dict[str, Any]]:
    offers: list[dict[str, Any]] = []
    if cost >= 300:
        offers.append(promotion("满300减40", "40.00", "300.00"))
    if cost >= 100 and chance.random() < 0.4:
        offers.append(coupon("会员券10元", "10.00", when.end_of_day(chance.randint(-3, 30))))
    if chance.random() < 0.3:
        offers.append(points(100 * chance.randint(1, 5)))
    return offers


def _stage(when: Moments, age: int, placed_at: datetime, chance: Random) -> dict[str, Any]:
    """How far an order of `age` days has come: two days to leave, three on the road, two weeks to be completed."""
    if age > 2 and chance.random() < 0.08:
        return {"status": "cancelled", "refunds": [(None, [], placed_at + timedelta(hours=2))]}
    if age <= 2:
        return {"status": chance.choice(("paid", "picking")), "head": {"promised_ship_by": when.end_of_day(2)}}
    shipped_at, carrier = when.at(age - 1, "17:20"), chance.choice(_CARRIERS)
    if age <= 4:
        parcel = DraftParcel(
            carrier=carrier, shipped_at=shipped_at, promised_at=when.end_of_day(1), last_scan_at=when.at(1, "05:30")
        )
        return {"status": "shipped", "parcels": [parcel]}
    signed = when.at(age - 4, f"{chance.randint(9, 19):02}:{chance.randint(0, 59):02}")
    parcel = DraftParcel(carrier=carrier, shipped_at=shipped_at, delivered_at=signed, last_scan_at=signed)
    if age <= 20:
        return {"status": "delivered", "parcels": [parcel]}
    return {"status": "completed", "parcels": [parcel], "changed_at": signed + timedelta(days=15)}
