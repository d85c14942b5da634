"""Alipay under the contract of all rails. What is its own stands in test_alipay_rules.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.domain.errors import ProviderUnavailable
from tests.rails.alipay_counterpart import AlipayCounterpart
from tests.rails.contract import RefundContract, RefundFaultContract
from tests.rails.counterparts import fee_ask
from tests.rails.notice_contract import CheckContract, NoticeContract
from tests.rails.payment_contract import CollectContract


@pytest.fixture
def provider() -> Iterator[AlipayCounterpart]:
    provider = AlipayCounterpart()
    yield provider
    provider.server.close()


class TestAlipay(RefundContract, RefundFaultContract, CollectContract, NoticeContract, CheckContract):
    """Alipay knows of a payment once its customer has opened the page, not once we have signed the page's address."""

    @pytest.mark.req("S33")
    def test_until_the_customer_has_paid_it_is_pending_and_says_where_to_pay(self, provider: AlipayCounterpart) -> None:
        fee = fee_ask(provider)
        begun = provider.rail.collect(fee)
        assert (begun.outcome, begun.is_qr) == ("pending", False)
        assert provider.rail.find_payment(fee).outcome == "unknown_number"
        provider.open_page(begun.pay_url)
        assert provider.rail.find_payment(fee).outcome == "pending"
        assert provider.taken(fee.number) == 0

    @pytest.mark.req("S33", "N7")
    def test_after_a_timeout_the_same_number_finds_the_payment_and_takes_it_once(
        self, provider: AlipayCounterpart
    ) -> None:
        fee = fee_ask(provider)
        provider.open_page(provider.rail.collect(fee).pay_url)
        provider.misbehave("hanging")
        with pytest.raises(ProviderUnavailable):
            provider.rail.collect(fee)
        provider.misbehave(None)
        assert provider.rail.find_payment(fee).outcome == "pending"
        provider.pay(fee.number)
        assert (provider.rail.find_payment(fee).outcome, provider.taken(fee.number)) == ("paid", 1200)
