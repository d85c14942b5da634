"""What one person alone may give beyond policy, and what a second person must find unchanged (SECURITY, access)."""

from __future__ import annotations

import pytest

from portal.domain.goodwill.limits import fits_case, limits_of
from portal.domain.money import Money
from portal.domain.shops.profile import ShopLimits

pytestmark = pytest.mark.req("S44")


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def test_unless_a_shop_says_so_nobody_gives_anything_alone() -> None:
    alone = limits_of(ShopLimits(), "CNY")
    assert (alone.case, alone.day) == (cny(0), cny(0))
    assert not fits_case(cny(1), cny(0), alone) and fits_case(cny(0), cny(0), alone)


def test_a_day_is_as_much_as_a_case_unless_said() -> None:
    assert limits_of(ShopLimits(second_person=cny(5000)), "CNY").day == cny(5000)
    assert limits_of(ShopLimits(second_person=cny(5000), second_person_day=cny(20000)), "CNY").day == cny(20000)


def test_what_the_case_was_given_before_counts() -> None:
    alone = limits_of(ShopLimits(second_person=cny(5000)), "CNY")
    assert fits_case(cny(2000), cny(3000), alone) and not fits_case(cny(2001), cny(3000), alone)


def test_limits_say_nothing_of_another_currency() -> None:
    alone = limits_of(ShopLimits(second_person=cny(5000)), "EUR")
    assert (alone.case, alone.day) == (Money(0, "EUR"), Money(0, "EUR"))
