"""A refund's four dots: what is said of money is never more than the rail has said (WORDS rule 6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.domain.money import Money
from portal.domain.refunds.dots import refund_dots
from portal.domain.refunds.life_cycle import REFUND_TRANSITIONS, is_quote_number, quote_number
from portal.domain.refunds.refund import Refund

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def made(state: Any) -> Refund:
    times = {"submitted": 1, "pending": 2, "failed": 3, "succeeded": 3}
    reached = times.get(state, 0)
    return Refund(
        id=1,
        refund_id="01J8ZZZZZZZZZZZZZZZZ8M2K41",
        number="01J8ZZZZZZZZZZZZZZZZ8M2K41-1",
        series=1,
        order_id=1,
        case_id=1,
        payment_row_id=1,
        amount=Money(20000, "CNY"),
        method="alipay",
        state=state,
        created_at=NOON,
        submitted_at=NOON + HOUR if reached >= 1 else None,
        pending_at=NOON + 2 * HOUR if reached >= 2 else None,
        failed_at=NOON + 3 * HOUR if state == "failed" else None,
        settled_at=NOON + 3 * HOUR if state == "succeeded" else None,
        arrival_to=date(2026, 12, 3),
    )


@pytest.mark.parametrize("is_wallet", [True, False])
@pytest.mark.parametrize("state", list(REFUND_TRANSITIONS))
def test_there_are_four_and_the_last_is_reached_only_where_the_rail_can_know_it(state: str, is_wallet: bool) -> None:
    dots = refund_dots(made(state), is_wallet=is_wallet)
    assert [dot.code for dot in dots][:2] == ["agreed", "submitted"] and len(dots) == 4
    assert (dots[-1].standing == "past") is (state == "succeeded" and is_wallet)
    assert sum(dot.standing in ("now", "fault") for dot in dots) == (0 if state == "succeeded" and is_wallet else 1)
    assert all(dot.at for dot in dots if dot.standing in ("past", "fault"))


def test_of_a_bank_is_said_that_the_money_has_left_and_until_when_it_is_expected() -> None:
    dots = refund_dots(made("succeeded"), is_wallet=False)
    assert [(dot.code, dot.standing) for dot in dots[2:]] == [("sent", "past"), ("at_bank", "now")]
    assert dots[-1].until == date(2026, 12, 3)


def test_one_that_did_not_go_through_stands_at_the_third() -> None:
    dots = refund_dots(made("failed"), is_wallet=True)
    assert [dot.standing for dot in dots] == ["past", "past", "fault", "next"]


def test_the_number_to_quote_is_two_letters_and_the_end_of_the_id() -> None:
    assert quote_number(made("planned").refund_id) == "RF8M2K41"
    assert is_quote_number("RF8M2K41")
    assert not any(map(is_quote_number, ("RF8M2K4", "RF8M2K411", "RF8M2KIL", "rf8m2k41", "TP20260001")))
