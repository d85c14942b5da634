"""Stripe's rail under the contract of all rails, and what is Stripe's own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.adapters.rail_stripe import StripeRail
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import BadNotice
from tests.rails.contract import CurrencyContract, LateFailureContract, RefundContract, RefundFaultContract
from tests.rails.counterparts import Notice, fee_ask, fee_refund_ask, later, refund_ask
from tests.rails.notice_contract import CheckContract, DisputeContract, NoticeContract
from tests.rails.payment_contract import CollectContract
from tests.rails.stripe_counterpart import StripeCounterpart


@pytest.fixture
def provider() -> Iterator[StripeCounterpart]:
    found = StripeCounterpart()
    yield found
    found.close()


class TestStripe(
    RefundContract,
    RefundFaultContract,
    CurrencyContract,
    LateFailureContract,
    CollectContract,
    NoticeContract,
    DisputeContract,
    CheckContract,
):
    pass


@pytest.mark.req("P3")
class TestItsRefunds:
    def test_a_payment_may_be_named_by_its_charge(self, provider: StripeCounterpart) -> None:
        intent = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, intent.replace("pi_", "ch_"))
        provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        assert provider.rail.find_refund(ask).outcome == "succeeded"
        assert provider.moved(intent) == 1230

    def test_its_own_id_and_the_banks_number_are_kept(self, provider: StripeCounterpart) -> None:
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
        provider.rail.refund(ask)
        answer = provider.rail.find_refund(ask)
        assert answer.reference == provider.refund(ask.number)["id"]
        assert answer.trace.startswith("7472")

    def test_a_payment_that_stripe_does_not_know_fails_for_certain(self, provider: StripeCounterpart) -> None:
        ask = refund_ask(provider, "pi_of_nobody")
        assert provider.rail.find_refund(ask).outcome == "unknown_number"
        assert provider.rail.refund(ask).outcome == "failed"

    def test_the_number_is_found_on_the_third_page_once_its_key_is_forgotten(self, provider: StripeCounterpart) -> None:
        reference = provider.capture(Money(20_000, "CNY"))
        ask = refund_ask(provider, reference, 5, captured=Money(20_000, "CNY"))
        provider.rail.refund(ask)
        for _ in range(230):
            provider.server.book(provider.server.payments[reference], 1, {})
        later(provider, timedelta(hours=25))
        assert provider.rail.refund(ask).outcome == "succeeded"
        assert provider.moved(reference) == 235
        assert (
            len({line.number for line in provider.rail.refunds_since(provider.clock.now() - timedelta(days=2))}) == 231
        )

    def test_a_refusal_that_stripe_would_only_repeat_spends_the_number(self, provider: StripeCounterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        provider.server.payments[reference]["disputed"] = True
        ask = refund_ask(provider, reference)
        refused = provider.rail.refund(ask)
        assert refused.outcome == "failed" and "charged back" in refused.reason
        provider.server.payments[reference]["disputed"] = False
        assert provider.rail.refund(ask).outcome == "number_spent"
        assert provider.rail.refund(replace(ask, number="01JR-2")).outcome == "pending"

    @pytest.mark.parametrize("fault", ["html_502", "lost_in_html"])
    def test_an_answer_by_a_proxy_leaves_it_unknown(self, provider: StripeCounterpart, fault: str) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        provider.server.fault = fault
        with pytest.raises(ProviderUnavailable) as raised:
            provider.rail.refund(ask)
        assert "<html>" not in str(raised.value)
        provider.server.fault = None
        provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        assert provider.moved(reference) == 1230

    def test_no_call_waits_longer_than_its_time(self, provider: StripeCounterpart) -> None:
        provider.server.late_by = 60
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
        provider.server.fault = "hanging"
        began = time.monotonic()
        with pytest.raises(ProviderUnavailable) as raised:
            StripeRail(replace(provider.config(), timeout=1), provider.clock).find_refund(ask)
        assert raised.value.reason == "APIConnectionError" and time.monotonic() - began < 30

    @pytest.mark.parametrize("minor", [1_231, 999])
    def test_what_stripe_cannot_move_exactly_is_never_sent(self, provider: StripeCounterpart, minor: int) -> None:
        captured = Money(2000, "KWD")
        ask = refund_ask(provider, provider.capture(captured), amount=Money(minor, "KWD"), captured=captured)
        assert provider.rail.refund(ask).outcome == "failed"
        assert provider.calls == 0

    def test_a_wrong_key_leaves_it_unknown_and_names_no_key(self, provider: StripeCounterpart) -> None:
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
        with pytest.raises(ProviderUnavailable) as raised:
            provider.wrong_key_rail().refund(ask)
        assert "sk_" not in str(raised.value) + raised.value.reason
        assert raised.value.__cause__ is None


@pytest.mark.req("S33")
class TestItsFees:
    def test_a_page_that_nobody_paid_on_ends_after_a_day_and_takes_nothing(self, provider: StripeCounterpart) -> None:
        fee = fee_ask(provider)
        assert provider.rail.collect(fee).pay_url.startswith(provider.server.url)
        later(provider, timedelta(hours=24))
        found = provider.rail.find_payment(fee)
        assert (found.outcome, found.pay_url, provider.taken(fee.number)) == ("declined", "", 0)

    def test_a_fee_paid_last_year_is_found_by_its_number_and_goes_back(self, provider: StripeCounterpart) -> None:
        fee = fee_ask(provider)
        provider.rail.collect(fee)
        provider.pay(fee.number)
        later(provider, timedelta(days=365))
        assert provider.rail.find_payment(fee).outcome == "paid"
        assert provider.rail.collect(fee).outcome == "paid"
        provider.rail.refund(fee_refund_ask(fee))
        later(provider, provider.arrives_in)
        assert provider.moved(fee.number) == 1200

    def test_the_notice_of_a_payment_names_its_number(self, provider: StripeCounterpart) -> None:
        fee = fee_ask(provider)
        provider.rail.collect(fee)
        provider.pay(fee.number)
        session = next(iter(provider.server.sessions.values()))
        notice = provider.server.signed("checkout.session.completed", session)
        read = provider.rail.read_notice(notice.headers, notice.body)
        assert read is not None
        assert (read.about, read.number, read.amount) == ("payment", fee.number, fee.amount)


@pytest.mark.req("N6")
class TestItsNotices:
    def test_refunds_and_sessions_of_others_are_nothing_of_ours(self, provider: StripeCounterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        by_hand = provider.server.book(provider.server.payments[reference], 5, {})
        for kind in ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated"):
            notice = provider.server.signed(kind, by_hand)
            assert provider.rail.read_notice(notice.headers, notice.body) is None

    def test_a_dispute_names_payment_and_charge(self, provider: StripeCounterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        notice = provider.notice_of_dispute(reference, "open")
        read = provider.rail.read_notice(notice.headers, notice.body)
        assert read is not None
        assert (read.number, read.other_number) == (reference, reference.replace("pi_", "ch_"))

    @pytest.mark.parametrize(
        "header",
        [
            *("", "t=", "v1=aa", "t=1,v1=", "t=99999999999999999999,v1=aa", "t=١٢٣,v1=aa", "t=-1,v1=aa"),
            *("v1=aa,t=1791000000", "t=1791000000=5,v1=aa", "t=1791000000,v1=é", "t=1,v1=aa" + ",v1=aa" * 900),
        ],
    )
    def test_a_signature_that_is_none_is_refused(self, provider: StripeCounterpart, header: str) -> None:
        with pytest.raises(BadNotice):
            provider.rail.read_notice({"Stripe-Signature": header}, b"{}")

    @pytest.mark.parametrize("body", [b"[]", b"null", b'{"type": 5}', b'{"type": "refund.updated", "data": []}', b"["])
    def test_what_is_signed_and_no_event_is_refused(self, provider: StripeCounterpart, body: bytes) -> None:
        notice = provider.server.signed("x", {})
        good = Notice(notice.headers, notice.body)
        assert provider.rail.read_notice(good.headers, good.body) is None
        again = provider.server.signed_body(body)
        with pytest.raises(BadNotice):
            provider.rail.read_notice(again.headers, again.body)


@pytest.mark.req("P12")
class TestItsCheck:
    def test_a_key_that_may_not_refund_fails_at_that_step(self, provider: StripeCounterpart) -> None:
        provider.server.may_write = False
        steps = list(provider.rail.check())
        assert (steps[-1].name, steps[-1].is_ok) == ("refunds", False)
        assert steps[-1].detail == "stripe_permission"

    def test_callbacks_that_nobody_set_up_fail_last(self, provider: StripeCounterpart) -> None:
        provider.server.endpoints.clear()
        *before, last = provider.rail.check()
        assert all(step.is_ok for step in before)
        assert (last.is_ok, last.detail) == (False, "stripe_callbacks")
