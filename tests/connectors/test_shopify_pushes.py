"""What Shopify is told besides refunds: cancels, notes and returns, each once."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import PlatformCancel, PlatformNote, PlatformReturn, PushAnswer
from tests.connectors.shopify_connected import given_back, id_of, line_ids, one_unit, opened, refund_of, taken
from tests.connectors.shopify_counterpart import Counterpart
from tests.connectors.shopify_orders import PLACED, Item, Node, Placed, order_of, sent
from tests.support.fakes import FakeClock

pytestmark = pytest.mark.req("P26")
UNKNOWN = ("down", "late", "html", "torn", "internal")


def pair(shopify: Counterpart, **placed: Any) -> Node:
    """Two of one thing and one of another."""
    return shopify.shop.add(order_of(Placed(items=[Item(quantity=2), Item(sku="S-2")], **placed)))


def cancel_of(order: Node, **more: Any) -> PlatformCancel:
    return PlatformCancel(**{"key": "cancel:1", "external_id": id_of(order), "units": {}, "reason": "x"} | more)


def return_of(order: Node, units: int = 1, fit: int = 1, **more: Any) -> PlatformReturn:
    (first, *_), key = line_ids(order), "return:T1"
    named: dict[str, Any] = {"key": key, "external_id": id_of(order), "units": {first: units}, "restock": {first: fit}}
    return PlatformReturn(**named | more)


def stock(order: Node) -> int:
    return int(order["lineItems"][0]["variant"]["inventoryQuantity"])


def test_a_whole_order_is_cancelled_by_shopifys_job_and_no_money_moves(shopify: Counterpart) -> None:
    order, clock = pair(shopify), FakeClock()
    shopify.shop.cancel_polls = 3
    platform = opened(shopify, clock)
    assert platform.cancel(cancel_of(order)) == PushAnswer(outcome="done")
    assert (order["cancelledAt"] is not None, given_back(order), clock.rested) == (True, 0, 1.0)
    assert platform.cancel(cancel_of(order)) == PushAnswer(outcome="already")
    assert taken(platform, order).status == "cancelled"


def test_after_a_cancel_the_money_goes_back_by_a_refund_of_its_own(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    platform.cancel(cancel_of(order))
    lines = one_unit(order, Money(5900, "CNY"))
    assert platform.refund(refund_of(order, "187.00", lines=lines)).outcome == "succeeded"
    assert order["displayFinancialStatus"] == "REFUNDED"


def test_a_cancel_that_shopify_refuses_says_why(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    sent(order, units={"S-2": 1}, at=PLACED)
    no = platform.cancel(cancel_of(order))
    assert (no.outcome, no.reason) == ("refused", "Cannot cancel an order with fulfillments")
    assert platform.cancel(cancel_of(order, external_id="77")).outcome == "refused"


def test_a_job_that_ends_without_a_cancel_is_refused_and_one_that_runs_on_is_unknown(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    shopify.shop.cancel_polls = -1
    assert platform.cancel(cancel_of(order)).outcome == "refused"
    shopify.shop.cancel_polls = 99
    with pytest.raises(ProviderUnavailable):
        platform.cancel(cancel_of(order))


@pytest.mark.parametrize("kind", UNKNOWN)
def test_a_cancel_whose_answer_got_lost_is_found_done_or_done(shopify: Counterpart, kind: str) -> None:
    order, platform = pair(shopify), opened(shopify)
    shopify.plan("orderCancel", kind)
    with pytest.raises(ProviderUnavailable):
        platform.cancel(cancel_of(order))
    for job in list(shopify.shop.jobs):
        shopify.shop.job(None, id=job)
    assert platform.cancel(cancel_of(order)).outcome in ("done", "already")
    assert order["cancelledAt"] is not None


@pytest.mark.parametrize("kind", ["", *UNKNOWN])
def test_units_of_an_order_are_taken_off_it_once_and_the_rest_stays(shopify: Counterpart, kind: str) -> None:
    order, platform = pair(shopify), opened(shopify)
    ask = cancel_of(order, units={line_ids(order)[0]: 1})
    if kind:
        shopify.plan("refundCreate", kind)
        with pytest.raises(ProviderUnavailable):
            platform.cancel(ask)
    assert platform.cancel(ask).outcome in ("done", "already")
    assert platform.cancel(ask).outcome == "already"
    assert [line["unfulfilledQuantity"] for line in order["lineItems"]] == [1, 1]
    assert (given_back(order), len(order["refunds"]), stock(order)) == (0, 1, 9)


def test_units_that_we_took_off_are_not_counted_again_when_the_order_comes_back(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    platform.cancel(cancel_of(order, units={line_ids(order)[0]: 1}))
    assert taken(platform, order).refunds == ()
    order["refunds"][0]["note"] = "took one off"
    assert [refund.lines for refund in taken(platform, order).refunds] == [((line_ids(order)[0], 1),)]


def test_units_that_were_sent_meanwhile_are_not_taken_off(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    sent(order, units={"S-1": 1}, at=PLACED)
    no = platform.cancel(cancel_of(order, units={line_ids(order)[0]: 2, line_ids(order)[1]: 1}))
    assert (no.outcome, order["refunds"]) == ("refused", [])
    assert platform.cancel(cancel_of(order, units={"5": 1})).outcome == "refused"


def test_a_note_is_added_below_what_stands_there_once(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    order["note"] = "请尽快发货"
    ask = PlatformNote(key="n:1", external_id=id_of(order), text="售后 T1 https://portal.example/staff/cases/T1")
    assert [platform.add_note(ask).outcome for _ in range(2)] == ["done", "already"]
    assert order["note"] == "请尽快发货\n售后 T1 https://portal.example/staff/cases/T1"
    assert order["tags"] == ["售后"]


def test_a_note_that_has_no_room_and_an_order_that_is_gone_are_refused(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    order["note"] = "x" * 4990
    ask = PlatformNote(key="n:1", external_id=id_of(order), text="售后 T1 https://portal.example")
    assert platform.add_note(ask).reason == "the order's note at Shopify is full"
    assert platform.add_note(PlatformNote(key="n:2", external_id="7", text="x")).outcome == "refused"
    shopify.shop.scopes = ("read_orders",)
    order["note"] = None
    assert platform.add_note(ask).outcome == "refused"


def test_goods_that_came_back_are_a_closed_return_and_in_stock_as_far_as_they_are_fit(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    sent(order, units={"S-1": 1}, at=PLACED)
    sent(order, at=PLACED)
    assert [platform.record_return(return_of(order, units=2)).outcome for _ in range(2)] == ["done", "already"]
    (back,) = order["returns"]
    assert (back["status"], stock(order)) == ("CLOSED", 9)
    assert sum(entry["quantity"] for entry in back["returnLineItems"]) == 2


@pytest.mark.parametrize("field", ["returnCreate", "reverseFulfillmentOrderDispose", "returnClose"])
@pytest.mark.parametrize("kind", UNKNOWN)
def test_a_return_that_broke_off_is_finished_and_counted_once(shopify: Counterpart, field: str, kind: str) -> None:
    order, platform = pair(shopify), opened(shopify)
    sent(order, at=PLACED)
    shopify.plan(field, kind)
    with pytest.raises(ProviderUnavailable):
        platform.record_return(return_of(order))
    assert platform.record_return(return_of(order)).outcome in ("done", "already")
    assert ([one["status"] for one in order["returns"]], stock(order)) == (["CLOSED"], 9)


@pytest.mark.parametrize("first", ["refund", "return"])
def test_goods_are_in_stock_once_whether_the_refund_or_the_return_came_first(shopify: Counterpart, first: str) -> None:
    order, platform = pair(shopify), opened(shopify)
    sent(order, at=PLACED)
    ask = refund_of(order, "59.00", lines=one_unit(order, Money(5900, "CNY")), reason="return_refund")
    if first == "refund":
        assert platform.refund(ask).outcome == "succeeded"
        assert platform.record_return(return_of(order, units=1)).outcome in ("done", "already")
    else:
        assert platform.record_return(return_of(order, units=1)).outcome == "done"
        assert platform.refund(ask).outcome == "succeeded"
    assert (stock(order), given_back(order)) == (9, 59)


def test_a_return_of_what_was_never_sent_is_refused(shopify: Counterpart) -> None:
    order, platform = pair(shopify), opened(shopify)
    assert platform.record_return(return_of(order)).outcome == "refused"
    assert platform.record_return(return_of(order, external_id="7")).outcome == "refused"
    assert platform.record_return(return_of(order, external_id="no id")).outcome == "refused"
