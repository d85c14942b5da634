"""Credit and cards sold for money are refunded without a reason within 7 days of the payment (CN-24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from portal.domain.applying.options import GoodsTerms, goods_options
from portal.domain.applying.returnable import goods_there, returnable_until
from portal.domain.deadlines.spans import Span
from portal.domain.orders.decisions import Refused, Review
from portal.domain.orders.order import Order
from tests.support.applications import CN, EU, SHANGHAI, SIGNED, around, bought, decide, offer, shop_policy
from tests.support.order_facts import make_line, make_order

pytestmark = pytest.mark.req("P10", "N5")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def card(paid: str = "2026-11-16T10:00", delivered: datetime = SIGNED, **values: Any) -> Order:
    """A card of 100.00, delivered on the 13th and paid on the 16th."""
    order = bought(make_line("1", 1, 10000, tags=("prepaid",), **values), at=delivered)
    return replace(order, payments=tuple(replace(one, paid_at=at(paid)) for one in order.payments))


def test_it_is_counted_from_the_payment_and_the_shop_looks_what_was_spent() -> None:
    decision = decide(card(), now=at("2026-11-23T23:59:59"))
    assert isinstance(decision, Review) and decision.at_zero == "approve"
    assert "CN-24" in decision.rules and "prepaid" in decision.notes
    assert decision.plan.refund.minor == 10000
    assert decision.handling is not None and decision.handling.remedy == "refund"
    assert decision.handling.until == at("2026-11-24T00:00")


def test_over_it_is_refused_with_the_day_counted_from_the_payment() -> None:
    no = decide(card(), now=at("2026-11-24T00:00"))
    assert isinstance(no, Refused) and no.why == "prepaid_over"
    assert {"SHOP-4", "CN-24"} <= set(no.rules)
    assert (no.facts["signed"], no.facts["last"], no.facts["days"]) == ("2026-11-16", "2026-11-23", "7")


def test_whichever_ends_later_counts_payment_or_delivery() -> None:
    """A card that came by mail was bought online as any goods (CN-1)."""
    order = card("2026-11-10T10:00")
    assert isinstance(decide(order, now=at("2026-11-20T23:59")), Review)
    no = decide(order, now=at("2026-11-21T00:00"))
    assert isinstance(no, Refused) and no.why == "window_over"


def test_no_exclusion_takes_it_away_and_no_shop_shortens_it() -> None:
    opened = card(opened_at=at("2026-11-14T10:00"))
    line = replace(opened.lines[0], tags=("digital", "prepaid"))
    opened = replace(opened, lines=(line,))
    own = shop_policy("[windows]\nno_reason_days = 10")
    for policy in (CN, own):
        assert isinstance(decide(opened, policy, now=at("2026-11-17T10:00")), Review)


def test_other_goods_and_other_laws_know_nothing_of_it() -> None:
    plain = replace(card(), lines=(replace(card().lines[0], tags=()),))
    assert isinstance(decide(plain, now=at("2026-11-22T10:00")), Refused)
    assert EU.prepaid is None and CN.prepaid is not None


def test_form_and_list_say_the_same_end() -> None:
    order, now = card(), at("2026-11-20T10:00")
    found = offer(order, now=now).of("return_refund")
    assert found is not None and found.lines[0].until == at("2026-11-24T00:00")
    listed = returnable_until(goods_there(order), order.placed_at, CN, around(order, CN), now)
    assert listed == at("2026-11-24T00:00")


def test_a_product_page_is_told_of_it_before_anybody_has_paid() -> None:
    goods, place = GoodsTerms(tags=("digital", "prepaid")), around(make_order(), CN)
    options = goods_options(goods, CN, place, at("2026-11-18T10:00"), kinds=("return_refund",))
    (back,) = (option for option in options if option.reason == "no_reason")
    assert back.offer is not None and (back.offer.by, back.only_unopened) == ("shop", False)
    assert "CN-24" in back.offer.rules and back.within == Span(7, "days")
