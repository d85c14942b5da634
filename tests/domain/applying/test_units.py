"""Which units an application may name: not those of another one, nor those that are gone."""

import pytest

from portal.domain.applying.units import Claim
from portal.domain.orders import effects
from tests.domain.applying.test_decide import refused, review
from tests.support.applications import (
    OPEN,
    allowed,
    bought,
    decide,
    sent,
)
from tests.support.order_facts import make_line, make_order


def test_t23_units_in_another_case_are_led_to_it_and_the_others_can_be_applied_for():
    order = bought(make_line("1", 3, 3000))
    case = Claim(case_no="T20261118AAAAAAAA", kind="return_refund", reason="quality", units=(("1", 2),))
    order = effects.claimed(order, case.units)
    no = refused(decide(order, units=(("1", 2),), claims=(case,)), "SHOP-6", why="already_asked")
    assert no.facts["case_no"] == case.case_no and no.facts["units"] == "2" and no.facts["left"] == "1"
    assert no.facts["title"] == order.lines[0].title
    assert allowed(order, units=(("1", 1),), claims=(case,)).plan.refund.minor == 1000


@pytest.mark.req("S37")
def test_t24_units_of_a_case_that_ended_are_free_again():
    order = effects.claimed(bought(make_line("1", 3, 3000)), (("1", 3),))
    assert allowed(effects.released(order, (("1", 3),))).plan.refund.minor == 3000


@pytest.mark.req("S37")
@pytest.mark.parametrize("count", [4, 99_999])
def test_t23_more_units_than_there_are_is_refused(count):
    refused(decide(bought(make_line("1", 3, 3000)), OPEN, units=(("1", count),)), "SHOP-6", why="too_many")


def test_units_waiting_to_be_cancelled_do_not_lessen_those_delivered():
    order = sent(make_order(make_line("1", 5, 5000)), units=(("1", 3),))
    order = effects.claimed(order, (("1", 2),))
    case = Claim(case_no="T1", kind="cancel", reason="changed_mind", units=(("1", 2),))
    assert allowed(order, units=(("1", 3),), claims=(case,)).plan.refund.minor == 3000


def test_units_refunded_as_lost_do_not_lessen_those_delivered_later():
    order = sent(make_order(make_line("1", 5, 5000)), units=(("1", 3),))
    order = sent(order, delivered_at=None, units=(("1", 2),), status="lost")
    lost = decide(order, kind="refund_only", reason="not_received", units=(("1", 2),))
    order = effects.refunded(order, review(lost).plan, at_fault=True)
    assert allowed(order, units=(("1", 3),)).plan.refund.minor == 3000
    refused(decide(order, units=(("1", 4),)), "SHOP-6")


@pytest.mark.req("S11")
def test_a_cancelled_or_refunded_order_has_nothing_left_to_ask_for():
    refused(decide(make_order(status="cancelled")), "SHOP-6")
    order = bought(make_line("1", 2, 2000))
    order = effects.refunded(order, allowed(order).plan)
    assert "buy_again" in refused(decide(order, units=(("1", 1),)), "SHOP-6", why="nothing_left").instead
