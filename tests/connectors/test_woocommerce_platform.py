"""The adapter of WooCommerce against its counterpart over HTTP: what it reads, and what it does exactly once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.errors import ProviderUnavailable
from portal.domain.intake.imported_order import ImportedOrder
from portal.domain.money import Money
from portal.ports import (
    BadWebhook,
    PlatformCancel,
    PlatformNote,
    PlatformRefund,
    PlatformReturn,
    RefundedLine,
    ShopPlatform,
)
from portal.schemas.connector_files import read_connector
from portal.schemas.order import read_order
from tests.connectors.woocommerce_counterpart import KEY, SECRET, WEBHOOK_SECRET, Woo
from tests.connectors.woocommerce_orders import line, order, simple_product
from tests.support.fakes import NOON, FakeClock

P26 = pytest.mark.req("P26")
NUMBER = "01M8P5KAE6EVPTGGG1NWYAM007-1"


def opened(woo: Woo, clock: FakeClock | None = None, **changes: Any) -> ShopPlatform:
    table = {"url": woo.url, "consumer_key": KEY, "consumer_secret": SECRET, "webhook_secret": WEBHOOK_SECRET}
    platforms = ConnectedPlatforms(clock or FakeClock(), may_be_private=True, read=8.0, whole=16.0)
    return platforms.open(read_connector("woocommerce", table | {"refund": True} | changes))


@pytest.fixture
def platform(woo: Woo) -> ShopPlatform:
    return opened(woo)


def mugs(order_id: int = 11, **more: Any) -> dict[str, Any]:
    """Two mugs of 10.00 with 20 % tax and freight of 5.00 with 1.00 tax: 30.00."""
    return order(order_id, [line(1, "Mug", "10.00", 2, tax=20)], freight="5.00", freight_tax="1.00", **more)


def refund(amount: str = "12.00", **more: Any) -> PlatformRefund:
    money = Money(int(Decimal(amount) * 100), "EUR")
    ask = PlatformRefund(
        number=NUMBER, external_id="11", amount=money, lines=(RefundedLine(line_id="1", quantity=1, amount=money),)
    )
    return replace(ask, **more)


def taken(found: Any) -> ImportedOrder:
    assert found.problem is None, found.problem
    read = read_order(found.data)
    assert isinstance(read, ImportedOrder), read
    return read


@P26
def test_its_check_names_what_is_wrong_with_the_keys(woo: Woo, platform: ShopPlatform) -> None:
    assert [(step.name, step.is_ok) for step in platform.check()] == [
        ("reach", True),
        ("orders", True),
        ("products", True),
    ]
    (first, *_) = opened(woo, consumer_key="ck_other").check()
    assert not first.is_ok and "401" in first.detail and SECRET not in first.detail


@P26
def test_a_webhook_is_believed_by_its_signature_over_the_raw_body(woo: Woo, platform: ShopPlatform) -> None:
    headers, body = woo.webhook("order.updated", mugs())
    notice = platform.read_webhook(headers, body)
    assert (notice.about, notice.external_id, notice.is_deleted) == ("order", "11", False)
    with pytest.raises(BadWebhook):
        platform.read_webhook(headers, body + b" ")
    with pytest.raises(BadWebhook):
        platform.read_webhook({k: v for k, v in headers.items() if k != "X-WC-Webhook-Signature"}, body)
    assert woo.requests == []


@P26
def test_the_unsigned_ping_of_a_new_webhook_is_answered_and_means_nothing(woo: Woo, platform: ShopPlatform) -> None:
    assert (
        platform.read_webhook({"Content-Type": "application/x-www-form-urlencoded"}, b"webhook_id=3").about == "nothing"
    )
    with pytest.raises(BadWebhook):
        platform.read_webhook({}, b"webhook_id=3&id=11")


@P26
def test_what_a_webhook_is_about(woo: Woo, platform: ShopPlatform) -> None:
    for topic, row, about in (
        ("order.deleted", {"id": 11}, ("order", "11", True)),
        ("order.restored", {"id": 11}, ("order", "11", False)),
        ("product.updated", {"id": 12, "parent_id": 9}, ("product", "9", False)),
        ("customer.created", {"id": 7}, ("nothing", "7", False)),
    ):
        notice = platform.read_webhook(*woo.webhook(topic, row))
        assert (notice.about, notice.external_id, notice.is_deleted) == about


@P26
def test_orders_come_by_their_last_change_and_none_is_skipped_when_one_changes_meanwhile(woo: Woo) -> None:
    platform = opened(woo)
    for number in range(1, 121):
        moment = NOON - timedelta(days=2) + timedelta(minutes=number)
        woo.put(order(number, [line(1, "Mug", "10.00")], date_modified_gmt=f"{moment:%Y-%m-%dT%H:%M:%S}"))
    first = platform.orders_page("", since=None)
    assert (len(first.orders), first.total) == (50, 120)
    woo.put(woo.books[3], status="on-hold")
    seen, cursor = [one.external_id for one in first.orders], first.cursor
    while cursor:
        page = platform.orders_page(cursor, since=None)
        seen, cursor = [*seen, *(one.external_id for one in page.orders)], page.cursor
    assert set(seen) == {str(number) for number in range(1, 121)}


@P26
def test_orders_of_one_second_are_read_by_pages(woo: Woo, platform: ShopPlatform) -> None:
    for number in range(1, 131):
        woo.put(order(number, [line(1, "Mug", "10.00")]))
    seen: set[str] = set()
    page = platform.orders_page("", since=datetime(2026, 11, 1, tzinfo=UTC))
    while True:
        seen |= {one.external_id for one in page.orders}
        if not page.cursor:
            break
        page = platform.orders_page(page.cursor, since=None)
    assert len(seen) == 130


@P26
@pytest.mark.parametrize(
    ("row", "total"),
    [
        (mugs(), "30.00"),
        (order(11, [line(1, "Tea", "1200", 3, currency="JPY")], currency="JPY", freight="500"), "4100"),
        (order(11, [line(1, "Gem", "1.500", currency="KWD")], currency="KWD"), "1.500"),
        (mugs(customer_id=0), "30.00"),
        (mugs(fee_lines=[{"name": "Gift wrap", "total": "2.00", "total_tax": "0.40", "taxes": []}]), "32.40"),
    ],
    ids=["tax and freight", "without decimals", "three decimals", "guest", "fee"],
)
def test_orders_of_every_kind_are_read_to_the_unit(woo: Woo, platform: ShopPlatform, row: Any, total: str) -> None:
    woo.put(row)
    found = platform.find_order("11")
    read = taken(found)
    assert (read.total.decimal(), read.paid) == (total, read.total)
    assert read.contact and read.contact.mail == "mia@shop.example"


@P26
def test_what_a_gift_card_paid_is_a_payment_of_its_own(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs(gift_cards=[{"id": 4, "code": "AAAA-BBBB", "amount": "8.00"}]))
    read = taken(platform.find_order("11"))
    assert [(paid.method, paid.captured.decimal()) for paid in read.payments] == [
        ("gift_card", "8.00"),
        ("stripe", "22.00"),
    ]


@P26
def test_a_refund_made_there_takes_its_units_and_one_of_ours_is_known_again(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs())
    woo.refund_by_hand(11, "12.00", lines=[{"id": 1, "quantity": 1, "refund_total": "12.00"}])
    platform.refund(refund("6.00", lines=()))
    theirs, ours = taken(platform.find_order("11")).refunds
    assert (theirs.lines, theirs.amount.decimal(), theirs.reference) == ((("1", 1),), "12.00", "")
    assert (ours.reference, ours.amount.decimal()) == (NUMBER, "6.00")


@P26
def test_an_order_in_the_bin_is_not_there(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs(), status="trash")
    assert platform.find_order("11") is None
    assert platform.find_order("12") is None


@P26
@pytest.mark.parametrize(("completed", "status"), [(None, "cancelled"), ("2026-11-19T09:00:00", "completed")])
def test_an_order_whose_money_is_all_back_was_called_off_unless_it_was_completed(
    woo: Woo, platform: ShopPlatform, completed: str | None, status: str
) -> None:
    woo.put(mugs(), date_completed=completed)
    woo.refund_by_hand(11, "30.00")
    assert taken(platform.find_order("11")).status == status


@P26
@pytest.mark.parametrize("fault", ["down", "html_502", "limited", "hanging"])
def test_what_is_not_known_is_said_so(woo: Woo, fault: str) -> None:
    clock = FakeClock()
    platform = opened(woo, clock)
    woo.put(mugs())
    woo.fault = fault
    with pytest.raises(ProviderUnavailable):
        platform.find_order("11")
    woo.fault = None
    assert platform.find_order("11")


@P26
def test_a_short_limit_is_waited_for(woo: Woo) -> None:
    clock = FakeClock()
    woo.put(mugs())
    woo.fault = "slow"
    assert opened(woo, clock).find_order("11")
    assert clock.rested == pytest.approx(0.05)


@P26
@pytest.mark.req("S12")
def test_a_refund_of_a_line_names_units_money_and_tax(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs())
    answer = platform.refund(refund(freight=Money(0, "EUR")))
    assert (answer.outcome, answer.amount) == ("succeeded", Money(1200, "EUR"))
    (kept,) = woo.refund_books[11]
    (item,) = kept["line_items"]
    assert (item["quantity"], item["total"], item["taxes"]) == (-1, "-10.00", [{"id": 75, "refund_total": "2.00"}])
    assert woo.gateway == [(11, Decimal("12.00"))]


@P26
def test_freight_goes_back_on_the_shipping_line(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs())
    platform.refund(
        refund(
            "18.00",
            lines=(RefundedLine(line_id="1", quantity=1, amount=Money(1200, "EUR")),),
            freight=Money(600, "EUR"),
        )
    )
    sent = [r for r in woo.requests if r.method == "POST"][-1].body.decode()
    assert '"refund_total": "5.00"' in sent and '"refund_total": "1.00"' in sent and '"api_restock": false' in sent


@P26
@pytest.mark.req("S12")
@pytest.mark.parametrize("fault", ["late", "lost_in_html"])
def test_a_refund_whose_answer_was_lost_is_found_and_never_made_twice(
    woo: Woo, platform: ShopPlatform, fault: str
) -> None:
    woo.put(mugs())
    woo.lose_answer_of = ("POST", fault)
    with pytest.raises(ProviderUnavailable):
        platform.refund(refund())
    assert platform.find_refund(refund()).outcome == "succeeded"
    assert platform.refund(refund()).outcome == "succeeded"
    assert woo.gateway == [(11, Decimal("12.00"))]


@P26
@pytest.mark.req("S12")
def test_a_gateway_that_paid_and_went_silent_is_never_asked_again(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs())
    woo.fault = "gateway_silent"
    assert platform.refund(refund()).outcome == "pending"
    woo.fault = None
    assert platform.find_refund(refund()).outcome == "pending"
    assert platform.refund(refund()).outcome == "pending"
    assert woo.gateway == [(11, Decimal("12.00"))]


@P26
def test_a_refusal_before_the_gateway_is_final_and_may_be_tried_again(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs(payment_method="cod"))
    answer = platform.refund(refund())
    assert (answer.outcome, "automatic refunds" in answer.reason) == ("failed", True)
    assert platform.find_refund(refund()).outcome == "failed"
    woo.put(woo.books[11], payment_method="stripe")
    assert platform.refund(refund()).outcome == "succeeded"
    assert platform.refund(refund("50.00", number=NUMBER[:-1] + "2")).outcome == "failed"


@P26
def test_money_that_went_another_way_is_noted_without_the_gateway(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs(payment_method="bacs"))
    assert platform.refund(refund(through_gateway=False)).outcome == "succeeded"
    assert (woo.gateway, len(woo.refund_books[11])) == ([], 1)


@P26
def test_its_books_name_our_refunds_by_our_number_and_theirs_by_their_own(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs())
    platform.refund(refund())
    theirs = woo.refund_by_hand(11, "1.00")
    found = {one.number: one.amount.decimal() for one in platform.refunds_since(NOON - timedelta(days=1))}
    assert found == {NUMBER: "12.00", f"woocommerce:{theirs['id']}": "1.00"}


@P26
def test_a_cancel_is_a_state_there_and_twice_is_once(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs())
    ask = PlatformCancel(key="AS-1", external_id="11", units={}, note="cancelled")
    assert [platform.cancel(ask).outcome, platform.cancel(ask).outcome] == ["done", "already"]
    assert woo.books[11]["status"] == "cancelled" and len(woo.notes[11]) == 1


@P26
def test_what_was_sent_meanwhile_is_not_cancelled(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs(), status="completed")
    answer = platform.cancel(PlatformCancel(key="AS-1", external_id="11", units={}))
    assert (answer.outcome, woo.books[11]["status"]) == ("refused", "completed")


@P26
def test_notes_are_written_once_and_kept_from_the_customer(woo: Woo, platform: ShopPlatform) -> None:
    woo.put(mugs())
    note = PlatformNote(key="AS-2", external_id="11", text="case https://after.example/staff/cases/T1")
    returned = PlatformReturn(key="AS-3", external_id="11", units={"1": 1}, restock={"1": 1}, note="received")
    cut = PlatformCancel(key="AS-4", external_id="11", units={"1": 1}, note="1 unit")
    for _ in range(2):
        platform.add_note(note)
        platform.record_return(returned)
        platform.cancel(cut)
    assert len(woo.notes[11]) == 3 and not any(each["customer_note"] for each in woo.notes[11])
    assert "1 × Mug" in woo.notes[11][1]["note"]
    assert platform.add_note(replace(note, external_id="99")).outcome == "refused"


@P26
def test_products_come_with_their_variations(woo: Woo, platform: ShopPlatform) -> None:
    woo.products[1] = simple_product(1, "MUG", "12.00")
    woo.products[2] = simple_product(2, "", "20.00", type="variable")
    woo.products[3] = simple_product(3, "OLD", "", status="private")
    woo.variations[2] = [
        {
            "id": 21,
            "sku": "TEE-S",
            "price": "20.00",
            "status": "publish",
            "stock_status": "outofstock",
            "attributes": [{"name": "Size", "option": "S"}],
            "image": {"src": "http://insecure.example/a.jpg"},
        }
    ]
    page = platform.products_page("")
    bodies = {one.sku: one.body for one in page.products}
    assert set(bodies) == {"MUG", "TEE-S"} and page.cursor == ""
    assert (bodies["MUG"]["stock"], bodies["MUG"]["on_sale"], bodies["MUG"]["category"]) == (5, True, "Mugs")
    tee = bodies["TEE-S"]
    assert (tee["on_sale"], tee["group"], tee["variant"]) == (False, "2", "Size: S")
    assert tee["image_url"].startswith("https://")
    assert [one.sku for one in platform.find_product("2")] == ["TEE-S"]
    assert platform.find_product("77") == ()
