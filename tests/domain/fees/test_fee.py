"""What withdrawing costs, when it can be done, and the numbers a rail knows it by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal.domain.fees.fee import METHODS, charged_fee, fee_no, next_return_no, payment_no, problem_of, return_no
from portal.domain.fees.fee import withdrawal_fee as cost
from portal.domain.money import Money
from portal.domain.shops.profile import ShopFees
from portal.domain.withdrawing.decide import way_of, why_not
from tests.support.applications import CN, shop_policy

WORTH = Money(30000, "CNY")
OWN = ShopFees(withdrawal_fixed=Money(1200, "CNY"))
PACK = shop_policy(
    '[fees]\nforbidden = ["restocking"]\n[fees.withdrawal]\nhow = "charged"\npercent = "2"\n'
    '[fees.withdrawal.fixed]\nEUR = "3.00"\nCNY = "8.00"'
)
FORBIDDEN = shop_policy('[fees]\nforbidden = ["restocking", "withdrawal"]')
RETURN = {"kind": "return_refund", "reason": "no_reason"}


@pytest.mark.req("S31")
def test_the_shops_own_sum_comes_before_the_packs_and_what_it_does_not_say_is_the_packs() -> None:
    assert cost(WORTH, **RETURN, policy=CN, shop=ShopFees()) is None
    assert cost(WORTH, **RETURN, policy=CN, shop=OWN) == Money(1200, "CNY")
    assert cost(WORTH, **RETURN, policy=PACK, shop=ShopFees()) == Money(800 + 600, "CNY")
    assert cost(WORTH, **RETURN, policy=PACK, shop=OWN) == Money(1200 + 600, "CNY")
    none = ShopFees(withdrawal_fixed=Money(0, "CNY"), withdrawal_percent=Decimal(0))
    assert cost(WORTH, **RETURN, policy=PACK, shop=none) is None


def test_an_order_in_another_currency_pays_what_the_pack_says_of_it() -> None:
    assert cost(Money(10000, "EUR"), **RETURN, policy=PACK, shop=OWN) == Money(300 + 200, "EUR")
    assert cost(Money(10000, "EUR"), **RETURN, policy=CN, shop=OWN) is None


@pytest.mark.req("S31", "N5")
@pytest.mark.parametrize("reason", ["quality", "damaged", "wrong_item", "missing_item", "not_as_described"])
def test_never_for_a_fault_on_a_withdrawal_from_contract_or_where_it_is_forbidden(reason: str) -> None:
    assert cost(WORTH, kind="return_refund", reason=reason, policy=PACK, shop=OWN) is None
    assert cost(WORTH, kind="contract_withdrawal", reason="", policy=PACK, shop=OWN) is None
    assert charged_fee(FORBIDDEN, OWN) is None


@pytest.mark.parametrize("worth", [0, 1, 1199, 1200, 1201])
def test_it_is_never_more_than_the_goods_are_worth(worth: int) -> None:
    fee = cost(Money(worth, "CNY"), **RETURN, policy=CN, shop=OWN)
    assert (fee.minor if fee else 0) == min(worth, 1200)


def test_numbers_say_whose_they_are_and_each_try_has_its_own() -> None:
    fee = fee_no("T20261120ABCDEFGH", 2)
    assert payment_no(fee, 3) == "T20261120ABCDEFGH-F2-3"
    assert next_return_no(return_no(payment_no(fee, 3), 1)) == "T20261120ABCDEFGH-F2-3-R2"
    assert METHODS == ("card", "alipay", "wechat", "cod")


def test_only_what_is_certain_is_a_problem() -> None:
    assert [problem_of(outcome) for outcome in ("paid", "pending", "unknown_number")] == [None, None, None]
    assert problem_of("unavailable") == "provider_down"


@pytest.mark.req("S30", "N10")
@pytest.mark.parametrize(
    ("kind", "state", "way", "why"),
    [
        ("return_refund", "submitted", "free", None),
        ("return_refund", "awaiting_return", "free", None),
        ("return_refund", "in_transit", "goods_under_way", None),
        ("return_refund", "received", None, "goods_received"),
        ("return_refund", "sending_back", None, "goods_coming"),
        ("return_refund", "refunding", None, "money_moving"),
        ("return_refund", "withdrawn", None, "over"),
        ("contract_withdrawal", "awaiting_return", None, "declared"),
        ("contract_withdrawal", "in_transit", None, "declared"),
        ("cancel", "submitted", "free", None),
    ],
)
def test_when_it_can_be_taken_back_and_why_not(kind: str, state: str, way: str | None, why: str | None) -> None:
    assert (way_of(kind, state), why_not(kind, state)) == (way, why)


def test_a_fee_that_is_waited_for_stands_in_the_way_of_another() -> None:
    assert why_not("return_refund", "in_transit", "due") == "fee_open"
    assert why_not("return_refund", "in_transit", "processing") == "fee_confirming"
    assert why_not("return_refund", "in_transit", "voided") is None
