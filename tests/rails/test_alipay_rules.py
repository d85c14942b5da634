"""What is Alipay's own: what its answers prove, what its library trips over, its windows, its pages and its bills."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from portal.adapters.rail_alipay import AlipayRail
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import RefundAsk
from portal.ports.payments import BadNotice
from tests.rails.alipay_counterpart import STRANGER, AlipayCounterpart
from tests.rails.counterparts import fee_ask, later, refund_ask
from tests.rails.rail_keys import private_pem, public_pem

PAID = Money(2000, "CNY")


@pytest.fixture
def alipay() -> Iterator[AlipayCounterpart]:
    provider = AlipayCounterpart()
    yield provider
    provider.server.close()


@pytest.fixture
def ask(alipay: AlipayCounterpart) -> RefundAsk:
    return refund_ask(alipay, alipay.capture(PAID))


def sent(alipay: AlipayCounterpart) -> dict[str, str]:
    """The content of the last call."""
    content: dict[str, str] = json.loads(alipay.server.requests[-1].query["biz_content"])
    return content


@pytest.mark.req("P3", "P12")
class TestWhatAnAnswerProves:
    @pytest.mark.parametrize("fault", ["brace", "no_signature", "other_key", "lost_in_html", "system_error"])
    def test_a_refund_that_was_made_is_unknown_whatever_the_answer_looks_like_and_found_later(
        self, alipay: AlipayCounterpart, ask: RefundAsk, fault: str
    ) -> None:
        alipay.misbehave(fault)
        with pytest.raises(ProviderUnavailable):
            alipay.rail.refund(ask)
        alipay.misbehave(None)
        later(alipay, alipay.arrives_in)
        assert alipay.rail.find_refund(ask).outcome == "succeeded"
        assert alipay.moved(ask.payment_reference) == 1230

    @pytest.mark.parametrize("fault", ["html_502", "no_signature", "other_key", "to_another"])
    def test_a_query_that_cannot_be_believed_says_nothing(
        self, alipay: AlipayCounterpart, ask: RefundAsk, fault: str
    ) -> None:
        alipay.rail.refund(ask)
        later(alipay, alipay.arrives_in)
        alipay.misbehave(fault)
        with pytest.raises(ProviderUnavailable):
            alipay.rail.find_refund(ask)

    def test_done_is_what_changed_the_funds_and_a_repeat_that_did_not_is_no_failure(
        self, alipay: AlipayCounterpart, ask: RefundAsk
    ) -> None:
        assert [alipay.rail.refund(ask).outcome for _ in range(2)] == ["succeeded", "accepted"]

    def test_understood_is_not_done(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        alipay.misbehave("slow")
        assert alipay.rail.refund(ask).outcome == "accepted"

    def test_for_ten_seconds_an_empty_answer_proves_nothing(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        alipay.misbehave("down")
        with pytest.raises(ProviderUnavailable):
            alipay.rail.refund(ask)
        alipay.misbehave(None)
        later(alipay, timedelta(seconds=9))
        with pytest.raises(ProviderUnavailable):
            alipay.rail.find_refund(ask)
        later(alipay, timedelta(seconds=1))
        assert alipay.rail.find_refund(ask).outcome == "unknown_number"

    def test_nor_does_it_to_another_process_that_is_told_when_it_was_sent(
        self, alipay: AlipayCounterpart, ask: RefundAsk
    ) -> None:
        other = AlipayRail(alipay.config(), alipay.clock)
        told = replace(ask, sent_at=alipay.clock.now())
        with pytest.raises(ProviderUnavailable):
            other.find_refund(told)
        later(alipay, timedelta(seconds=10))
        assert other.find_refund(told).outcome == "unknown_number"

    def test_the_providers_number_is_kept(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        assert alipay.rail.refund(ask).reference == ask.payment_reference
        later(alipay, alipay.arrives_in)
        found = alipay.rail.find_refund(ask)
        assert (found.reference, found.trace, found.account) == (*[ask.payment_reference] * 2, "支付宝余额")


@pytest.mark.req("P3", "P12")
class TestWhatIsSent:
    def test_no_brace_goes_out(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        assert alipay.rail.refund(replace(ask, order_no="A{1}}")).outcome == "succeeded"
        assert sent(alipay)["refund_reason"] == "售后退款 A(1))"

    @pytest.mark.parametrize(("fen", "yuan"), [(5, "0.05"), (1230, "12.30"), (2000, "20.00")])
    def test_yuan_have_two_decimals(self, alipay: AlipayCounterpart, ask: RefundAsk, fen: int, yuan: str) -> None:
        alipay.rail.refund(replace(ask, amount=Money(fen, "CNY")))
        assert sent(alipay)["refund_amount"] == yuan
        assert alipay.moved(ask.payment_reference) == fen

    def test_a_payment_is_named_by_alipays_number_or_by_the_shops(
        self, alipay: AlipayCounterpart, ask: RefundAsk
    ) -> None:
        own = alipay.server.books.of_reference(ask.payment_reference).out_trade_no
        assert alipay.rail.refund(replace(ask, payment_reference=own)).outcome == "succeeded"
        assert sent(alipay)["out_trade_no"] == own

    @pytest.mark.parametrize("reference", ["pay{1", "", "a b", "支付1", "x" * 65])
    def test_what_can_be_no_payment_of_alipays_is_not_sent(
        self, alipay: AlipayCounterpart, ask: RefundAsk, reference: str
    ) -> None:
        answer = alipay.rail.refund(replace(ask, payment_reference=reference))
        assert (answer.outcome, alipay.calls) == ("failed", 0)
        assert answer.reason

    def test_the_time_is_that_of_shanghai(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        alipay.rail.refund(ask)
        assert alipay.server.requests[-1].query["timestamp"] == "2026-11-20 12:00:00"

    def test_after_its_window_it_fails_with_the_reason(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        later(alipay, timedelta(days=366))
        answer = alipay.rail.refund(ask)
        assert (answer.outcome, answer.reason) == ("failed", "交易已完结，超过可退款期限（ACQ.TRADE_HAS_FINISHED）")

    def test_a_call_ends_after_its_time(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        alipay.server.late_by = 60
        alipay.misbehave("late")
        with pytest.raises(ProviderUnavailable) as told:
            AlipayRail(alipay.config(timeout=1), alipay.clock).refund(ask)
        assert told.value.reason == "timeout"


@pytest.mark.req("S33")
class TestPayingFees:
    def test_a_phone_gets_the_page_for_phones_and_all_come_back(self, alipay: AlipayCounterpart) -> None:
        fee = fee_ask(alipay, return_url="https://shop.example/cases/T1")
        for is_phone, method in ((False, "alipay.trade.page.pay"), (True, "alipay.trade.wap.pay")):
            url = alipay.rail.collect(replace(fee, is_phone=is_phone)).pay_url
            asked = parse_qs(urlsplit(url).query)
            assert asked["method"] == [method]
            assert asked["notify_url"] == ["https://shop.example/callbacks/shop/alipay"]
            assert asked["return_url"] == ["https://shop.example/cases/T1"]
            content = json.loads(asked["biz_content"][0])
            assert (content["total_amount"], content["time_expire"]) == ("12.00", "2026-11-20 12:30:00")

    def test_a_trade_that_closed_unpaid_took_nothing(self, alipay: AlipayCounterpart) -> None:
        fee = fee_ask(alipay)
        alipay.open_page(alipay.rail.collect(fee).pay_url)
        alipay.server.books.of_reference(fee.number).closed = True
        assert alipay.rail.find_payment(fee).outcome == alipay.rail.collect(fee).outcome == "declined"

    def test_a_trade_that_closed_since_all_of_it_was_refunded_was_paid(self, alipay: AlipayCounterpart) -> None:
        fee = fee_ask(alipay)
        alipay.pay(fee.number)
        back = refund_ask(alipay, fee.number, 1200, captured=fee.amount)
        alipay.rail.refund(back)
        assert alipay.rail.find_payment(fee).outcome == "paid"

    def test_the_statement_of_fees_leaves_out_what_customers_paid_for_orders(self, alipay: AlipayCounterpart) -> None:
        began = alipay.clock.now()
        alipay.capture(PAID)
        alipay.pay(fee_ask(alipay).number)
        later(alipay, alipay.listed_in)
        assert [line.amount.minor for line in alipay.rail.payments_since(began)] == [1200]

    @pytest.mark.req("N7")
    def test_a_bill_that_ends_early_is_no_statement(self, alipay: AlipayCounterpart) -> None:
        began = alipay.clock.now()
        alipay.pay(fee_ask(alipay).number)
        later(alipay, alipay.listed_in)
        alipay.misbehave("torn_bill")
        with pytest.raises(ProviderUnavailable):
            list(alipay.rail.payments_since(began))

    @pytest.mark.req("N7")
    def test_a_statement_of_years_asks_for_half_a_year(self, alipay: AlipayCounterpart) -> None:
        list(alipay.rail.refunds_since(alipay.clock.now() - timedelta(days=2000)))
        days = [json.loads(request.query["biz_content"])["bill_date"] for request in alipay.server.requests]
        assert (len(days), days[-1]) == (180, "2026-11-19")


@pytest.mark.req("S12", "N6")
class TestNotices:
    def test_one_of_a_payment_says_how_much_was_paid(self, alipay: AlipayCounterpart) -> None:
        alipay.pay(fee_ask(alipay).number)
        for said in ("12.00", "1.00"):
            notice = alipay.notice_of_payment(fee_ask(alipay).number, total_amount=said)
            read = alipay.rail.read_notice(notice.headers, notice.body)
            assert read and (read.about, read.number, str(read.amount)) == ("payment", fee_ask(alipay).number, said)

    @pytest.mark.parametrize("changed", [{"app_id": "2021000000000002"}, {"notify_time": "gestern"}])
    def test_one_for_another_app_or_without_a_time_is_refused(
        self, alipay: AlipayCounterpart, ask: RefundAsk, changed: dict[str, str]
    ) -> None:
        alipay.rail.refund(ask)
        notice = alipay.notice_of_refund(ask.number, **changed)
        with pytest.raises(BadNotice):
            alipay.rail.read_notice(notice.headers, notice.body)

    def test_a_field_that_comes_twice_is_refused(self, alipay: AlipayCounterpart, ask: RefundAsk) -> None:
        alipay.rail.refund(ask)
        notice = alipay.notice_of_refund(ask.number)
        with pytest.raises(BadNotice, match="a field twice"):
            alipay.rail.read_notice(notice.headers, notice.body + b"&out_biz_no=01JX-1")


@pytest.mark.req("P12", "N6")
class TestSetUp:
    @pytest.mark.parametrize(
        ("wrong", "step", "detail"),
        [
            ({"private_key": "no key"}, "keys", "alipay_keys"),
            ({"private_key": public_pem("alipay app")}, "keys", "alipay_keys"),
            ({"private_key": private_pem(STRANGER)}, "call", "alipay_private_key"),
            ({"app_id": "2021000000000002"}, "call", "alipay_app_id"),
            ({"alipay_public_key": public_pem(STRANGER)}, "signature", "alipay_public_key"),
            ({"gateway": "http://127.0.0.1:9/gateway.do"}, "call", "unreachable"),
        ],
    )
    def test_a_check_ends_at_what_is_wrong(
        self, alipay: AlipayCounterpart, wrong: dict[str, str], step: str, detail: str
    ) -> None:
        last = list(AlipayRail(alipay.config(**wrong), alipay.clock).check())[-1]
        assert (last.name, last.is_ok, last.detail) == (step, False, detail)

    def test_with_a_key_that_is_none_nothing_is_known_and_no_notice_believed(
        self, alipay: AlipayCounterpart, ask: RefundAsk
    ) -> None:
        rail = AlipayRail(alipay.config(alipay_public_key="no key"), alipay.clock)
        alipay.rail.refund(ask)
        notice = alipay.notice_of_refund(ask.number)
        for call in (
            lambda: rail.refund(ask),
            lambda: rail.collect(fee_ask(alipay)),
            lambda: rail.read_notice(notice.headers, notice.body),
        ):
            with pytest.raises((ProviderUnavailable, BadNotice)):
                call()

    @pytest.mark.parametrize("fault", [None, "down", "brace", "no_signature", "other_key", "html_502"])
    def test_no_key_stands_in_a_log_an_error_or_a_value(
        self, alipay: AlipayCounterpart, ask: RefundAsk, caplog: pytest.LogCaptureFixture, fault: str | None
    ) -> None:
        caplog.set_level(logging.DEBUG)
        alipay.misbehave(fault)
        told = [repr(alipay.rail), repr(alipay.config()), *(repr(step) for step in alipay.rail.check())]
        for call in (alipay.rail.refund, alipay.rail.find_refund):
            try:
                told.append(repr(call(ask)))
            except ProviderUnavailable as problem:
                told.append(repr(problem))
        said = caplog.text + "".join(told)
        assert [secret for secret in alipay.secrets() if secret in said] == []
