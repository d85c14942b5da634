"""Orders of the first shopper that have not left yet: unpaid, to be shipped, late, or with a problem in stock."""

from __future__ import annotations

from collections.abc import Iterator

from portal.demo.catalogue import GOODS
from portal.demo.drafts import Draft, Item, adjustment, coupon, item, points, promotion
from portal.demo.moments import Moments
from portal.demo.people import PEOPLE

_LIN = PEOPLE["c-1001"]
_GIFT_WRAP = ("礼品包装", "8.00")


def orders_before_shipping(when: Moments) -> Iterator[Draft]:
    yield from _unpaid(when)
    yield from _to_ship(when)
    yield from _paid_in_several_ways(when)
    yield from _many_free_and_being_packed(when)
    yield from _with_a_problem(when)


def _unpaid(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="awaiting_payment",
        placed_at=when.ago(minutes=40),
        pays=(),
        items=[item("lamp"), item("towel", 2)],
        head={"pay_by": when.ahead(hours=23), "promised_ship_by": when.end_of_day(3)},
    )
    yield Draft(
        buyer=_LIN,
        status="awaiting_payment",
        placed_at=when.ago(hours=3),
        pays=(),
        items=[item("quilt", variant=1), item("pillow", 2)],
        freight="12.00",
        discounts=[coupon("家居满减券30元", "30.00", when.end_of_day(12)), points(800)],
        head={"pay_by": when.ahead(days=2)},
    )


def _to_ship(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.ago(hours=1),
        pays=[("wechat", None)],
        items=[item("mug", 2, 1)],
        freight="10.00",
        head={"promised_ship_by": when.end_of_day(1)},
    )
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.ago(hours=5),
        items=[item("headphones"), item("powerbank", variant=1)],
        discounts=[coupon("数码券50元", "50.00", when.end_of_day(20)), points(1200)],
        head={"promised_ship_by": when.end_of_day(2)},
    )
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.ago(hours=9),
        pays=[("card", None)],
        items=[item("tee", 2), item("trousers", variant=1), item("socks", 3, discount="9.70")],
        discounts=[promotion("满300减40", "40.00", "300.00"), adjustment("0.50")],
        head={"promised_ship_by": when.end_of_day(2), "freight_waived": {"amount": "10.00", "threshold": "99.00"}},
    )
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.at(1, "20:12"),
        items=[item("serum"), item("toothbrush", 2)],
        discounts=[coupon("周年庆券20元", "20.00", when.end_of_day(-1), lines=["2"])],
        head={"promised_ship_by": when.end_of_day(1)},
    )


def _paid_in_several_ways(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.at(1, "11:05"),
        pays=[("gift_card", "200.00"), ("alipay", None)],
        items=[item("cooker"), item("pan")],
        fees=[_GIFT_WRAP],
        head={"promised_ship_by": when.end_of_day(1)},
    )
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.at(1, "09:48"),
        pays=[("wechat", None), ("store_credit", "35.60")],
        items=[item("suitcase", variant=1), item("umbrella", gift_of="1", unit_price="0.00", gift_value="69.00")],
        head={"promised_ship_by": when.end_of_day(2)},
    )


def _many_free_and_being_packed(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.at(1, "22:30"),
        items=_furniture(60),
        freight="18.00",
        discounts=[promotion("满2000减200", "200.00", "2000.00"), coupon("新居券88元", "88.00", when.end_of_day(30))],
        head={"promised_ship_by": when.end_of_day(3)},
    )
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.ago(hours=7),
        items=[item("coaster")],
        discounts=[coupon("新人礼券15元", "15.00", when.end_of_day(9))],
        head={"promised_ship_by": when.end_of_day(2)},
    )
    yield Draft(
        buyer=_LIN,
        status="picking",
        placed_at=when.at(1, "14:20"),
        changed_at=when.ago(hours=1),
        items=[item("shoes", variant=1), item("socks")],
        pays=[("unionpay", None)],
        discounts=[points(300)],
        head={"promised_ship_by": when.end_of_day(1)},
    )


def _with_a_problem(when: Moments) -> Iterator[Draft]:
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.at(6, "19:40"),
        items=[item("chair")],
        freight="30.00",
        pays=[("card", None)],
        head={"promised_ship_by": when.end_of_day(-2)},
    )
    yield Draft(
        buyer=_LIN, status="paid", placed_at=when.at(4, "08:15"), items=[item("hoodie"), item("cap", variant=1)]
    )
    yield Draft(
        buyer=_LIN,
        status="picking",
        placed_at=when.at(5, "16:55"),
        changed_at=when.at(1, "10:30"),
        items=[item("backpack"), item("flask", 2)],
        head={"promised_ship_by": when.end_of_day(-1)},
    )
    yield Draft(
        buyer=_LIN,
        status="paid",
        placed_at=when.at(2, "12:02"),
        changed_at=when.at(1, "09:00"),
        pays=[("wechat", None)],
        items=[item("plant", 2, stock_problem="out_of_stock"), item("mug"), item("book", 3)],
        discounts=[promotion("满200减20", "20.00", "200.00")],
        head={"promised_ship_by": when.end_of_day(1)},
    )
    yield Draft(
        buyer=_LIN,
        status="picking",
        placed_at=when.at(2, "21:18"),
        changed_at=when.at(1, "15:10"),
        items=[item("keyboard", stock_problem="faulty"), item("lamp", variant=1)],
        head={"promised_ship_by": when.end_of_day(1)},
    )


def _furniture(count: int) -> list[Item]:
    """So many lines: everything that carries no restriction, in as many variants as it takes."""
    plain = [good for good in GOODS.values() if not set(good.tags) - {"promotion"} and good.category != "gift"]
    return [item(plain[n % len(plain)].picture, 1 + n % 4, n // len(plain)) for n in range(count)]
