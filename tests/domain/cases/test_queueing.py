"""What puts a case where it stands in the queue: what it is found by, since when it waits, until when it is put off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.cases import steps
from portal.domain.cases.case import Deadline, Parcel, ParcelBack, ParcelThere, Replacement, Submission
from portal.domain.cases.search_keys import is_phone_end, keys_of_order, keys_of_parcels, phone_end
from portal.domain.cases.snoozing import LONGEST, is_snoozed, latest_snooze, may_be_snoozed, snooze_problem
from portal.domain.cases.stuck import MOST_TURNS
from portal.domain.cases.urging import waiting_since
from portal.models.case import HAS_TURNED
from tests.domain.cases.test_progress import OPENED, made
from tests.support.order_facts import make_line, make_order

S42 = pytest.mark.req("S42", "P25")
NOW, HOUR = OPENED + timedelta(hours=1), timedelta(hours=1)


@pytest.mark.req("S42")
@pytest.mark.parametrize(
    ("phone", "end"),
    [("+8613800009013", "9013"), ("138 0000 9013", "9013"), ("13800009013转1", "0131"), ("9013", ""), ("", "")],
)
def test_of_a_phone_no_more_than_its_end_is_a_key(phone: str, end: str) -> None:
    assert phone_end(phone) == end


@pytest.mark.req("S42")
def test_an_order_is_known_by_its_payments_and_the_ends_of_its_phones_each_once() -> None:
    order = make_order(make_line("1", 1, 1000))
    order = replace(order, payments=tuple(replace(one, reference="2026 Pay-1") for one in order.payments * 2))
    assert keys_of_order(order, ["+8613800009013", "13900009013", "x"]) == ("2026pay-1", "9013")
    assert is_phone_end("9013") and not any(map(is_phone_end, ("90130", "901", "９０１３", "9O13")))


@pytest.mark.req("S42")
def test_a_case_is_known_by_every_parcel_that_travels_for_it() -> None:
    there = ParcelThere(carrier="SF", tracking_no="SF 1")
    back = ParcelBack(carrier="SF", tracking_no="SF2", sent_at=OPENED, by="staff:1")
    case = made("return_refund", "sending_back", parcel=Parcel(there=there, back=back))
    assert keys_of_parcels(case) == ("sf1", "sf2")
    assert keys_of_parcels(made("reship", "replacing", replacement=Replacement(tracking_no="SF3"))) == ("sf3",)
    assert keys_of_parcels(made("refund_only", "submitted")) == ()


@S42
def test_a_case_is_put_off_for_some_days_but_never_past_a_deadline_of_the_shop() -> None:
    asked = Deadline("shop_answers_refund", OPENED + timedelta(days=2))
    ours, theirs = made("refund_only", "submitted", deadline=asked), made("return_refund", "awaiting_return")
    assert latest_snooze(ours, NOW) == asked.at and latest_snooze(theirs, NOW) == NOW + LONGEST
    spans = (HOUR, timedelta(0), timedelta(days=3), 2 * LONGEST)
    assert [snooze_problem(ours, NOW + span, NOW) for span in spans] == ["", "past", "past_deadline", "too_long"]
    assert snooze_problem(theirs, NOW + timedelta(days=3), NOW) == ""
    assert not may_be_snoozed(made("refund_only", "completed", closed_at=NOW))


@S42
def test_it_comes_back_at_its_time_and_with_the_next_step() -> None:
    case = made("refund_only", "submitted", snoozed_until=NOW + HOUR)
    assert is_snoozed(case, NOW) and not is_snoozed(case, NOW + HOUR)
    assert steps.more_asked_for(case, by=NOW + HOUR, at=NOW).snoozed_until is None


@S42
def test_what_waits_waits_since_somebody_wrote_or_the_goods_came_or_it_was_asked_for() -> None:
    came = Parcel(received_at=NOW)
    assert waiting_since(made("refund_only", "submitted")) == OPENED
    assert waiting_since(made("return_refund", "received", parcel=came)) == NOW
    assert waiting_since(made("return_refund", "received", parcel=came, unread_since=NOW + HOUR)) == NOW + HOUR


@S42
def test_an_answer_brings_a_case_back_once_more_and_three_times_are_too_many() -> None:
    case = made("refund_only", "needs_info", turns=2)
    deadline = Deadline("shop_answers_refund", NOW + HOUR)
    assert (
        steps.customer_answered(case, deadline, at=NOW).turns == MOST_TURNS == int(HAS_TURNED.removeprefix("turns >= "))
    )
    assert (
        steps.edited(case, Submission(reason="", note="", priority=1, plan=case.plan, deadline=deadline), at=NOW).turns
        == 2
    )
