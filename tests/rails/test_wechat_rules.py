"""What is WeChat Pay's own: what its answers prove, its pauses and windows, states that are not final, its bills."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import RefundAsk
from tests.rails.counterparts import fee_ask, later, refund_ask
from tests.rails.rail_keys import private_pem, public_pem
from tests.rails.wechat_counterpart import NOTIFY_URL, WechatCounterpart
from tests.rails.wechat_server import STRANGER

PAID = Money(2000, "CNY")


@pytest.fixture
def wechat() -> Iterator[WechatCounterpart]:
    provider = WechatCounterpart()
    yield provider
    provider.server.close()


@pytest.fixture
def ask(wechat: WechatCounterpart) -> RefundAsk:
    return refund_ask(wechat, wechat.capture(PAID))


@pytest.mark.req("P3", "P12")
class TestWhatAnAnswerProves:
    @pytest.mark.parametrize(
        "fault", ["no_signature", "other_key", "unknown_serial", "lost_in_html", "system_error", "late"]
    )
    def test_a_refund_that_was_made_is_unknown_whatever_the_answer_looks_like_and_found_later(
        self, wechat: WechatCounterpart, ask: RefundAsk, fault: str
    ) -> None:
        wechat.misbehave(fault)
        with pytest.raises(ProviderUnavailable):
            wechat.rail.refund(ask)
        wechat.misbehave(None)
        later(wechat, wechat.arrives_in)
        assert wechat.rail.find_refund(ask).outcome == "succeeded"
        assert wechat.moved(ask.payment_reference) == 1230

    @pytest.mark.parametrize("fault", ["no_signature", "other_key", "unknown_serial", "html_502"])
    def test_a_query_that_cannot_be_believed_says_nothing(
        self, wechat: WechatCounterpart, ask: RefundAsk, fault: str
    ) -> None:
        wechat.rail.refund(ask)
        later(wechat, wechat.arrives_in)
        wechat.misbehave(fault)
        with pytest.raises(ProviderUnavailable):
            wechat.rail.find_refund(ask)

    def test_an_answer_under_the_old_certificate_is_still_verified(
        self, wechat: WechatCounterpart, ask: RefundAsk
    ) -> None:
        wechat.misbehave("old_certificate")
        assert wechat.rail.refund(ask).outcome == "accepted"

    def test_the_reply_to_the_call_is_accepted_at_most(self, wechat: WechatCounterpart, ask: RefundAsk) -> None:
        wechat.misbehave("lying")
        assert wechat.rail.refund(ask).outcome == "accepted"

    def test_the_providers_number_and_the_account_are_kept(self, wechat: WechatCounterpart, ask: RefundAsk) -> None:
        sent = wechat.rail.refund(ask)
        later(wechat, wechat.arrives_in)
        found = wechat.rail.find_refund(ask)
        assert sent.reference == found.reference == found.trace != ""
        assert found.account == "招商银行信用卡0403"

    def test_a_call_ends_after_its_time(self, wechat: WechatCounterpart, ask: RefundAsk) -> None:
        wechat.server.late_by = 60
        wechat.misbehave("hanging")
        with pytest.raises(ProviderUnavailable) as told:
            wechat.rail_of(timeout=1).refund(ask)
        assert told.value.reason == "timeout"


@pytest.mark.req("P3", "S12")
class TestPausesWindowsAndStates:
    def test_two_refunds_of_a_payment_are_a_minute_apart_and_the_second_is_not_lost(
        self, wechat: WechatCounterpart, ask: RefundAsk
    ) -> None:
        wechat.rail.refund(ask)
        second = replace(ask, number="01JS-1", amount=Money(770, "CNY"))
        later(wechat, timedelta(seconds=59))
        with pytest.raises(ProviderUnavailable) as told:
            wechat.rail.refund(second)
        assert told.value.reason == "FREQUENCY_LIMITED"
        assert wechat.rail.find_refund(second).outcome == "unknown_number"
        later(wechat, timedelta(seconds=1))
        assert wechat.rail.refund(second).outcome == "accepted"
        later(wechat, wechat.arrives_in)
        assert wechat.moved(ask.payment_reference) == 2000

    def test_the_fifty_first_part_fails_with_the_reason(self, wechat: WechatCounterpart, ask: RefundAsk) -> None:
        for count in range(50):
            part = replace(ask, number=f"01J{count}-1", amount=Money(1, "CNY"))
            assert wechat.rail.refund(part).outcome == "accepted"
            later(wechat, wechat.pause)
        answer = wechat.rail.refund(ask)
        assert (answer.outcome, answer.reason) == ("failed", "一笔订单最多退款50次（INVALID_REQUEST）")
        assert wechat.moved(ask.payment_reference) == 50

    def test_after_its_window_it_fails_with_the_reason(self, wechat: WechatCounterpart, ask: RefundAsk) -> None:
        later(wechat, timedelta(days=366))
        answer = wechat.rail.refund(ask)
        assert (answer.outcome, answer.reason) == ("failed", "订单已经超过可退款的最大期限（TRADE_OVERDUE）")

    def test_parked_money_has_failed_until_staff_have_acted(self, wechat: WechatCounterpart, ask: RefundAsk) -> None:
        wechat.misbehave("abnormal")
        for answer in (wechat.rail.refund(ask), wechat.rail.find_refund(ask)):
            assert answer.outcome == "failed"
            assert "商户平台" in answer.reason and answer.reference
        found = wechat.server.books.refund_of(ask.number)
        assert found
        found[1].state = ""
        later(wechat, wechat.arrives_in)
        assert wechat.rail.find_refund(ask).outcome == "succeeded"

    def test_a_payment_is_named_by_wechats_number_or_by_the_shops(
        self, wechat: WechatCounterpart, ask: RefundAsk
    ) -> None:
        own = wechat.server.books.of_reference(ask.payment_reference).out_trade_no
        assert wechat.rail.refund(replace(ask, payment_reference=own)).outcome == "accepted"

    def test_what_was_captured_is_sent_along_and_must_be_the_orders(
        self, wechat: WechatCounterpart, ask: RefundAsk
    ) -> None:
        answer = wechat.rail.refund(replace(ask, captured=Money(1999, "CNY")))
        assert (answer.outcome, answer.reason) == ("failed", "订单金额不正确（PARAM_ERROR）")


@pytest.mark.req("S33")
class TestPayingFees:
    def test_a_phone_whose_address_is_known_gets_a_page_and_comes_back(self, wechat: WechatCounterpart) -> None:
        phone = fee_ask(wechat, is_phone=True, payer_ip="203.0.113.9", return_url="https://shop.example/cases/T1?a=1")
        answer = wechat.rail.collect(phone)
        assert (answer.outcome, answer.is_qr) == ("pending", False)
        assert answer.pay_url.endswith("&redirect_url=https%3A%2F%2Fshop.example%2Fcases%2FT1%3Fa%3D1")

    def test_without_h5_or_after_a_qr_code_it_gets_the_qr_code(self, wechat: WechatCounterpart) -> None:
        fee = fee_ask(wechat)
        assert wechat.rail.collect(fee).is_qr
        assert wechat.rail.collect(replace(fee, is_phone=True, payer_ip="203.0.113.9")).is_qr
        wechat.server.has_h5 = False
        other = replace(fee, number="T20261120ABCDEFGH-F1-2", is_phone=True, payer_ip="203.0.113.9")
        assert wechat.rail.collect(other).is_qr

    @pytest.mark.parametrize(("url", "told"), [(NOTIFY_URL, NOTIFY_URL), ("http://127.0.0.1:8000/callbacks", None)])
    def test_a_refund_is_called_back_where_there_is_tls_and_does_without_it(
        self, wechat: WechatCounterpart, ask: RefundAsk, url: str, told: str | None
    ) -> None:
        assert wechat.rail_of(notify_url=url).refund(ask).outcome == "accepted"
        assert json.loads(wechat.server.requests[-1].body).get("notify_url") == told

    def test_a_fee_is_not_begun_without_an_address_to_call_back(self, wechat: WechatCounterpart) -> None:
        assert wechat.rail_of(notify_url="").collect(fee_ask(wechat)).outcome == "unavailable"
        wechat.rail.collect(fee_ask(wechat))
        assert json.loads(wechat.server.requests[-1].body)["notify_url"] == NOTIFY_URL

    def test_an_order_that_was_closed_took_nothing(self, wechat: WechatCounterpart) -> None:
        fee = fee_ask(wechat)
        wechat.rail.collect(fee)
        wechat.server.books.of_reference(fee.number).closed = True
        assert wechat.rail.collect(fee).outcome == wechat.rail.find_payment(fee).outcome == "declined"

    def test_what_was_refunded_since_was_paid(self, wechat: WechatCounterpart) -> None:
        fee = fee_ask(wechat)
        wechat.rail.collect(fee)
        wechat.pay(fee.number)
        wechat.rail.refund(refund_ask(wechat, fee.number, 1200, captured=fee.amount))
        assert wechat.rail.find_payment(fee).outcome == "paid"


@pytest.mark.req("N7")
class TestBills:
    def test_the_statement_of_fees_leaves_out_what_customers_paid_for_orders(self, wechat: WechatCounterpart) -> None:
        began = wechat.clock.now()
        wechat.capture(PAID)
        wechat.rail.collect(fee_ask(wechat))
        wechat.pay(fee_ask(wechat).number)
        later(wechat, wechat.listed_in)
        assert [line.amount.minor for line in wechat.rail.payments_since(began)] == [1200]

    @pytest.mark.parametrize("fault", ["torn_bill", "other_bill", "no_signature"])
    def test_a_bill_that_ends_early_or_is_another_one_is_no_statement(
        self, wechat: WechatCounterpart, ask: RefundAsk, fault: str
    ) -> None:
        began = wechat.clock.now()
        wechat.rail.refund(ask)
        later(wechat, wechat.listed_in)
        wechat.misbehave(fault)
        with pytest.raises(ProviderUnavailable):
            list(wechat.rail.refunds_since(began))


@pytest.mark.req("P12", "N6")
class TestSetUp:
    @pytest.mark.parametrize(
        ("wrong", "step", "detail"),
        [
            ({"private_key": "no key"}, "keys", "wechat_keys"),
            ({"certificates": ("no certificate",)}, "keys", "wechat_keys"),
            ({"private_key": private_pem(STRANGER)}, "call", "wechat_private_key"),
            ({"serial_no": "0123456789ABCDEF"}, "call", "wechat_private_key"),
            ({"public_key": public_pem(STRANGER)}, "signature", "wechat_public_key"),
            ({"gateway": "http://127.0.0.1:9"}, "call", "unreachable"),
        ],
    )
    def test_a_check_ends_at_what_is_wrong(
        self, wechat: WechatCounterpart, wrong: dict[str, str], step: str, detail: str
    ) -> None:
        last = list(wechat.rail_of(**wrong).check())[-1]
        assert (last.name, last.is_ok, last.detail) == (step, False, detail)

    def test_without_a_right_to_complaints_yesterdays_bill_proves_the_signature(
        self, wechat: WechatCounterpart
    ) -> None:
        wechat.server.has_complaints = False
        assert list(wechat.rail.check())[-1].detail == "wechat_permission"
        wechat.capture(PAID)
        later(wechat, wechat.listed_in)
        assert all(step.is_ok for step in wechat.rail.check())

    @pytest.mark.parametrize("fault", [None, "down", "no_signature", "other_key", "html_502"])
    def test_no_key_stands_in_a_log_an_error_or_a_value(
        self, wechat: WechatCounterpart, ask: RefundAsk, caplog: pytest.LogCaptureFixture, fault: str | None
    ) -> None:
        caplog.set_level(logging.DEBUG)
        wechat.misbehave(fault)
        told = [repr(wechat.rail), repr(wechat.config()), *(repr(step) for step in wechat.rail.check())]
        for call in (wechat.rail.refund, wechat.rail.find_refund):
            try:
                told.append(repr(call(ask)))
            except ProviderUnavailable as problem:
                told.append(repr(problem))
        said = caplog.text + "".join(told)
        assert [secret for secret in wechat.secrets() if secret in said] == []
