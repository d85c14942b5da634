"""A part that was granted, and the rest of it: exactly what was asked for in all, never more, never twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.applying.after_part import Part, in_all, rest_of
from portal.domain.applying.amounts import plan_application
from portal.domain.applying.reasons import at_fault
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Refused
from portal.pages.parts.refunds import rows_of
from tests.support.applications import CN, EU, IN_WINDOW, OPEN, SIGNED, ask, bought, decide, sent
from tests.support.order_facts import make_line, orders

REPRICING = replace(OPEN, thresholds="reprice")


def granted(order, policy, asked, units, amount=None):
    """(the part, the order after it was paid): as the shop's answer does it."""
    whole = plan_application(order, asked.units, policy, kind=asked.kind, reason=asked.reason, amount=asked.amount)
    plan = plan_application(order, units, policy, kind=asked.kind, reason=asked.reason)
    wanted = amount or asked.amount
    if wanted and wanted < plan.refund:
        plan = plan_application(order, units, policy, kind=asked.kind, reason=asked.reason, amount=wanted)
    part = Part(plan=plan, ask=asked, requested=whole.refund, keeps_goods=asked.kind == "refund_only")
    return part, effects.refunded(order, plan, at_fault=at_fault(asked.reason))


def adds_up(plan) -> bool:
    lines = all(line.paid - line.deducted - line.already - line.less == line.amount >= 0 for line in plan.lines)
    tenders = sum(tender.amount.minor for tender in plan.tenders)
    return lines and tenders == plan.refund.minor == sum(row.amount.minor for row in rows_of(plan))


@pytest.mark.req("S39", "P2")
@pytest.mark.parametrize("policy", [CN, EU, OPEN, REPRICING], ids=["cn", "eu", "open", "re-priced"])
@pytest.mark.parametrize("kind", ["refund_only", "return_refund"])
@given(order=orders(most_lines=3, most_units=9), data=st.data())
@settings(max_examples=120, deadline=None)
def test_a_part_and_the_rest_of_it_are_what_was_asked_for_and_never_more(kind, policy, order, data):
    order = sent(order, delivered_at=SIGNED, status="delivered")
    units = tuple((line.id, data.draw(st.integers(1, line.quantity))) for line in order.lines)
    asked = ask(order, kind, "quality", units=units)
    whole = plan_application(order, units, policy, kind=kind, reason="quality").refund
    if whole.minor > 1 and data.draw(st.booleans()):
        asked = replace(asked, amount=Money(data.draw(st.integers(1, whole.minor)), order.currency))
    some = units
    if kind == "refund_only":
        some = tuple((line_id, few) for line_id, most in units if (few := data.draw(st.integers(0, most)))) or units
    top = asked.amount or whole
    amount = Money(data.draw(st.integers(1, max(1, top.minor))), order.currency) if data.draw(st.booleans()) else None
    part, after = granted(order, policy, asked, some, amount)
    rest = rest_of(after, part, policy)
    assert adds_up(rest) and rest.refund.minor >= 0
    assert part.plan.refund + rest.refund <= part.requested
    if policy.thresholds != "reprice":
        assert part.plan.refund + rest.refund == part.requested
    both = in_all(part, rest)
    assert both.refund == part.plan.refund + rest.refund and adds_up(both)
    done = effects.refunded(after, rest)
    assert all(0 <= line.gone <= line.quantity and 0 <= line.refunded <= line.net for line in done.lines)
    assert all(payment.left >= 0 for payment in done.payments)
    again = rest_of(done, replace(part, plan=both), policy)
    assert not again.refund or policy.thresholds == "reprice"
    less = rest_of(after, part, policy, amount=Money(1, order.currency))
    assert less.refund.minor <= 1 and adds_up(less)


@pytest.mark.parametrize(
    ("kind", "units", "amount", "rest", "gone"),
    [
        ("refund_only", (("1", 3),), 2000, 20_200, 3),
        ("refund_only", (("1", 1),), None, 14_800, 3),
        ("refund_only", (("1", 1),), 500, 21_700, 3),
        ("return_refund", (("1", 3),), 2000, 20_200, 3),
        ("return_refund", (("1", 1),), 400, 7000, 1),
    ],
    ids=["20 of 222", "one of three", "5 for one of three", "20 of 222, goods back", "4 for one, goods back"],
)
def test_what_is_still_owed_after_a_part(kind, units, amount, rest, gone):
    """222.00 for three. Goods of a return that were not granted are with the customer: they are applied for again."""
    order = bought(make_line("1", 3, 22_200))
    asked = ask(order, kind, "quality")
    part, after = granted(order, CN, asked, units, Money(amount, "CNY") if amount else None)
    plan = rest_of(after, part, CN)
    assert plan.refund == Money(rest, "CNY")
    assert effects.refunded(after, plan).lines[0].gone == gone


def test_nothing_is_owed_where_the_customer_got_the_amount_that_was_asked_for():
    order = bought(make_line("1", 3, 22_200))
    asked = ask(order, "refund_only", "quality", amount=Money(3000, "CNY"))
    part, after = granted(order, CN, asked, asked.units)
    assert not part.owed and not rest_of(after, part, CN).refund


def test_what_was_refunded_meanwhile_is_not_paid_again():
    order = bought(make_line("1", 3, 22_200))
    asked = ask(order, "refund_only", "quality")
    part, after = granted(order, CN, asked, asked.units, Money(2000, "CNY"))
    other = decide(after, OPEN, IN_WINDOW, kind="return_refund", reason="no_reason", units=(("1", 2),))
    assert not isinstance(other, Refused)
    after = effects.refunded(after, other.plan)
    left = replace(part, ask=replace(asked, units=(("1", 1),)))
    assert rest_of(after, left, CN).refund <= after.money_left
