"""Which rail takes a fee from a customer, and which only gives money back."""

from __future__ import annotations

import pytest

from portal.domain.refunds.rails import name_that_collects

pytestmark = pytest.mark.req("S33", "P14")
SHOP = {"alipay": ("alipay",), "stripe": ("card",), "merchant": ("wechat",)}


@pytest.mark.parametrize(
    ("method", "currency", "sandbox", "name"),
    [
        ("alipay", "CNY", "none", "alipay"),
        ("card", "CNY", "none", "stripe"),
        ("card", "EUR", "none", "stripe"),
        ("alipay", "EUR", "none", ""),
        ("wechat", "CNY", "none", ""),
        ("wechat", "CNY", "alone", ""),
        ("wechat", "CNY", "demo", "sandbox"),
        ("alipay", "EUR", "demo", "sandbox"),
        ("alipay", "CNY", "demo", "alipay"),
    ],
)
def test_a_rail_takes_what_its_provider_takes(method: str, currency: str, sandbox: str, name: str) -> None:
    assert name_that_collects(method, currency, SHOP, sandbox=sandbox) == name


def test_a_shop_without_rails_has_the_sandbox_where_the_installation_may_pretend() -> None:
    assert [name_that_collects("card", "CNY", {}, sandbox=how) for how in ("none", "alone", "demo")] == [
        "",
        "sandbox",
        "sandbox",
    ]
