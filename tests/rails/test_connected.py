"""The gateways of shops' platforms under the contract of all rails, and what WooCommerce cannot keep of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.money import Money
from portal.ports import NoLookUp
from tests.rails.contract import (
    CurrencyContract,
    LateFailureContract,
    RefundContract,
    RefundFaultContract,
    SpentNumberContract,
)
from tests.rails.counterparts import Counterpart, later, misbehaving, refund_ask
from tests.rails.payment_contract import NoFeeContract
from tests.rails.shopify_till import ShopifyTill
from tests.rails.woocommerce_till import WooTill

pytestmark = pytest.mark.req("P26")


class TestShopify(
    RefundContract, RefundFaultContract, CurrencyContract, LateFailureContract, SpentNumberContract, NoFeeContract
):
    @pytest.fixture
    def provider(self) -> Iterator[ShopifyTill]:
        found = ShopifyTill()
        yield found
        found.close()


class TestWooCommerce(RefundContract, RefundFaultContract, CurrencyContract, NoFeeContract):
    """It knows no idempotency (decision 75): a request that its own side handles twice pays twice, and a try of which
    nothing is found is never taken for one that was not made."""

    @pytest.fixture
    def provider(self) -> Iterator[WooTill]:
        found = WooTill()
        yield found
        found.close()

    test_a_call_that_arrives_twice_pays_once = None  # type: ignore[assignment]

    def test_a_reply_that_lies_is_not_the_books_and_the_number_pays_when_asked_again(
        self, provider: Counterpart
    ) -> None:
        """Once a person has looked."""
        reference = provider.capture(Money(2000, "CNY"))
        ask = replace(refund_ask(provider, reference), sent_at=provider.clock.now())
        with misbehaving(provider, "lying"):
            provider.rail.refund(ask)
        assert provider.rail.find_refund(ask).outcome == "pending"
        later(provider, timedelta(minutes=10))
        with pytest.raises(NoLookUp) as said:
            provider.rail.find_refund(ask)
        assert (said.value.is_lost, provider.rail.refund(ask).outcome, provider.moved(reference)) == (
            True,
            "pending",
            0,
        )
        assert provider.rail.refund(replace(ask, is_by_hand=True)).outcome == "succeeded"
        assert provider.moved(reference) == 1230
