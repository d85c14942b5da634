"""The merchant rail under the contract of all rails, and what is its own: with an address to be asked at and without,
answered at once and by a result later."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.adapters.rail_merchant import MerchantRail
from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import NoLookUp
from tests.rails.contract import CurrencyContract, LateFailureContract, RefundContract, RefundFaultContract
from tests.rails.counterparts import later, misbehaving, refund_ask
from tests.rails.merchant_counterpart import MerchantCounterpart
from tests.rails.notice_contract import CheckContract, NoNoticeContract
from tests.rails.payment_contract import NoFeeContract


@pytest.fixture(params=["at_once", "later"])
def provider(request: pytest.FixtureRequest) -> Iterator[MerchantCounterpart]:
    """Of a class whose `look_up` says whether it can be asked."""
    found = MerchantCounterpart(look_up=getattr(request.cls, "look_up", True), answers=request.param)
    yield found
    found.close()


class TestMerchant(
    RefundContract,
    RefundFaultContract,
    CurrencyContract,
    LateFailureContract,
    NoFeeContract,
    NoNoticeContract,
    CheckContract,
):
    look_up = True


class TestMerchantWithoutLookUp(
    RefundContract,
    RefundFaultContract,
    CurrencyContract,
    LateFailureContract,
    NoFeeContract,
    NoNoticeContract,
    CheckContract,
):
    look_up = False


@pytest.mark.req("P3", "P14", "N7")
class TestItsRefunds:
    def test_its_own_id_and_trace_are_kept_from_its_answer(self, provider: MerchantCounterpart) -> None:
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
        provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        found = provider.rail.find_refund(ask)
        assert (found.reference, found.trace) == ("own-2", "TRown-2")

    def test_a_number_that_has_failed_is_spent_and_nobody_is_asked_about_it(
        self, provider: MerchantCounterpart
    ) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, "no_funds"):
            refused = provider.rail.refund(ask)
        calls = provider.calls
        assert provider.rail.refund(replace(ask, failed_with=refused.reason)).outcome == "number_spent"
        assert provider.calls == calls
        assert provider.rail.refund(ask).outcome == "failed"

    @pytest.mark.parametrize("fault", ["html_502", "lost_in_html", "no_state", "no_json", "forbids"])
    def test_an_answer_that_says_nothing_certain_leaves_it_unknown(
        self, provider: MerchantCounterpart, fault: str
    ) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        ask = refund_ask(provider, reference)
        with misbehaving(provider, fault), pytest.raises(ProviderUnavailable) as raised:  # type: ignore[arg-type]
            provider.rail.refund(ask)
        assert "<html>" not in str(raised.value)
        provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        assert provider.moved(reference) == 1230

    def test_a_message_without_its_signature_is_refused_and_moves_nothing(self, provider: MerchantCounterpart) -> None:
        reference = provider.capture(Money(2000, "CNY"))
        with pytest.raises(ProviderUnavailable):
            provider.wrong_key_rail().refund(refund_ask(provider, reference))
        assert (provider.server.unsigned, provider.moved(reference)) == (1, 0)

    def test_what_never_left_is_known_to_have_never_left(self, provider: MerchantCounterpart) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
        rail = MerchantRail(provider.config(url=nobody), provider.clock, may_be_private=True)
        assert rail.refund(refund_ask(provider, "OWN-1")).outcome == "unknown_number"

    def test_an_answer_that_names_an_amount_says_what_it_moved(self, provider: MerchantCounterpart) -> None:
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
        with misbehaving(provider, "other_amount"):  # type: ignore[arg-type]
            assert provider.rail.find_refund(ask).outcome == "unknown_number"
            assert provider.rail.refund(ask).amount == provider.rail.find_refund(ask).amount == Money(1229, "CNY")

    def test_a_number_is_looked_up_as_it_is_whatever_stands_in_it(self, provider: MerchantCounterpart) -> None:
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")), number="01JR/../1?x=%2F")
        assert provider.rail.find_refund(ask).outcome == "unknown_number"
        provider.rail.refund(ask)
        later(provider, provider.arrives_in)
        assert provider.rail.find_refund(ask).outcome == "succeeded"

    def test_the_same_number_is_the_same_message_but_for_its_time(self, provider: MerchantCounterpart) -> None:
        ask = refund_ask(provider, provider.capture(Money(2000, "CNY")))
        for _ in range(2):
            provider.rail.refund(ask)
            later(provider, timedelta(minutes=4))
        first, second = provider.server.requests
        assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
        assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
        assert json.loads(first.body)["data"].keys() == {
            *("refund", "order", "payment", "reference", "amount", "currency", "reason")
        }

    def test_without_an_address_nobody_is_asked(self, provider: MerchantCounterpart) -> None:
        rail = MerchantRail(provider.config(query_url=""), provider.clock, may_be_private=True)
        for ask in (
            lambda: rail.find_refund(refund_ask(provider, "OWN-1")),
            lambda: rail.refunds_since(provider.clock.now()),
        ):
            with pytest.raises(NoLookUp):
                ask()
        assert provider.calls == 0


@pytest.mark.req("P12")
class TestItsCheck:
    def test_a_system_that_takes_whatever_comes_fails_at_that_step(self, provider: MerchantCounterpart) -> None:
        provider.server._is_signed = lambda request: True  # type: ignore[method-assign]
        *_, last = provider.rail.check()
        assert (last.name, last.is_ok) == ("wrong signature refused", False)
        assert "does not verify the signature" in last.detail
