"""Refunds through Shopify's gateways: what goes back, to which payment, and never twice."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.intake.feed_refunds import with_feed_refunds
from portal.domain.intake.order_facts import order_of as order_facts
from portal.domain.money import Money
from portal.ports import RefundAnswer
from tests.connectors.shopify_connected import NUMBER, given_back, line_ids, one_unit, opened, refund_of, taken
from tests.connectors.shopify_counterpart import Counterpart
from tests.connectors.shopify_orders import (
    PLACED,
    Currencies,
    Item,
    Node,
    Placed,
    legacy_id,
    order_of,
    sent,
    shown_amount,
)
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.req("P26", "P14")
UNKNOWN = ("down", "late", "html", "torn", "internal")


def mugs(shopify: Counterpart, **placed: Any) -> Node:
    """Two of 50.00 with 2.00 tax, and freight of 8.00 with 1.00 tax: 111.00."""
    items = [Item(quantity=2, price="50.00", tax="2.00")]
    named: dict[str, Any] = {"items": items, "freight": "8.00", "freight_tax": "1.00"} | placed
    return shopify.shop.add(order_of(Placed(**named)))


def amounts(order: Node) -> list[tuple[str, str]]:
    """Gateway and amount of every refund, in the customer's currency."""
    back = [one for one in order["transactions"] if one["kind"] == "REFUND"]
    return [(one["gateway"], str(shown_amount(one["amountSet"]))) for one in back]


def test_a_refund_of_a_unit_with_its_tax_and_freight_goes_to_its_payment_once(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    sent(order, at=PLACED)
    freight = Money(900, "CNY")
    ask = refund_of(order, "60.00", lines=one_unit(order, Money(5100, "CNY")), freight=freight, reason="damaged")
    assert platform.find_refund(ask) == RefundAnswer(outcome="unknown_number")
    done = platform.refund(ask)
    assert (done.outcome, done.amount, done.reference) == (
        "succeeded",
        Money(6000, "CNY"),
        legacy_id(order["refunds"][0]["id"]),
    )
    assert platform.refund(ask) == platform.find_refund(ask) == done
    (made,) = order["refunds"]
    assert made["note"] == f"portal:{NUMBER} damaged"
    assert [(one["quantity"], one["restockType"]) for one in made["refundLineItems"]] == [(1, "NO_RESTOCK")]
    assert [shown_amount(one["subtotalAmountSet"]) for one in made["refundShippingLines"]] == [Decimal("9.00")]
    assert amounts(order) == [("alipay_global", "60.00")]


@pytest.mark.parametrize("kind", UNKNOWN)
def test_whatever_answer_gets_lost_the_money_goes_back_once(shopify: Counterpart, kind: str) -> None:
    order, platform = mugs(shopify), opened(shopify)
    ask = refund_of(order, "111.00")
    shopify.plan("refundCreate", kind)
    with pytest.raises(ProviderUnavailable):
        platform.refund(ask)
    for _ in range(2):
        assert platform.refund(ask).outcome == "succeeded"
    assert given_back(order) == Decimal("111.00")


def test_a_refund_whose_look_up_fails_is_not_sent(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    shopify.plan("order", "html")
    with pytest.raises(ProviderUnavailable):
        platform.refund(refund_of(order, "111.00"))
    assert "refundCreate" not in shopify.asked


def test_a_day_later_shopify_has_forgotten_the_key_and_the_note_still_holds(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    shopify.plan("refundCreate", "late")
    with pytest.raises(ProviderUnavailable):
        platform.refund(refund_of(order, "50.00"))
    shopify.shop.keys.clear()
    assert platform.refund(refund_of(order, "50.00")).outcome == "succeeded"
    assert given_back(order) == Decimal("50.00")


def test_two_workers_with_one_refund_pay_once(shopify: Counterpart) -> None:
    order, found = mugs(shopify), []
    ask = refund_of(order, "50.00")
    workers = [threading.Thread(target=lambda: found.append(opened(shopify).refund(ask))) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert {answer.outcome for answer in found} == {"succeeded"}
    assert given_back(order) == Decimal("50.00")


def test_a_refund_that_another_worker_is_at_is_unknown_and_not_failed(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    shopify.shop.is_busy = True
    with pytest.raises(ProviderUnavailable):
        platform.refund(refund_of(order, "50.00"))
    assert platform.refund(refund_of(order, "50.00")).outcome == "succeeded"
    assert given_back(order) == Decimal("50.00")


def test_a_key_with_another_amount_is_unknown_and_moves_nothing_more(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    assert platform.refund(refund_of(order, "50.00")).outcome == "succeeded"
    order["refunds"][0]["note"] = "renamed by somebody"
    with pytest.raises(ProviderUnavailable):
        platform.refund(refund_of(order, "40.00"))
    assert given_back(order) == Decimal("50.00")


def test_refunds_in_parts_come_to_exactly_what_was_paid_in_either_currency(shopify: Counterpart) -> None:
    seen = Currencies(shop="CNY", presentment="JPY", rate=Decimal("20.777"))
    order, platform = mugs(shopify, currencies=seen), opened(shopify)
    for at, part in enumerate(("33.33", "33.33", "33.33", "11.01")):
        done = platform.refund(refund_of(order, part, number=f"{NUMBER[:-1]}{at + 1}"))
        assert (done.outcome, done.amount and done.amount.decimal()) == ("succeeded", part)
    assert [amount for _, amount in amounts(order)] == ["692", "692", "692", "230"]
    assert sum(int(amount) for _, amount in amounts(order)) == shown_amount(order["totalPriceSet"])
    assert platform.refund(refund_of(order, "0.05", number=f"{NUMBER[:-1]}9")).outcome == "failed"


def test_yen_go_back_as_yen(shopify: Counterpart) -> None:
    placed = Placed(items=[Item(price="5900")], freight="500", currencies=Currencies(shop="JPY"))
    order = shopify.shop.add(order_of(placed))
    done = opened(shopify).refund(refund_of(order, "5900"))
    assert (done.amount, amounts(order)) == (Money(5900, "JPY"), [("alipay_global", "5900")])


def test_each_tender_gets_its_own_back_a_gift_card_too(shopify: Counterpart) -> None:
    order = mugs(shopify, tenders={"gift_card": "40.00", "stripe": ""})
    card, bank = (payment.reference for payment in taken(opened(shopify), order).payments)
    platform = opened(shopify)
    assert platform.refund(refund_of(order, "40.00", payment_reference=card)).outcome == "succeeded"
    other = refund_of(order, "71.00", payment_reference=bank, number=f"{NUMBER[:-1]}2")
    assert platform.refund(other).outcome == "succeeded"
    assert amounts(order) == [("gift_card", "40.00"), ("stripe", "71.00")]


def test_what_was_paid_by_hand_is_not_pretended_to_be_paid_back(shopify: Counterpart) -> None:
    order = mugs(shopify, tenders={"Bank Deposit": ""})
    no = opened(shopify).refund(refund_of(order, "1.00"))
    assert (no.outcome, no.reason, given_back(order)) == (
        "failed",
        "it was paid by hand: no gateway of Shopify gives it back",
        Decimal(0),
    )


def test_more_than_a_payment_has_left_is_refused_and_nothing_moves(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    assert platform.refund(refund_of(order, "100.00")).outcome == "succeeded"
    no = platform.refund(refund_of(order, "11.01", number=f"{NUMBER[:-1]}2"))
    assert (no.outcome, no.reason) == ("failed", "no payment of the order has as much left")
    (paid,) = taken(platform, order).payments
    no = platform.refund(refund_of(order, "11.01", number=f"{NUMBER[:-1]}2", payment_reference=paid.reference))
    assert (no.outcome, no.reason) == ("failed", "Refund amount exceeds the amount available")
    assert given_back(order) == Decimal("100.00")


def test_a_refund_that_the_gateway_declines_is_failed_and_its_number_is_spent(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    shopify.shop.refund_status = "FAILURE"
    ask = refund_of(order, "111.00")
    assert platform.refund(ask).outcome == platform.find_refund(ask).outcome == "failed"
    shopify.shop.refund_status = "SUCCESS"
    assert platform.refund(ask).outcome == "number_spent"
    assert platform.refund(refund_of(order, "111.00", number=f"{NUMBER[:-1]}2")).outcome == "succeeded"
    assert given_back(order) == Decimal("111.00")


def test_a_refund_on_its_way_is_pending_until_it_arrived(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    shopify.shop.refund_status = "PENDING"
    ask = refund_of(order, "111.00")
    assert platform.refund(ask).outcome == platform.find_refund(ask).outcome == "pending"
    order["transactions"][-1]["status"] = "SUCCESS"
    assert platform.find_refund(ask).outcome == "succeeded"


def test_units_that_are_still_to_be_sent_stay_on_the_order(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    sent(order, units={"S-1": 1}, at=PLACED)
    lines = one_unit(order, Money(5100, "CNY"))
    assert platform.refund(refund_of(order, "51.00", lines=lines)).outcome == "succeeded"
    again = refund_of(order, "51.00", lines=lines, number=f"{NUMBER[:-1]}2")
    assert platform.refund(again).outcome == "succeeded"
    (line,) = order["lineItems"]
    assert (line["refundableQuantity"], line["unfulfilledQuantity"]) == (1, 1)
    assert given_back(order) == Decimal("102.00")


def test_what_was_paid_back_another_way_is_noted_and_moves_no_money(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    ask = refund_of(order, "51.00", through_gateway=False, reason="售后退款")
    assert platform.find_refund(ask).outcome == "unknown_number"
    assert (
        platform.refund(ask).outcome == platform.refund(ask).outcome == platform.find_refund(ask).outcome == "succeeded"
    )
    assert order["note"] == f"售后退款 51.00 CNY (portal:{NUMBER})"
    assert (order["refunds"], given_back(order)) == ([], Decimal(0))
    went = refund_of(order, "60.00", number=f"{NUMBER[:-1]}2")
    platform.refund(went)
    assert platform.refund(replace(went, through_gateway=False)).amount == Money(6000, "CNY")
    assert len((order["note"] or "").splitlines()) == 1


def test_our_refund_comes_back_with_our_number_and_is_not_counted_again(shopify: Counterpart) -> None:
    order, platform = mugs(shopify), opened(shopify)
    sent(order, at=PLACED)
    platform.refund(refund_of(order, "51.00", lines=one_unit(order, Money(5100, "CNY"))))
    (known,) = taken(platform, order).refunds
    assert (known.reference, known.amount.decimal(), known.lines) == (NUMBER, "51.00", ((line_ids(order)[0], 1),))


def test_a_refund_made_in_shopifys_admin_is_somebody_elses_and_counts(shopify: Counterpart) -> None:
    order = mugs(shopify)
    platform = opened(shopify)
    platform.refund(refund_of(order, "51.00"))
    order["refunds"][0]["note"] = "portal is slow, did it myself"
    found = taken(platform, order)
    assert [refund.reference for refund in found.refunds] == [""]
    assert with_feed_refunds(order_facts(found), found.refunds).order.money_left.decimal() == "60.00"


def test_the_books_say_what_moved_since_and_under_which_number(shopify: Counterpart) -> None:
    order, other, platform = mugs(shopify), mugs(shopify, number="1002"), opened(shopify)
    for at in range(9):
        mugs(shopify, number=f"20{at}")
    platform.refund(refund_of(order, "51.00"))
    platform.refund(refund_of(other, "1.00", number="theirs-9"))
    other["refunds"][0]["note"] = None
    found = {one.number: one for one in platform.refunds_since(PLACED)}
    theirs = f"shopify:{legacy_id(other['transactions'][-1]['id'])}"
    assert {number: one.amount.decimal() for number, one in found.items()} == {NUMBER: "51.00", theirs: "1.00"}
    assert found[NUMBER].payment_reference == taken(platform, order).payments[0].reference
    assert not list(platform.refunds_since(shopify.shop.now() + timedelta(minutes=1)))


@pytest.mark.parametrize("external_id", ["999", "no id", ""])
def test_a_refund_of_an_order_that_is_not_there_is_refused(shopify: Counterpart, external_id: str) -> None:
    order = mugs(shopify)
    assert opened(shopify).refund(refund_of(order, "1.00", external_id=external_id)).outcome == "failed"


def test_a_token_that_may_not_refund_is_told_as_what_it_is(shopify: Counterpart) -> None:
    order = mugs(shopify)
    shopify.shop.scopes = ("read_orders",)
    no = opened(shopify).refund(refund_of(order, "1.00"))
    assert (no.outcome, "write_orders" in no.reason) == ("failed", True)


def test_a_refund_that_is_throttled_waits_and_is_made_once(shopify: Counterpart) -> None:
    order, clock = mugs(shopify), FakeClock()
    shopify.plan("refundCreate", "throttled", "limited")
    assert opened(shopify, clock).refund(refund_of(order, "111.00")).outcome == "succeeded"
    assert (given_back(order), clock.rested > 0) == (Decimal("111.00"), True)
