"""What of a mail is its sender's own, and which numbers it may name (S34)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.inbox.words import LONGEST, numbers_named, own_words

pytestmark = pytest.mark.req("S34")


@pytest.mark.parametrize(
    "quoted",
    [
        "> 您好，已收到",
        "On Mon, 30 Nov 2026 at 10:00, 特派商城 <help@shop.example> wrote:",
        "在 2026年11月30日 10:00，特派商城 写道：",
        "-----原始邮件-----",
        "----- Original Message -----",
        "发件人：特派商城",
        "From: help@shop.example",
        "________________________________",
        "-- ",
        "Sent from my iPhone",
        "发自我的手机",
    ],
)
def test_what_a_mail_quotes_and_its_signature_are_not_its_senders_words(quoted: str) -> None:
    assert own_words(f"杯子碎了。\n\n请退款\r\n\r\n{quoted}\n旧的内容") == "杯子碎了。\n\n请退款"


def test_a_mail_that_begins_with_a_quote_says_nothing() -> None:
    assert own_words("> 您好\n> 再见") == ""


@given(st.text(max_size=3000))
def test_own_words_are_never_longer_than_a_message(text: str) -> None:
    assert len(own_words(text)) <= LONGEST


def test_numbers_are_found_however_they_are_written() -> None:
    found = numbers_named("Re: 订单Ａ－１００１ 退款", "申请号 T20261130ABCD1234，另外 #2002.")
    assert found == ("a-1001", "t20261130abcd1234", "2002")


def test_words_without_a_digit_are_no_numbers() -> None:
    assert numbers_named("hello world, thanks") == ()


@given(st.text(max_size=2000))
def test_a_mail_names_a_bounded_number_of_things(text: str) -> None:
    assert len(numbers_named(text)) <= 60
