from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.applying.amounts import plan_application
from portal.domain.applying.reasons import SHOP_AT_FAULT, at_fault
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.orders.order import Discount, FreightWaived
from portal.domain.policy.pack import Amounts, FeeRule, FeeRules, Policy
from tests.support.applications import CN, EU, IN_WINDOW, OPEN, SIGNED, allowed, bought, decide, sent
from tests.support.order_facts import make_line, make_order, orders

REPRICING = replace(OPEN, thresholds="reprice")


def cny(minor: int) -> Money:
    return Money(minor, "CNY")


def step(order, policy: Policy = OPEN, reason: str = "no_reason", **asked):
    """Decided, and done at once as if the goods had come back: (plan, the order after it)."""
    decision = decide(order, policy, IN_WINDOW, reason=reason, **asked)
    assert not isinstance(decision, Refused), decision
    return decision.plan, effects.refunded(order, decision.plan, at_fault=at_fault(reason))


def delivered(order):
    return sent(order, delivered_at=SIGNED, status="delivered")


def adds_up(plan) -> bool:
    offers = sum(deduction.amount.minor for deduction in plan.deductions if deduction.why == "offer")
    lines = sum(line.amount for line in plan.lines)
    whole = all(line.amount == line.paid - line.deducted - line.already - line.less for line in plan.lines)
    worth = lines + plan.freight.minor + plan.fees.minor - plan.already.minor - offers
    return whole and plan.refund.minor == max(0, worth) == sum(tender.amount.minor for tender in plan.tenders)


@pytest.mark.req("S19", "P2")
@pytest.mark.parametrize("policy", [OPEN, REPRICING], ids=["kept", "re-priced"])
@given(orders(most_lines=5, most_units=50), st.data())
@settings(max_examples=150, deadline=None)
def test_t1_whatever_goes_back_in_whatever_order_under_open_sums_to_exactly_what_was_paid(policy, order, data):
    order, back = delivered(order), 0
    if data.draw(st.booleans()):
        half = Money(sum(line.total.minor for line in order.lines) // 2, order.currency)
        order = replace(order, discounts=tuple(replace(d, threshold=half) for d in order.discounts))
    while left := [line for line in order.lines if line.left]:
        line = data.draw(st.sampled_from(left))
        kind = data.draw(st.sampled_from(["refund_only", "return_refund", "contract_withdrawal"]))
        reason = data.draw(st.sampled_from(["no_reason", "quality", "other", "signed_not_received"]))
        units = ((line.id, data.draw(st.integers(1, line.left))),)
        plan, order = step(order, policy, kind=kind, reason=reason, units=units)
        assert plan.refund.minor >= 0 and adds_up(plan)
        back += plan.refund.minor
        assert back <= order.captured.minor
    assert back == order.captured.minor
    assert order.freight_returned and all(payment.left == 0 for payment in order.payments)


@pytest.mark.req("S19")
@given(orders(most_lines=4, most_units=6), st.data())
@settings(max_examples=150, deadline=None)
def test_any_sequence_of_applications_of_any_kind_and_amount_never_gives_back_more_than_was_paid(order, data):
    order, policy = delivered(order), data.draw(st.sampled_from([CN, EU, OPEN, REPRICING]))
    for _ in range(data.draw(st.integers(1, 8))):
        line = data.draw(st.sampled_from(order.lines))
        reason = data.draw(st.sampled_from(["no_reason", *SHOP_AT_FAULT, "signed_not_received", "other"]))
        kind = data.draw(st.sampled_from(["refund_only", "return_refund", "exchange", "contract_withdrawal"]))
        asked = {"kind": kind, "reason": reason, "units": ((line.id, data.draw(st.integers(1, 6))),)}
        decision = decide(order, policy, IN_WINDOW, **asked)
        if isinstance(decision, Refused):
            continue
        most = decision.plan.refund
        if most and data.draw(st.booleans()):
            amount = Money(data.draw(st.integers(1, most.minor)), order.currency)
            decision = decide(order, policy, IN_WINDOW, **asked, amount=amount)
            assert decision.plan.refund == amount
        assert adds_up(decision.plan)
        if kind == "exchange":
            order = effects.claimed(order, decision.plan.units)
        else:
            order = effects.refunded(order, decision.plan, at_fault=at_fault(reason))
        assert all(payment.left >= 0 for payment in order.payments)
        assert all(0 <= line.gone + line.claimed <= line.quantity and line.refunded >= 0 for line in order.lines)


def test_t2_t3_what_was_paid_goes_back_not_the_list_price_and_every_line_bears_its_share_of_the_discount():
    promotion = Discount(kind="promotion", code="P", amount=cny(3000), threshold=cny(9900))
    order = bought(make_line("1", 1, 10_000), make_line("2", 2, 5000), discounts=(promotion,))
    plan, _ = step(order, CN, units=(("2", 1),))
    assert (plan.lines[0].goods, plan.lines[0].promotion, plan.refund.minor) == (2500, 500, 2000)
    assert not plan.deductions


def test_t7_what_is_in_flight_and_what_the_shop_gave_back_itself_lowers_the_ceiling():
    order = bought(make_line("1", 2, 10_000))
    payment = replace(order.payments[0], refunded=1000, in_flight=6000)
    plan, _ = step(replace(order, payments=(payment,)), CN)
    assert plan.refund == cny(3000) and plan.already == cny(7000)


@pytest.mark.req("S19")
def test_less_with_the_goods_kept_lowers_the_money_of_the_line_and_not_its_quantity():
    order = bought(make_line("1", 2, 10_000), points_earned=10)
    plan, after = step(order, CN, kind="refund_only", reason="quality", units=(("1", 1),), amount=cny(3000))
    assert plan.money_only and plan.refund == cny(3000) and plan.points_taken == 0
    assert [(d.why, d.amount.minor) for d in plan.deductions] == [("less", 2000)]
    assert (after.lines[0].gone, after.lines[0].refunded) == (0, 3000)
    first, after = step(after, CN, units=(("1", 1),))
    last, _ = step(after, CN, units=(("1", 1),))
    assert (first.refund.minor, last.refund.minor) == (5000, 2000)


@pytest.mark.req("S19")
def test_less_with_the_goods_kept_leaves_freight_for_the_refund_of_the_last_unit():
    order = bought(make_line("1", 1, 100), freight=300)
    plan, after = step(order, OPEN, kind="refund_only", reason="quality", amount=cny(150))
    assert (plan.lines[0].amount, plan.freight.minor, after.freight_returned) == (100, 50, False)
    plan, after = step(after, OPEN)
    assert plan.refund == cny(250) and after.freight_returned and after.money_left == cny(0)


def test_less_with_the_goods_returned_is_the_customers_choice_and_the_units_are_gone():
    plan, after = step(bought(make_line("1", 2, 10_000)), CN, units=(("1", 1),), amount=cny(1))
    assert not plan.money_only and after.lines[0].gone == 1 and after.lines[0].refunded == 1
    assert plan.lines[0].less == 4999 and adds_up(plan)


def test_asking_for_exactly_what_is_computed_is_not_asking_for_less():
    plan, _ = step(bought(make_line("1", 1, 900)), CN, kind="refund_only", reason="quality", amount=cny(900))
    assert not plan.money_only and not plan.deductions


@pytest.mark.req("S31")
@pytest.mark.parametrize(
    ("policy", "kind", "reason", "first", "second"),
    [
        (CN, "return_refund", "no_reason", 0, 0),
        (CN, "return_refund", "quality", 0, 600),
        (CN, "return_refund", "other", 0, 0),
        (EU, "contract_withdrawal", "", 0, 600),
        (EU, "return_refund", "no_reason", 0, 600),
        (OPEN, "refund_only", "no_reason", 0, 600),
    ],
)
def test_t8_freight_goes_back_once_and_only_in_the_cases_of_the_law(policy, kind, reason, first, second):
    order = bought(make_line("1", 1, 1000), make_line("2", 1, 1000), freight=600)
    one, order = step(order, policy, reason, kind=kind, units=(("1", 1),))
    two, order = step(order, policy, reason, kind=kind, units=(("2", 1),))
    assert (one.freight.minor, two.freight.minor) == (first, second)
    assert (one.freight_kept, two.freight_kept) == (cny(600), None if second else cny(600))
    assert order.freight_returned is bool(second)


def test_freight_stays_where_the_shop_was_at_fault_for_a_part_of_the_order_only():
    order = bought(make_line("1", 1, 1000), make_line("2", 1, 1000), freight=600)
    _, order = step(order, CN, units=(("1", 1),))
    plan, _ = step(order, CN, "quality", units=(("2", 1),))
    assert plan.refund == cny(1000) and plan.freight_kept == cny(600)


def test_an_order_that_never_came_gives_back_its_freight():
    order = sent(make_order(make_line("1", 1, 1000), freight=600), delivered_at=None)
    decision = decide(order, CN, SIGNED + timedelta(days=30), kind="refund_only", reason="not_received")
    assert isinstance(decision, Review) and decision.plan.refund == cny(1600)


@pytest.mark.req("S22")
def test_a_gift_goes_with_its_parent_or_its_value_is_deducted_and_comes_back_with_it():
    gift = make_line("2", 1, 0, gift_of="1", gift_value=cny(500))
    order = bought(make_line("1", 2, 4000), gift)
    part, order = step(order, CN, units=(("1", 1),))
    assert not part.deductions
    rest, after = step(order, CN, units=(("1", 1),))
    assert rest.refund == cny(1500)
    assert [(d.why, d.amount.minor, d.name) for d in rest.deductions] == [("gift", 500, "商品2")]
    back, after = step(after, CN, units=(("2", 1),))
    assert back.refund == cny(500) and adds_up(back)
    together, _ = step(order, CN, units=(("1", 1), ("2", 1)))
    assert together.refund == cny(2000)
    assert all(payment.left == 0 for payment in after.payments)


def test_the_gift_of_a_faulty_parent_may_stay():
    order = bought(make_line("1", 1, 4000), make_line("2", 1, 0, gift_of="1", gift_value=cny(500)))
    plan, _ = step(order, CN, "quality", units=(("1", 1),))
    assert plan.refund == cny(4000) and not plan.deductions


def test_a_gift_never_costs_more_than_its_parent_was_worth():
    order = bought(make_line("1", 1, 300), make_line("2", 1, 0, gift_of="1", gift_value=cny(500)))
    plan, _ = step(order, CN, units=(("1", 1),))
    assert plan.refund == cny(0) and adds_up(plan)


@pytest.mark.req("P1")
def test_t9_a_fee_lowers_only_a_return_without_a_fault_and_trap_3_never_a_fault_or_a_withdrawal():
    fee = FeeRule(how="withheld", fixed=Amounts((("*", Decimal("5.00")),)), percent=Decimal(10))
    policy = replace(OPEN, fees=FeeRules(restocking=fee))
    order = bought(make_line("1", 1, 1000), make_line("2", 1, 3000))
    plan, _ = step(order, policy)
    assert plan.refund == cny(4000 - 500 - 400) and adds_up(plan)
    for kind, reason in (("return_refund", "quality"), ("contract_withdrawal", "no_reason"), ("refund_only", "other")):
        assert step(order, policy, reason, kind=kind)[0].refund == cny(4000)
    small = bought(make_line("1", 1, 300))
    assert step(small, policy)[0].refund == cny(0)
    assert step(bought(make_line("1", 1, 300), payment_terms="cod"), policy)[0].refund == cny(0)


@pytest.mark.req("S19")
def test_a_broken_offer_is_kept_by_default_and_repriced_where_the_pack_says_so_until_the_rest_goes():
    promotion = Discount(kind="promotion", code="满99减30", amount=cny(3000), threshold=cny(9900))
    order = bought(make_line("1", 1, 6000), make_line("2", 1, 6000), discounts=(promotion,))
    assert step(order, OPEN, units=(("1", 1),))[0].refund == cny(4500)
    first, after = step(order, REPRICING, units=(("1", 1),))
    assert first.refund == cny(3000)  # 90.00 paid, and what is kept costs 60.00 alone
    assert [(d.why, d.amount.minor, d.name) for d in first.deductions] == [("offer", 1500, "满99减30")]
    last, _ = step(after, REPRICING, units=(("2", 1),))
    assert last.refund == cny(6000) and last.deductions[0].amount == cny(-1500) and adds_up(last)


def test_an_offer_that_what_is_kept_still_reaches_costs_nothing():
    promotion = Discount(kind="promotion", code="P", amount=cny(1000), threshold=cny(5000))
    order = bought(make_line("1", 1, 6000), make_line("2", 1, 4000), discounts=(promotion,))
    plan, _ = step(order, REPRICING, units=(("2", 1),))
    assert plan.refund == cny(3600) and not plan.deductions


def test_free_freight_that_is_no_longer_reached_costs_the_outbound_freight():
    waived = FreightWaived(amount=cny(1000), threshold=cny(9900))
    order = bought(make_line("1", 1, 6000), make_line("2", 1, 6000), freight_waived=waived)
    plan, _ = step(order, REPRICING, units=(("1", 1),))
    assert plan.refund == cny(5000) and plan.deductions[0].name == "freight"


def test_repricing_never_goes_below_nothing():
    promotion = Discount(kind="promotion", code="P", amount=cny(9000), threshold=cny(9900))
    order = bought(make_line("1", 1, 1000), make_line("2", 1, 9000), discounts=(promotion,))
    plan, _ = step(order, REPRICING, units=(("1", 1),))
    assert plan.refund == cny(0) and adds_up(plan)


@pytest.mark.req("S19")
def test_a_coupon_comes_back_with_the_last_unit_it_applied_to_and_points_by_their_share():
    coupon = Discount(kind="coupon", code="C-9", amount=cny(500), line_ids=("1", "2"))
    points = Discount(kind="points", amount=cny(100), points=100)
    lines = make_line("1", 1, 1000), make_line("2", 1, 1000), make_line("3", 1, 1000)
    order = bought(*lines, discounts=(coupon, points))
    first, order = step(order, CN, units=(("1", 1),))
    assert first.coupons_wait == ("C-9",) and not first.coupons_back and first.points_back == 34
    second, order = step(order, CN, units=(("2", 1),))
    assert [back.code for back in second.coupons_back] == ["C-9"]
    third, _ = step(order, CN, units=(("3", 1),))
    assert first.points_back + second.points_back + third.points_back == 100
    kept = replace(CN, coupons="kept")
    assert step(bought(*lines, discounts=(coupon,)), kept)[0].coupons_back == ()


def test_an_exchange_moves_nothing():
    plan = plan_application(bought(make_line()), (("1", 1),), CN, kind="exchange", reason="quality")
    assert not plan.refund and plan.tenders == () and plan.units == (("1", 1),)


def test_the_shop_bears_carriage_for_a_fault_up_to_the_packs_cap_and_where_it_promised_to():
    order = bought(make_line("1", 1, 1000))
    assert allowed(order, reason="quality").handling.carriage == "shop"
    kinder = replace(CN, freight=replace(CN.freight, return_carriage="shop"))
    handling = allowed(order, kinder).handling
    assert isinstance(decide(order), Allowed) and (handling.carriage, handling.carriage_cap) == ("shop", cny(10_000))
