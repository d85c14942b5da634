from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from portal.domain.cases.life_cycle import TRANSITIONS
from portal.domain.codec import canonical, from_plain, to_plain
from portal.domain.orders.card import card_of
from portal.domain.orders.order import Order, parcels_count
from portal.domain.refunds.life_cycle import REFUND_TRANSITIONS, refund_number, seconds_until_retry
from portal.domain.transitions import NoSuchStep, advance
from tests.support.order_facts import NOON, make_line, make_order, orders, parcel


@pytest.mark.req("S3", "S5")
def test_the_state_is_that_of_the_furthest_unit_not_cancelled():
    line = make_line("1", 3, 3000)
    assert make_order(line).state == "paid"
    assert make_order(replace(line, shipped=1)).state == "shipped"
    assert make_order(replace(line, shipped=3, delivered=2)).state == "shipped"
    assert make_order(replace(line, shipped=3, delivered=3)).state == "delivered"
    assert make_order(replace(line, shipped=2, delivered=2, gone=1, cancelled=1)).state == "delivered"
    assert make_order(replace(line, gone=3, cancelled=3)).state == "cancelled"


@pytest.mark.req("S3")
def test_marks_say_what_the_state_does_not():
    line = make_line("1", 3, 3000)
    ship_within = timedelta(hours=48)
    assert make_order(replace(line, shipped=1)).marks(NOON, ship_within) == ("partly_shipped",)
    assert make_order(replace(line, gone=1, cancelled=1)).marks(NOON, ship_within) == ("partly_cancelled",)
    paid = make_order(line)
    back = replace(paid, payments=(replace(paid.payments[0], refunded=3000),))
    assert back.marks(NOON, ship_within) == ("refunded",)
    assert make_order(line, promised_ship_by=NOON - timedelta(days=1)).marks(NOON, ship_within) == ("late",)


def test_a_feed_that_only_names_a_state_means_all_units():
    assert parcels_count("1", 4, "shipped", ()) == (4, 0)
    assert parcels_count("1", 4, "delivered", ()) == (4, 4)
    assert parcels_count("1", 4, "paid", (parcel(("1", 3), delivered=True),)) == (3, 3)


@given(orders(most_lines=4))
def test_facts_are_stored_and_read_back_as_they_were(order):
    assert from_plain(Order, to_plain(order)) == order
    assert canonical(order) == canonical(from_plain(Order, to_plain(order)))


def test_a_card_keeps_three_pictures_however_many_lines_there_are():
    order = make_order(*(make_line(str(n), 1, 100) for n in range(50)))
    card = card_of(order, tuple((f"t{n}", "") for n in range(50)))
    assert (len(card.pictures), card.line_count, card.waiting) == (3, 50, 50)


def test_states_leave_only_by_their_table():
    for table in (*TRANSITIONS.values(), REFUND_TRANSITIONS):
        for steps in table.values():
            assert set(steps.values()) <= set(table)
    with pytest.raises(NoSuchStep):
        advance(REFUND_TRANSITIONS, "planned", "succeed")
    with pytest.raises(NoSuchStep):
        advance(TRANSITIONS["cancel"], "rejected", "stop")


@pytest.mark.req("P3")
def test_a_refund_number_changes_only_with_its_series():
    assert refund_number("01ABC", 1) == "01ABC-1"
    assert refund_number("01ABC", 2) == "01ABC-2"


def test_retries_come_soon_at_first_and_never_stop():
    waits = [seconds_until_retry(n) for n in range(1, 70)]
    assert waits[:4] == [2, 4, 8, 16]
    assert max(waits[:60]) == 60
    assert waits[-1] == 600
