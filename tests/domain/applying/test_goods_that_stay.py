"""Returns of small worth: paid, and the goods stay, where the shop's own pack says so."""

from dataclasses import replace

import pytest

from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Review
from portal.domain.policy.problems import PackError
from portal.schemas.pack_file import load_pack
from tests.support.applications import CN, LATE, allowed, bought, decide, shop_policy
from tests.support.order_facts import make_line
from tests.support.packs import PACKS

RULE = """
[keep_goods]
under = { CNY = "20.00" }
reasons = ["quality", "no_reason"]

[rules.SHOP-8]
says = { zh = "商品不用寄回", en = "You keep the goods" }
"""
POLICY = shop_policy(RULE)
UNITS = (("1", 1),)


def small(count=4):
    """Units of 8.00 each."""
    return bought(make_line("1", count, count * 800))


@pytest.mark.req("P18")
@pytest.mark.parametrize("reason", ["quality", "no_reason"])
def test_a_small_return_is_paid_at_once_and_nothing_is_sent_back(reason):
    decision = allowed(small(), POLICY, reason=reason, units=UNITS)
    assert (decision.handling.remedy, decision.handling.carriage) == ("refund", "none")
    assert decision.handling.send_back_by is None
    assert decision.plan.refund.minor == 800 and decision.rules[-1] == "SHOP-8"


@pytest.mark.req("P18")
def test_without_the_rule_another_reason_or_above_the_amount_the_goods_come_back():
    order = small()
    for policy, asked in ((CN, UNITS), (POLICY, (("1", 3),))):
        decision = allowed(order, policy, units=asked)
        assert decision.handling.remedy == "send_back" and "SHOP-8" not in decision.rules
    assert allowed(order, POLICY, reason="wrong_item", units=UNITS).handling.remedy == "send_back"
    assert allowed(order, POLICY, units=(("1", 2),)).handling.remedy == "refund"


@pytest.mark.req("P18")
def test_units_asked_for_one_by_one_come_to_no_more_than_the_amount():
    order, kept = small(), 0
    for _ in range(4):
        decision = allowed(order, POLICY, units=UNITS)
        kept += decision.plan.refund.minor if decision.handling.remedy == "refund" else 0
        order = effects.refunded(order, decision.plan, at_fault=False)
    assert kept == 1600


@pytest.mark.req("P18")
def test_what_only_a_person_may_grant_is_left_to_that_person_and_other_kinds_are_as_they_were():
    late = decide(small(), POLICY, LATE, reason="quality", units=UNITS)
    assert isinstance(late, Review) and late.handling.remedy == "send_back"
    exchange = decide(small(), POLICY, kind="exchange", reason="quality", units=UNITS)
    assert isinstance(exchange, Review | Allowed) and exchange.handling.remedy == "replace"


@pytest.mark.req("P18")
def test_a_small_return_that_the_shop_has_to_answer_stays_the_shops_and_a_timer_goes_by_the_limit_of_money_alone():
    decision = decide(small(), POLICY, units=UNITS, conditions=())
    assert isinstance(decision, Review)
    assert (decision.handling.remedy, decision.at_zero) == ("refund", "approve")
    strict = replace(POLICY, limits=replace(POLICY.limits, refund_only_auto=type(POLICY.limits.refund_only_auto)(())))
    assert decide(small(), strict, units=UNITS, conditions=()).at_zero == "escalate"


@pytest.mark.req("P18")
@pytest.mark.parametrize(
    ("text", "key"),
    [
        (RULE.partition("[rules")[0], "keep_goods.rule"),
        (RULE.replace('"quality"', '"not_received"'), "keep_goods.reasons[0]"),
        (RULE.replace('"20.00"', '"-1"'), "keep_goods.under"),
    ],
)
def test_a_rule_that_cannot_be_is_told_with_its_key(text, key):
    words = 'name = "good"\ntitle = { zh = "好店", en = "Good shop" }\non = "cn"\n'
    with pytest.raises(PackError) as refused:
        load_pack(words + text, "good.toml", PACKS)
    assert any(problem.key.startswith(key.partition("[")[0]) for problem in refused.value.problems)
