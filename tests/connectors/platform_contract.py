"""What services may expect of every platform. A platform's test module gives the fixture `bench` and inherits."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

import pytest

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
from portal.schemas.order import read_order
from tests.support.fakes import NOON

NUMBER = "01M8P5KAE6EVPTGGG1NWYAM007-1"
ANOTHER = "01M8P5KAE6EVPTGGG1NWYAM007-2"
LOST = ["late", "html"]


class Bench(Protocol):
    """A platform with its counterpart. Orders are of two mugs of 10.00 with 20 % tax and freight of 5.00 with 1.00 tax,
    paid by card: 30.00 EUR."""

    def open(self) -> ShopPlatform:
        """As another worker would: nothing is kept from before."""

    def place(self, *, is_sent: bool = False) -> str:
        """An order is placed, and sent where that is said: its id there."""

    def moved(self, external_id: str) -> Decimal:
        """What the gateway has really paid back."""

    def refund_there(self, external_id: str, amount: str) -> None:
        """Somebody pays back in the platform's own pages."""

    def webhook(self, external_id: str) -> tuple[dict[str, str], bytes]:
        """That the order was changed."""

    def losing(self, kind: str) -> AbstractContextManager[None]:
        """The next that would change something is answered so: `down` (not received), `late`, `html` (done)."""

    def notes(self, external_id: str) -> str:
        """What the people there read."""


def order(bench: Bench, external_id: str) -> ImportedOrder:
    found = bench.open().find_order(external_id)
    assert found is not None and found.problem is None, found
    read = read_order(dict(found.data or {}))
    assert isinstance(read, ImportedOrder), read
    return read


def refund_ask(bench: Bench, external_id: str, amount: str = "12.00", number: str = NUMBER) -> PlatformRefund:
    """Of one mug with its tax, unless another amount is said."""
    placed, money = order(bench, external_id), Money(int(Decimal(amount) * 100), "EUR")
    return PlatformRefund(
        number=number,
        external_id=external_id,
        amount=money,
        payment_reference=placed.payments[0].reference,
        lines=(RefundedLine(line_id=placed.lines[0].id, quantity=1, amount=money),) if amount == "12.00" else (),
    )


@pytest.mark.req("P26")
class PlatformContract:
    """Orders and products in, cancels, refunds, notes and returns out."""

    def test_an_order_comes_to_what_was_paid_for_it(self, bench: Bench) -> None:
        found = order(bench, bench.place())
        assert (found.total.decimal(), found.paid.decimal(), found.status) == ("30.00", "30.00", "paid")
        assert [(line.quantity, line.net) for line in found.lines] == [(2, 2400)]
        assert (found.freight.minor, found.freight_tax.minor) == (500, 100)

    def test_an_order_that_was_sent_has_units_in_parcels_or_a_state_that_says_so(self, bench: Bench) -> None:
        assert order(bench, bench.place(is_sent=True)).status in ("shipped", "delivered", "completed")

    @pytest.mark.parametrize("external_id", ["999999", "", "no id", "1/../2", "1?x=y"])
    def test_an_order_that_is_not_there_is_none(self, bench: Bench, external_id: str) -> None:
        assert bench.open().find_order(external_id) is None

    def test_orders_are_read_to_their_end_by_whoever_has_the_cursor(self, bench: Bench) -> None:
        placed = {bench.place() for _ in range(60)}
        seen, cursor = set(), ""
        for _ in range(20):
            page = bench.open().orders_page(cursor, since=NOON - timedelta(days=400))
            seen |= {one.external_id for one in page.orders}
            cursor = page.cursor
            if not cursor:
                break
        assert (seen, cursor) == (placed, "")

    def test_a_webhook_names_its_order_however_often_it_comes(self, bench: Bench) -> None:
        placed = bench.place()
        headers, body = bench.webhook(placed)
        notices = [bench.open().read_webhook(headers, body) for _ in range(2)]
        assert [(one.about, one.external_id) for one in notices] == [("order", placed)] * 2

    def test_a_webhook_that_was_changed_or_not_signed_is_not_believed(self, bench: Bench) -> None:
        headers, body = bench.webhook(bench.place())
        unsigned = {name: value for name, value in headers.items() if "sig" not in name.lower()}
        unsigned = {name: value for name, value in unsigned.items() if "hmac" not in name.lower()}
        for bad in ((headers, body + b" "), (unsigned, body), (unsigned, b""), (headers, b"\xff\xfe")):
            with pytest.raises(BadWebhook):
                bench.open().read_webhook(*bad)

    def test_a_refund_moves_its_money_once_and_is_found_by_its_number(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        ask = refund_ask(bench, placed)
        assert bench.open().find_refund(ask).outcome == "unknown_number"
        for _ in range(3):
            done = bench.open().refund(ask)
            assert (done.outcome, done.amount, done.reference != "") == ("succeeded", ask.amount, True)
        assert bench.open().find_refund(ask) == done
        assert bench.moved(placed) == Decimal("12.00")

    @pytest.mark.parametrize("kind", LOST)
    def test_a_refund_whose_answer_is_lost_is_unknown_then_found_and_made_once(self, bench: Bench, kind: str) -> None:
        placed = bench.place(is_sent=True)
        ask = refund_ask(bench, placed)
        with bench.losing(kind), pytest.raises(ProviderUnavailable):
            bench.open().refund(ask)
        for _ in range(2):
            assert bench.open().refund(ask).outcome == bench.open().find_refund(ask).outcome == "succeeded"
        assert bench.moved(placed) == Decimal("12.00")

    def test_a_refund_that_never_arrived_is_made_when_it_is_sent_again(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        ask = refund_ask(bench, placed)
        with bench.losing("down"), pytest.raises(ProviderUnavailable):
            bench.open().refund(ask)
        assert bench.moved(placed) == 0
        assert bench.open().refund(ask).outcome == "succeeded"

    def test_more_than_was_paid_is_refused_and_moves_nothing(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        no = bench.open().refund(refund_ask(bench, placed, "30.01"))
        assert (no.outcome, no.reason != "") == ("failed", True)
        assert bench.moved(placed) == 0

    def test_refunds_in_parts_come_to_what_was_paid(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        for number, amount in ((NUMBER, "29.99"), (ANOTHER, "0.01")):
            assert bench.open().refund(refund_ask(bench, placed, amount, number)).outcome == "succeeded"
        assert bench.moved(placed) == Decimal("30.00")

    def test_ours_comes_back_under_our_number_and_theirs_as_theirs(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        bench.open().refund(refund_ask(bench, placed))
        bench.refund_there(placed, "1.00")
        found = {one.reference: one.amount.decimal() for one in order(bench, placed).refunds}
        assert found == {NUMBER: "12.00", "": "1.00"}

    def test_the_books_have_every_refund_since_a_time(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        bench.open().refund(refund_ask(bench, placed))
        bench.refund_there(placed, "1.00")
        platform = bench.open()
        books = list(platform.refunds_since(NOON - timedelta(days=400)))
        assert sorted(one.amount.decimal() for one in books) == ["1.00", "12.00"]
        (ours,) = (one for one in books if one.number == NUMBER)
        assert (ours.amount, ours.outcome) == (Money(1200, "EUR"), "succeeded")
        (theirs,) = (one for one in books if one is not ours)
        assert theirs.number.startswith(f"{platform.name}:")

    def test_money_that_went_another_way_is_noted_once_and_moves_nothing(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        ask = replace(refund_ask(bench, placed, "3.00"), through_gateway=False, reason="by bank transfer")
        for _ in range(2):
            assert bench.open().refund(ask).outcome == "succeeded"
        assert bench.moved(placed) == 0

    def test_an_order_is_cancelled_once_and_its_money_stays_where_it_is(self, bench: Bench) -> None:
        placed = bench.place()
        ask = PlatformCancel(key="AS-cancel-1", external_id=placed, units={}, note="cancelled")
        assert [bench.open().cancel(ask).outcome for _ in range(2)] == ["done", "already"]
        assert (order(bench, placed).status, bench.moved(placed)) == ("cancelled", 0)
        assert bench.open().refund(refund_ask(bench, placed, "30.00")).outcome == "succeeded"
        assert bench.moved(placed) == Decimal("30.00")

    def test_what_was_sent_meanwhile_is_not_cancelled(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        ask = PlatformCancel(key="AS-cancel-1", external_id=placed, units={})
        assert bench.open().cancel(ask).outcome == "refused"
        assert order(bench, placed).status != "cancelled"

    def test_part_of_an_order_is_taken_off_once_and_the_rest_is_still_to_be_sent(self, bench: Bench) -> None:
        placed = bench.place()
        (line,) = order(bench, placed).lines
        ask = PlatformCancel(key="AS-cancel-2", external_id=placed, units={line.id: 1}, note="one less")
        assert [bench.open().cancel(ask).outcome for _ in range(2)] == ["done", "already"]
        after = order(bench, placed)
        assert (after.status, after.refunds, bench.moved(placed)) == ("paid", (), 0)

    def test_a_note_is_read_once_by_the_people_there(self, bench: Bench) -> None:
        placed = bench.place()
        text = "https://after.example/staff/cases/T1"
        ask = PlatformNote(key="AS-note-3", external_id=placed, text=text)
        assert [bench.open().add_note(ask).outcome for _ in range(2)] == ["done", "already"]
        assert bench.notes(placed).count(text) == 1

    def test_goods_that_came_back_are_recorded_once(self, bench: Bench) -> None:
        placed = bench.place(is_sent=True)
        (line,) = order(bench, placed).lines
        units = {line.id: 1}
        ask = PlatformReturn(key="AS-return-4", external_id=placed, units=units, restock=units, note="received")
        assert [bench.open().record_return(ask).outcome for _ in range(2)] == ["done", "already"]

    @pytest.mark.parametrize("kind", ["down", *LOST])
    def test_what_is_told_and_not_answered_is_told_again_and_stands_there_once(self, bench: Bench, kind: str) -> None:
        placed = bench.place()
        ask = PlatformNote(key="AS-note-5", external_id=placed, text="https://after.example/staff/cases/T2")
        with bench.losing(kind), pytest.raises(ProviderUnavailable):
            bench.open().add_note(ask)
        assert bench.open().add_note(ask).outcome in ("done", "already")
        assert bench.notes(placed).count(ask.text) == 1

    def test_an_order_that_is_gone_is_refused_by_name(self, bench: Bench) -> None:
        platform = bench.open()
        answers = [
            platform.cancel(PlatformCancel(key="AS-cancel-6", external_id="999999", units={})),
            platform.add_note(PlatformNote(key="AS-note-6", external_id="999999", text="x")),
            platform.record_return(PlatformReturn(key="AS-return-6", external_id="999999", units={"1": 1}, restock={})),
        ]
        assert {answer.outcome for answer in answers} == {"refused"}
        assert all(answer.reason for answer in answers)

    def test_what_is_sold_has_a_price_and_an_unknown_product_is_none(self, bench: Bench) -> None:
        bench.place()
        platform = bench.open()
        assert all(Decimal(str(one.body["price"])) > 0 for one in platform.products_page("").products)
        assert platform.find_product("999999") == ()

    def test_its_check_ends_well(self, bench: Bench) -> None:
        bench.place()
        assert all(step.is_ok for step in bench.open().check())
