"""May this be returned, until when, by which rule: the answer is what an application would get (P22)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.applying.decide import decide_application
from portal.domain.applying.options import GoodsTerms, Option, goods_options, line_options
from portal.domain.applying.terms import application_terms
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.deadlines.spans import Span
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.policy.pack import Policy
from tests.domain.applying.test_offer import sent_in_parts
from tests.support.applications import CN, EU, IN_WINDOW, LATE, OPEN, around, ask, bought, offer, shop_policy
from tests.support.order_facts import make_line, make_order, orders

pytestmark = pytest.mark.req("P22")
KINDS: tuple[CaseKind, ...] = ("refund_only", "return_refund", "contract_withdrawal")


@given(orders(most_lines=3, most_units=4), st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_said_of_a_reason_is_what_asking_with_it_gets(order: Any, data: Any) -> None:
    order = sent_in_parts(order, data)
    policy, now = data.draw(st.sampled_from([CN, EU])), data.draw(st.sampled_from([IN_WINDOW, LATE]))
    terms = application_terms(order, policy, around(order, policy), now)
    found = line_options(offer(order, policy, now), KINDS)
    assert list(found) == [line.id for line in order.lines]
    for line_id, options in found.items():
        for option in options:
            assert bool(option.units) is bool(option.reasons) is (option.refused is None)
            for reason in option.reasons:
                asked = ask(order, option.kind, reason.reason, ((line_id, reason.units),))
                decision = decide_application(order, asked, policy, terms, now)
                assert not isinstance(decision, Refused)
                assert decision.rules == reason.rules
                assert isinstance(decision, Allowed if reason.by == "rule" else Review)
                assert decision.handling is not None and decision.handling.until == reason.until


def option_of(options: tuple[Option, ...], kind: CaseKind) -> Option:
    return next(option for option in options if option.kind == kind)


def test_a_right_comes_before_what_the_shop_answers() -> None:
    order = bought(make_line("1", 2, 2000))
    options = line_options(offer(order), KINDS)["1"]
    back = option_of(options, "return_refund")
    assert back.best is not None and (back.best.reason, back.best.by, back.units) == ("no_reason", "rule", 2)
    assert "CN-1" in back.best.rules and back.best.until is not None
    kept = option_of(options, "refund_only")
    assert kept.best is not None and kept.best.by == "shop"
    assert [option.kind for option in options] == ["refund_only", "return_refund"]


def test_goods_that_have_not_left_are_refused_with_the_way_on() -> None:
    options = line_options(offer(make_order(make_line("1", 1, 1000))), KINDS)["1"]
    for option in options:
        assert option.best is None and option.refused is not None and option.refused.instead == ("cancel",)


def said(goods: GoodsTerms, policy: Policy = CN) -> dict[tuple[str, str], Any]:
    found = goods_options(goods, policy, around(make_order(), policy), IN_WINDOW, kinds=KINDS)
    return {(one.kind, one.reason): one for one in found}


def test_goods_before_they_are_bought_have_the_days_of_the_law() -> None:
    ordinary = said(GoodsTerms())
    assert ordinary["return_refund", "no_reason"].within == Span(7, "days")
    assert ordinary["return_refund", "quality"].within == Span(15, "days")
    assert said(GoodsTerms(), EU)["contract_withdrawal", ""].within == Span(14, "days")
    assert said(GoodsTerms(), OPEN)["return_refund", "no_reason"].within is None


def test_a_promise_of_more_days_binds_and_less_is_nothing() -> None:
    longer = said(GoodsTerms(return_days=30))["return_refund", "no_reason"]
    assert longer.within == Span(30, "days") and "CN-17" in longer.offer.rules
    assert said(GoodsTerms(return_days=3))["return_refund", "no_reason"].within == Span(7, "days")


def test_excepted_goods_say_so_and_faults_stay() -> None:
    fresh = said(GoodsTerms(tags=("fresh",)))
    assert fresh["return_refund", "no_reason"].refused.why == "restricted"
    assert fresh["return_refund", "quality"].within == Span(48, "hours")


def test_what_is_excepted_only_once_it_is_opened_is_not_refused_before() -> None:
    digital = said(GoodsTerms(tags=("digital",)))["return_refund", "no_reason"]
    assert digital.refused is None and digital.only_unopened
    assert not said(GoodsTerms())["return_refund", "no_reason"].only_unopened


def test_a_shop_without_a_window_of_its_own_and_no_law_promises_none() -> None:
    policy = shop_policy("", on="open")
    assert said(GoodsTerms(), policy)["return_refund", "no_reason"].offer is not None
