"""What services may expect of every rail: refunds. A rail's test module gives the fixture `provider` and inherits."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.domain.refunds.book_days import days_ago, days_between
from portal.ports import NoLookUp
from tests.rails.asking import found, lists, named, statement
from tests.rails.counterparts import Counterpart, LateFailing, Spending, later, misbehaving, refund_ask

UNDER_WAY = ("accepted", "pending", "succeeded")


class RefundContract:
    """Money back to a captured payment."""

    @pytest.mark.req("S12", "P3")
    def test_a_refund_is_under_way_first_and_has_succeeded_when_its_time_is_over(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        assert provider.rail.refund(ask).outcome in UNDER_WAY
        later(provider, provider.arrives_in)
        known = found(provider, ask)
        assert (known.outcome, known.amount) == ("succeeded", named(provider, ask.amount))
        assert known.at is None if "details" in provider.lacks else known.at and known.at <= provider.clock.now()
        assert provider.moved(reference) == 1230

    @pytest.mark.req("P3")
    def test_a_number_never_sent_is_unknown(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        assert found(provider, refund_ask(provider, reference)).outcome == "unknown_number"

    @pytest.mark.req("P3")
    def test_the_same_number_never_pays_twice(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference, 400)
        for wait in (timedelta(), provider.arrives_in, timedelta(hours=25), timedelta(days=40)):
            later(provider, wait)
            assert provider.rail.refund(ask).outcome in UNDER_WAY
        assert found(provider, ask).outcome == "succeeded"
        assert provider.moved(reference) == 400

    @pytest.mark.req("P3")
    def test_another_amount_under_the_same_number_moves_nothing_more(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        with suppress(ProviderUnavailable):
            answer = provider.rail.refund(replace(ask, amount=Money(1, "CNY")))
            assert answer.amount in (None, ask.amount)
        later(provider, provider.arrives_in)
        assert found(provider, ask).amount == named(provider, ask.amount)
        assert provider.moved(reference) == 1230

    @pytest.mark.req("P3", "S12")
    def test_several_parts_add_up_to_what_was_captured_and_no_further(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        for number, minor in (("01JR-1", 1230), ("01JS-1", 770)):
            assert provider.rail.refund(refund_ask(provider, reference, minor, number=number)).outcome in UNDER_WAY
            later(provider, max(provider.pause, provider.arrives_in))
        beyond = refund_ask(provider, reference, 1, number="01JT-1")
        answer = provider.rail.refund(beyond)
        assert (answer.outcome, answer.amount) == ("failed", None)
        assert answer.reason
        assert found(provider, beyond).outcome in ("failed", "unknown_number")
        assert provider.moved(reference) == 2000

    @pytest.mark.req("P3")
    def test_payments_are_apart(self, provider: Counterpart) -> None:
        one, other = provider.capture(Money(2000, "CNY")), provider.capture(Money(2000, "CNY"))
        provider.rail.refund(refund_ask(provider, one, 2000))
        again = refund_ask(provider, other, 2000, number="01JS-1", payment_id="p-2")
        assert provider.rail.refund(again).outcome in UNDER_WAY
        later(provider, provider.arrives_in)
        assert (provider.moved(one), provider.moved(other)) == (2000, 2000)

    @pytest.mark.req("P3")
    def test_more_than_was_captured_fails_and_is_in_no_statement(self, provider: Counterpart) -> None:
        since, reference = provider.clock.now(), provider.capture(Money(2000, "CNY"))
        beyond = refund_ask(provider, reference, 2001)
        assert provider.rail.refund(beyond).outcome == "failed"
        later(provider, provider.listed_in)
        assert found(provider, beyond).outcome in ("failed", "unknown_number")
        assert lists(provider, since)
        assert provider.moved(reference) == 0

    @pytest.mark.parametrize("minor", [0, -5])
    def test_nothing_and_less_than_nothing_are_no_refund(self, provider: Counterpart, minor: int) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        assert provider.rail.refund(refund_ask(provider, reference, minor)).outcome == "failed"
        assert provider.moved(reference) == 0

    def test_another_currency_than_was_paid_moves_nothing(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        provider.rail.refund(refund_ask(provider, reference, 1))
        later(provider, max(provider.pause, provider.arrives_in))
        euros = {"number": "01JS-1", "amount": Money(1, "EUR"), "captured": Money(2000, "EUR")}
        assert provider.rail.refund(refund_ask(provider, reference, **euros)).outcome == "failed"
        later(provider, provider.arrives_in)
        assert provider.moved(reference) == 1

    @pytest.mark.req("N7", "P3")
    def test_the_statement_holds_what_was_made_by_hand_and_begins_when_asked(self, provider: Counterpart) -> None:
        """Whoever has none says so, however much there is in its books: nothing is then taken for missing. What was
        made by hand at a shop's platform comes in with its orders."""
        reference, began = provider.capture(Money(2000, "CNY")), provider.clock.now()
        provider.rail.refund(refund_ask(provider, reference))
        later(provider, timedelta(days=2))
        between = provider.clock.now()
        later(provider, timedelta(hours=1))
        by_hand = refund_ask(provider, reference, 100, number="console-7")
        provider.refund_at_console(by_hand)
        later(provider, provider.arrives_in + provider.listed_in)
        assert provider.moved(reference) == 1330
        lines = statement(provider, began)
        if lines is None:
            return
        ours, others = [(1230, "succeeded")], [] if "others" in provider.lacks else [(100, "succeeded")]
        assert [(line.amount.minor, line.outcome) for line in lines] == ours + others
        assert lines[0].number == "01JR-1"
        assert {line.payment_reference for line in lines} == {reference}
        assert lists(provider, between, *([by_hand.amount] if others else []))

    @pytest.mark.req("N7")
    def test_the_statement_of_a_day_is_of_that_day(self, provider: Counterpart) -> None:
        reference, began = provider.capture(Money(2000, "CNY")), provider.clock.now()
        provider.rail.refund(refund_ask(provider, reference))
        later(provider, timedelta(days=2))
        provider.refund_at_console(refund_ask(provider, reference, 100, number="console-7"))
        later(provider, provider.arrives_in + provider.listed_in + timedelta(days=1))
        first, second, third = days_between(days_ago(began, 0), began + timedelta(days=2))
        by_hand = [] if "others" in provider.lacks else [Money(100, "CNY")]
        for span, amounts in ((first, [Money(1230, "CNY")]), (second, []), (third, by_hand)):
            assert lists(provider, span.start, *amounts, until=span.until)


class RefundFaultContract:
    """What goes wrong between two machines."""

    @pytest.mark.req("N7", "P3")
    def test_after_a_timeout_the_same_number_finds_it_and_pays_once(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, "late"), pytest.raises(ProviderUnavailable):
            provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        assert found(provider, ask).outcome in UNDER_WAY
        assert provider.rail.refund(ask).outcome in UNDER_WAY
        later(provider, provider.arrives_in)
        assert found(provider, ask).outcome == "succeeded"
        assert provider.moved(reference) == 1230

    @pytest.mark.req("N7")
    def test_down_is_no_answer_and_nothing_done_until_it_is_over(self, provider: Counterpart) -> None:
        since, reference = provider.clock.now(), provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, "down"):
            with pytest.raises(ProviderUnavailable):
                provider.rail.refund(ask)
            with pytest.raises(NoLookUp if "look_up" in provider.lacks else ProviderUnavailable):
                provider.rail.find_refund(ask)
            with pytest.raises(NoLookUp if "statement" in provider.lacks else ProviderUnavailable):
                tuple(provider.rail.refunds_since(since))
        assert provider.moved(reference) == 0
        later(provider, provider.arrives_in)
        assert found(provider, ask).outcome == "unknown_number"
        assert provider.rail.refund(ask).outcome in UNDER_WAY
        later(provider, provider.arrives_in)
        assert provider.moved(reference) == 1230

    @pytest.mark.req("N7", "P3")
    def test_a_call_that_arrives_twice_pays_once(self, provider: Counterpart) -> None:
        since, reference = provider.clock.now(), provider.capture(Money(2000, "CNY"))
        with misbehaving(provider, "double"):
            assert provider.rail.refund(refund_ask(provider, reference, 900)).outcome in UNDER_WAY
        later(provider, provider.arrives_in + provider.listed_in)
        assert lists(provider, since, Money(900, "CNY"))
        assert provider.moved(reference) == 900

    @pytest.mark.req("N7", "P3")
    def test_a_reply_that_lies_is_not_the_books_and_the_number_pays_when_asked_again(
        self, provider: Counterpart
    ) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, "lying"):
            provider.rail.refund(ask)
            later(provider, provider.arrives_in)
            assert found(provider, ask).outcome == "unknown_number"
        assert provider.moved(reference) == 0
        assert provider.rail.refund(ask).outcome in UNDER_WAY
        later(provider, provider.arrives_in)
        assert found(provider, ask).outcome == "succeeded"
        assert provider.moved(reference) == 1230

    @pytest.mark.req("S12")
    def test_slow_money_is_under_way_until_it_has_moved(self, provider: Counterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, "slow"):
            assert provider.rail.refund(ask).outcome in ("accepted", "pending")
            assert found(provider, ask).outcome in ("accepted", "pending")
        later(provider, max(provider.arrives_in, timedelta(minutes=1)))
        assert found(provider, ask).outcome == "succeeded"
        assert provider.moved(reference) == 1230

    @pytest.mark.req("S12", "P3")
    def test_what_failed_says_why_and_is_tried_again(self, provider: Counterpart) -> None:
        """Under the same number, or under the next where the rail says that the number is spent (T14, T15)."""
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, "no_funds"):
            answer = provider.rail.refund(ask)
            if answer.outcome in UNDER_WAY:
                later(provider, provider.arrives_in)
                answer = found(provider, ask)
            assert answer.outcome == "failed"
            assert answer.reason
        later(provider, max(provider.pause, provider.arrives_in))
        again = provider.rail.refund(replace(ask, failed_with=answer.reason))
        if again.outcome == "number_spent":
            ask = replace(ask, number="01JR-2")
            again = provider.rail.refund(ask)
        assert again.outcome in UNDER_WAY
        later(provider, provider.arrives_in)
        assert found(provider, ask).outcome == "succeeded"
        assert provider.moved(reference) == 1230


class CurrencyContract:
    """For rails that know more than one currency."""

    @pytest.mark.req("P3")
    @pytest.mark.parametrize(("minor", "currency"), [(500, "JPY"), (1_230, "KWD"), (1_230, "EUR")])
    def test_a_currency_has_the_minor_digits_it_has(self, provider: Counterpart, minor: int, currency: str) -> None:
        since, captured = provider.clock.now(), Money(2000, currency)
        reference = provider.capture(captured)
        ask = refund_ask(provider, reference, amount=Money(minor, currency), captured=captured)
        assert provider.rail.refund(ask).outcome in UNDER_WAY
        later(provider, provider.arrives_in + provider.listed_in)
        assert found(provider, ask).amount == named(provider, Money(minor, currency))
        assert lists(provider, since, Money(minor, currency))
        assert provider.moved(reference) == minor


class LateFailureContract:
    """For rails whose refunds may come back from the bank after they succeeded."""

    @pytest.mark.req("S12", "P3")
    def test_what_had_succeeded_may_have_failed_twenty_days_later(self, provider: LateFailing) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        assert found(provider, ask).outcome == "succeeded"
        later(provider, timedelta(days=20))
        provider.fail_later(ask.number)
        known = found(provider, ask)
        assert (known.outcome, provider.moved(reference)) == ("failed", 0)
        assert known.reason


class SpentNumberContract:
    """For rails that close a refund for good, so that only another number can pay."""

    @pytest.mark.req("P3")
    def test_a_number_that_is_spent_says_so_and_the_next_one_pays(self, provider: Spending) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, "slow"):
            provider.rail.refund(ask)
        provider.spend(ask.number)
        later(provider, max(provider.pause, timedelta(minutes=1)))
        said = {provider.rail.find_refund(ask).outcome, provider.rail.refund(ask).outcome}
        assert said <= {"number_spent", "failed"} and "number_spent" in said
        following = replace(ask, number="01JR-2")
        assert provider.rail.refund(following).outcome in UNDER_WAY
        later(provider, provider.arrives_in)
        assert provider.moved(reference) == 1230
