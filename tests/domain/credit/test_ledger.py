"""Credit is spent from what expires first, whole or not at all (P10)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.domain.cases.life_cycle import APPLICATION_TRANSITIONS
from portal.domain.cases.payout import may_choose_payout
from portal.domain.credit.ledger import Lot, balance_of, bonus_of, spend_from
from portal.domain.errors import Conflict
from portal.domain.money import Money
from tests.support.order_facts import NOON

pytestmark = pytest.mark.req("P10")
DAY = timedelta(days=1)
LOTS = (
    Lot(id=1, left=500, expires_at=None),
    Lot(id=2, left=300, expires_at=NOON + 2 * DAY),
    Lot(id=3, left=200, expires_at=NOON + DAY),
    Lot(id=4, left=900, expires_at=NOON),
)


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def test_what_expires_first_goes_first_and_what_never_does_last() -> None:
    assert spend_from(LOTS, cny(600), NOON) == ((3, 200), (2, 300), (1, 100))


def test_what_has_expired_is_neither_counted_nor_spent() -> None:
    balance = balance_of(LOTS, "CNY", NOON)
    assert (balance.amount, balance.next_expiry) == (cny(1000), NOON + DAY)
    with pytest.raises(Conflict):
        spend_from(LOTS, cny(1001), NOON)


@given(some.lists(some.integers(0, 50), max_size=6), some.integers(1, 120))
def test_spending_takes_exactly_that_much_or_nothing(left: list[int], minor: int) -> None:
    lots = [Lot(id=number, left=count, expires_at=None) for number, count in enumerate(left)]
    if minor > sum(left):
        with pytest.raises(Conflict):
            spend_from(lots, cny(minor), NOON)
        return
    parts = spend_from(lots, cny(minor), NOON)
    assert sum(count for _, count in parts) == minor
    assert all(0 < count <= left[number] for number, count in parts)


@pytest.mark.parametrize(("minor", "percent", "bonus"), [(30000, "10", 3000), (5, "10", 1), (4, "10", 0), (9, "0", 0)])
def test_a_bonus_is_rounded_half_up_to_the_minor_unit(minor: int, percent: str, bonus: int) -> None:
    assert bonus_of(cny(minor), Decimal(percent)) == cny(bonus)


def choosing(kind: str = "return_refund", state: str = "awaiting_return", **values: object) -> bool:
    facts: dict[str, object] = {"is_inspected": False, "refund": cny(100), "has_account": True}
    return may_choose_payout(kind=kind, state=state, **(facts | values))  # type: ignore[arg-type]


def test_credit_can_be_chosen_before_money_moves_and_never_for_a_withdrawal_from_contract() -> None:
    states = {state for state in APPLICATION_TRANSITIONS if choosing(state=state)}
    assert states == {"submitted", "needs_info", "offered", "approved", "awaiting_return", "in_transit", "received"}
    assert not choosing("contract_withdrawal") and choosing("cancel", "submitted")
    assert not choosing(has_account=False) and not choosing(refund=cny(0)) and not choosing(is_inspected=True)
