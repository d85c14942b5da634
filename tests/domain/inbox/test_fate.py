"""What becomes of a mail (S34): joins, asks, waits for staff, or is put down."""

from __future__ import annotations

import pytest

from portal.domain.inbox.mail import Asks, Drops, Joins, NamedOrder, ReceivedMail, Waits, fate_of

pytestmark = pytest.mark.req("S34")
MINE = NamedOrder(order_no="A-1", customer_id=3, is_theirs=True)
WITH_CASE = NamedOrder(order_no="A-1", customer_id=3, is_theirs=True, case_no="T1")
NAMED_CASE = NamedOrder(order_no="A-2", customer_id=3, is_theirs=True, case_no="T2", is_case_named=True)
OTHERS = NamedOrder(order_no="B-1", customer_id=4, is_theirs=False, case_no="T9", is_case_named=True)


def mail(**said: object) -> ReceivedMail:
    whole = {"key": "k", "sender": "a@example.com", "recipients": (), "subject": "退款", "text": "杯子碎了"}
    return ReceivedMail(**{**whole, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("named", "theirs", "fate"),
    [
        ([WITH_CASE], [], Joins(WITH_CASE)),
        ([MINE], [], Asks(MINE)),
        ([MINE, NAMED_CASE], [], Joins(NAMED_CASE)),
        ([OTHERS], [], Waits("stranger")),
        ([OTHERS, WITH_CASE], [], Joins(WITH_CASE)),
        ([MINE, WITH_CASE], [], Waits("several")),
        ([], [WITH_CASE], Joins(WITH_CASE)),
        ([], [WITH_CASE, NAMED_CASE], Waits("several")),
        ([], [], Waits("no_number")),
    ],
)
def test_a_mail_joins_what_is_its_senders_and_nothing_else(
    named: list[NamedOrder], theirs: list[NamedOrder], fate: object
) -> None:
    assert fate_of(mail(), "杯子碎了", named, theirs) == fate


@pytest.mark.parametrize("named", [[], [WITH_CASE], [OTHERS]])
def test_what_a_machine_wrote_is_never_taken_for_a_customer(named: list[NamedOrder]) -> None:
    assert fate_of(mail(is_automatic=True), "不在办公室", named, []) == Drops()


def test_a_mail_without_words_or_files_waits_for_staff() -> None:
    assert fate_of(mail(), "", [WITH_CASE], []) == Waits("empty")


def test_a_mail_too_large_to_be_read_waits_for_staff() -> None:
    assert fate_of(mail(is_too_large=True), "", [WITH_CASE], []) == Waits("too_large")


def test_a_mail_that_cannot_be_read_waits_for_staff_whoever_wrote_it() -> None:
    assert fate_of(mail(is_unreadable=True), "", [], [WITH_CASE]) == Waits("unreadable")
