"""What services may expect of every rail that takes payments for fees."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import ProviderUnavailable
from tests.rails.counterparts import CollectingCounterpart, Counterpart, fee_ask, fee_refund_ask, later, misbehaving


class NoFeeContract:
    """For rails that take no payments: certain at once, and nobody is asked for money."""

    @pytest.mark.req("S33")
    def test_no_fee_is_taken_and_that_is_certain(self, provider: Counterpart) -> None:
        since, fee = provider.clock.now(), fee_ask(provider)
        for _ in range(2):
            begun = provider.rail.collect(fee)
            assert (begun.outcome in ("declined", "unavailable"), begun.pay_url, begun.amount) == (True, "", None)
            assert provider.rail.find_payment(fee).outcome == "unknown_number"
        assert tuple(provider.rail.payments_since(since)) == ()


class CollectContract:
    """A fee is taken once, and goes back once."""

    @pytest.mark.req("S33")
    def test_a_payment_is_taken_and_its_number_takes_no_more(self, provider: CollectingCounterpart) -> None:
        since, fee = provider.clock.now(), fee_ask(provider)
        assert provider.rail.find_payment(fee).outcome == "unknown_number"
        for _ in range(3):
            assert provider.rail.collect(fee).outcome in ("pending", "paid")
        provider.pay(fee.number)
        assert provider.rail.collect(fee).outcome == "paid"
        found = provider.rail.find_payment(fee)
        assert (found.outcome, found.amount, provider.taken(fee.number)) == ("paid", fee.amount, 1200)
        later(provider, provider.listed_in)
        listed = [(line.number, line.amount) for line in provider.rail.payments_since(since)]
        assert listed == [(fee.number, fee.amount)]
        assert tuple(provider.rail.payments_since(provider.clock.now() + timedelta(minutes=1))) == ()

    @pytest.mark.req("S33")
    def test_until_the_customer_has_paid_it_is_pending_and_says_where_to_pay(
        self, provider: CollectingCounterpart
    ) -> None:
        fee = fee_ask(provider)
        begun = provider.rail.collect(fee)
        assert begun.outcome == "paid" or begun.pay_url
        found = provider.rail.find_payment(fee)
        assert found.outcome == begun.outcome
        assert provider.taken(fee.number) == (1200 if begun.outcome == "paid" else 0)

    @pytest.mark.req("S33")
    def test_what_nobody_pays_has_ended_after_an_hour_and_takes_nothing_any_more(
        self, provider: CollectingCounterpart
    ) -> None:
        """Whether or not its page was opened: so that another way can be chosen."""
        fee = fee_ask(provider, begun_at=provider.clock.now())
        if provider.rail.collect(fee).outcome == "paid":
            return
        later(provider, timedelta(hours=1, minutes=6))
        known = provider.rail.collect(fee)
        if known.outcome == "pending":
            known = provider.rail.find_payment(fee)
        assert (known.outcome, provider.taken(fee.number)) == ("declined", 0)

    @pytest.mark.req("S33", "P3")
    def test_what_was_taken_goes_back_once_and_no_more_than_that(self, provider: CollectingCounterpart) -> None:
        fee = fee_ask(provider)
        provider.rail.collect(fee)
        provider.pay(fee.number)
        back = fee_refund_ask(fee)
        for _ in range(2):
            provider.rail.refund(back)
        later(provider, max(provider.pause, provider.arrives_in))
        assert provider.rail.find_refund(back).outcome == "succeeded"
        more = replace(fee_refund_ask(fee, 1), number="console")
        assert provider.rail.refund(more).outcome == "failed"
        assert provider.moved(fee.number) == 1200

    @pytest.mark.req("S33", "N7")
    def test_after_a_timeout_the_same_number_finds_the_payment_and_takes_it_once(
        self, provider: CollectingCounterpart
    ) -> None:
        fee = fee_ask(provider)
        with misbehaving(provider, "late"), pytest.raises(ProviderUnavailable):
            provider.rail.collect(fee)
        later(provider, timedelta(seconds=2))
        assert provider.rail.find_payment(fee).outcome in ("pending", "paid")
        provider.rail.collect(fee)
        provider.pay(fee.number)
        assert (provider.rail.find_payment(fee).outcome, provider.taken(fee.number)) == ("paid", 1200)

    @pytest.mark.req("S33", "N7")
    def test_down_takes_nothing(self, provider: CollectingCounterpart) -> None:
        since, fee = provider.clock.now(), fee_ask(provider)
        with misbehaving(provider, "down"):
            with suppress(ProviderUnavailable):
                assert provider.rail.collect(fee).outcome == "unavailable"
            with pytest.raises(ProviderUnavailable):
                provider.rail.find_payment(fee)
            with pytest.raises(ProviderUnavailable):
                tuple(provider.rail.payments_since(since))
        assert provider.rail.find_payment(fee).outcome == "unknown_number"
        assert provider.taken(fee.number) == 0

    @pytest.mark.req("S33", "N7")
    def test_a_reply_that_lies_about_a_payment_is_not_the_books(self, provider: CollectingCounterpart) -> None:
        fee = fee_ask(provider)
        with misbehaving(provider, "lying"):
            provider.rail.collect(fee)
            assert provider.rail.find_payment(fee).outcome == "unknown_number"
        assert provider.taken(fee.number) == 0
        provider.rail.collect(fee)
        provider.pay(fee.number)
        assert (provider.rail.find_payment(fee).outcome, provider.taken(fee.number)) == ("paid", 1200)
