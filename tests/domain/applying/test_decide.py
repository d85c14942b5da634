from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain.applying.reasons import SHOP_AT_FAULT
from portal.domain.errors import Invalid
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.orders.order import Restriction
from tests.support.applications import (
    CN,
    EU,
    IN_WINDOW,
    LATE,
    OPEN,
    SHANGHAI,
    SIGNED,
    allowed,
    bought,
    decide,
    sent,
    shop_policy,
)
from tests.support.order_facts import make_line, make_order

INSTANT = timedelta(microseconds=1)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def refused(decision, *rules: str, why: str = "") -> Refused:
    assert isinstance(decision, Refused), decision
    assert set(rules) <= set(decision.rules) and (not why or decision.why == why), decision
    return decision


def review(decision, *notes: str) -> Review:
    assert isinstance(decision, Review), decision
    assert set(notes) <= set(decision.notes), decision
    return decision


@pytest.mark.req("S25", "N5")
def test_a_return_without_a_reason_inside_the_window_is_a_right_and_approved_at_once():
    decision = allowed(bought(make_line("1", 2, 5000)))
    assert decision.rules == ("CN-1", "CN-5") and decision.plan.refund == Money(5000, "CNY")
    assert decision.handling.remedy == "send_back" and decision.handling.carriage == "customer"
    assert decision.handling.until == at("2026-11-21T00:00")
    assert decision.handling.send_back_by == at("2026-11-26T00:00")  # 7 days after the 18th, to their end


@pytest.mark.req("S36", "N5")
def test_the_last_second_of_the_window_counts_and_the_next_moment_is_refused_with_the_day_it_ended():
    order, end = bought(make_line("1", 2, 5000)), at("2026-11-21T00:00")
    assert allowed(order, now=end - INSTANT).plan.refund.minor == 5000
    no = refused(decide(order, now=end), "SHOP-4", "CN-1", why="window_over")
    assert no.facts["last"] == "2026-11-20" and no.facts["signed"] == "2026-11-13" and no.facts["days"] == "7"
    assert "goodwill" in no.instead


@pytest.mark.req("N5")
def test_day_7_on_national_day_moves_the_end_to_the_8th_and_says_so():
    order = bought(make_line(), at=at("2026-09-24T18:00"))
    assert "CN-7" in allowed(order, now=at("2026-10-08T23:59:59")).rules
    assert refused(decide(order, now=at("2026-10-09T00:00")), "SHOP-4", "CN-7").facts["moved"] == "yes"


@pytest.mark.req("S24")
def test_each_parcel_has_its_own_window_and_what_went_is_taken_from_the_first():
    order = make_order(make_line("1", 5, 5000), placed_at=at("2026-11-01T10:00"))
    order = sent(order, delivered_at=at("2026-11-02T10:00"), units=(("1", 3),))
    order = sent(order, delivered_at=at("2026-11-13T10:00"), units=(("1", 2),))
    assert allowed(order, units=(("1", 2),)).plan.refund.minor == 2000
    refused(decide(order, units=(("1", 3),)), "SHOP-4", why="window_over")
    gone = effects.refunded(order, allowed(order, units=(("1", 1),)).plan)
    assert allowed(gone, units=(("1", 2),)).plan.refund.minor == 2000


@pytest.mark.req("S22", "S24")
@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"tags": ("custom",)}, "CN-2"),
        ({"tags": ("fresh",)}, "CN-2"),
        ({"tags": ("newspaper",)}, "CN-2"),
        ({"tags": ("digital",), "opened_at": SIGNED}, "CN-2"),
        ({"restriction": Restriction("CN-3", SIGNED - timedelta(days=3))}, "CN-3"),
    ],
)
def test_restricted_goods_are_refused_without_a_reason_and_taken_back_for_a_fault(values, rule):
    order = bought(make_line("1", 1, 900, **values))
    no = refused(decide(order), "SHOP-5", rule, why="restricted")
    assert "quality" in no.instead
    assert decide(order, now=SIGNED + timedelta(hours=20), reason="quality").rules == ("CN-13",)


@pytest.mark.req("S24")
@pytest.mark.parametrize(
    "values",
    [
        {"tags": ("digital",)},
        {"restriction": Restriction("CN-3")},
        {"restriction": Restriction("CN-3", SIGNED + timedelta(days=1))},
        {"restriction": Restriction("nobody knows", SIGNED - timedelta(days=3))},
        {"opened_at": SIGNED, "category": "electronics"},
    ],
    ids=["unopened", "unconfirmed", "confirmed after buying", "no ground of the law", "only opened"],
)
def test_trap_2_opened_is_not_restricted_and_nothing_is_without_its_confirmation_when_buying(values):
    decision = allowed(bought(make_line("1", 1, 900, **values)))
    assert ("CN-4" in decision.rules) is (getattr(values.get("restriction"), "ground", "") == "CN-3")


@pytest.mark.req("S21", "S25")
@pytest.mark.parametrize("reason", SHOP_AT_FAULT)
def test_a_fault_is_self_service_for_15_days_then_a_person_decides_and_it_is_never_refused_by_date(reason):
    order, end = bought(make_line("1", 1, 9000)), at("2026-11-29T00:00")
    decision = allowed(order, now=end - INSTANT, reason=reason)
    assert decision.rules == ("CN-13",) and decision.handling.until == end
    assert decision.handling.carriage == "shop" and decision.handling.carriage_cap == Money(10_000, "CNY")
    later = review(decide(order, now=end, reason=reason), "self_service_over")
    assert later.rules[0] == "SHOP-7" and later.priority and later.at_zero == "escalate"
    assert isinstance(decide(order, now=end + timedelta(days=3000), reason=reason), Review)


def test_fresh_goods_are_self_service_for_48_hours_after_delivery():
    order = bought(make_line("1", 1, 900, tags=("fresh",)))
    assert allowed(order, now=SIGNED + timedelta(hours=48) - INSTANT, reason="quality")
    review(decide(order, now=SIGNED + timedelta(hours=48), reason="quality"), "self_service_over")


@pytest.mark.req("S18", "S23")
def test_keeping_the_goods_is_reviewed_and_a_timer_may_approve_it_under_the_limit():
    small = review(decide(bought(make_line("1", 1, 5000)), kind="refund_only", reason="quality"))
    large = review(decide(bought(make_line("1", 1, 5001)), kind="refund_only", reason="quality"))
    assert (small.at_zero, large.at_zero) == ("approve", "escalate")
    assert small.priority and small.handling.remedy == "refund" and small.rules == ("SHOP-7", "CN-13")
    assert small.answer_by == IN_WINDOW.astimezone(UTC) + timedelta(hours=48)


def test_keeping_the_goods_without_a_reason_is_the_shops_to_answer_and_over_with_the_window():
    order = bought(make_line("1", 1, 900))
    assert review(decide(order, kind="refund_only")).rules == ("SHOP-7", "CN-1", "CN-5")
    refused(decide(order, now=LATE, kind="refund_only"), "SHOP-4")


@pytest.mark.req("S25")
def test_another_reason_is_the_shops_to_answer_in_the_window_and_goodwill_after_it():
    order = bought(make_line("1", 1, 900))
    assert review(decide(order, reason="other")).at_zero == "approve"
    assert review(decide(order, reason="other", now=LATE), "goodwill").at_zero == "escalate"


@pytest.mark.req("P9")
def test_an_exchange_moves_no_money_is_answered_by_the_shop_and_not_offered_where_the_shop_restricts_it():
    order = bought(make_line("1", 1, 900, tags=("promotion",)))
    decision = review(decide(order, kind="exchange"))
    assert not decision.plan.refund and decision.handling.remedy == "replace" and decision.at_zero == "approve"
    policy = shop_policy("[restrictions.promotion]\nexchange = true")
    refused(decide(order, policy, kind="exchange"), "SHOP-5")
    assert isinstance(decide(order, policy, kind="exchange", reason="quality"), Review)


@pytest.mark.req("S24")
def test_a_condition_left_unticked_leads_to_a_review_and_packaging_is_only_a_wish():
    order = bought(make_line("1", 1, 900))
    assert allowed(order, conditions=("as_received", "complete"))
    assert review(decide(order, conditions=("as_received", "packaging")), "conditions").at_zero == "approve"
    assert allowed(order, conditions=(), reason="quality")


@pytest.mark.req("S22")
def test_what_a_shop_adds_can_be_kept_from_a_tag_but_never_the_laws_days():
    policy = shop_policy("[windows]\nno_reason_days = 30\n[restrictions.promotion]\nno_reason = true")
    order = bought(make_line("1", 1, 900), make_line("2", 1, 900, tags=("promotion",)))
    assert "CN-17" in allowed(order, policy, LATE - timedelta(days=6), units=(("1", 1),)).rules
    refused(decide(order, policy, LATE - timedelta(days=6), units=(("2", 1),)), "SHOP-4")
    assert allowed(order, policy, IN_WINDOW, units=(("2", 1),))


@pytest.mark.req("S11", "S25")
@pytest.mark.parametrize(
    ("status", "rule", "why"),
    [
        ("paid", "SHOP-1", "not_shipped"),
        ("awaiting_payment", "SHOP-1", "unpaid"),
        ("picking", "SHOP-2", "being_packed"),
    ],
)
def test_goods_that_have_not_left_are_cancelled_not_returned(status, rule, why):
    no = refused(decide(make_order(status=status)), rule, why=why)
    assert "cancel" in no.instead


@pytest.mark.req("S11")
def test_goods_on_their_way_can_be_refused_at_the_door_or_returned_later():
    order = sent(make_order(), delivered_at=None)
    assert refused(decide(order), "SHOP-3", why="on_the_way").instead[:2] == ("refuse_parcel", "return_after_delivery")


@pytest.mark.req("S11")
@pytest.mark.parametrize("kind", ["refund_only", "return_refund"])
def test_a_parcel_refused_at_the_door_needs_no_sending_back_and_no_deadline(kind):
    decision = allowed(sent(make_order(), delivered_at=None), kind=kind, reason="parcel_refused")
    assert decision.handling.remedy == "await_parcel" and decision.handling.send_back_by is None
    assert decision.handling.carriage == "none"


def test_a_refused_parcel_of_restricted_goods_is_on_its_way_back_all_the_same_so_a_person_decides():
    order = sent(make_order(make_line(tags=("custom",))), delivered_at=None)
    review(decide(order, kind="refund_only", reason="parcel_refused"), "restricted")


@pytest.mark.req("S18")
@pytest.mark.parametrize(
    ("parcel", "since"),
    [
        ({"promised_at": SIGNED}, SIGNED + timedelta(days=3)),
        ({"last_scan_at": SIGNED}, SIGNED + timedelta(hours=72)),
        ({}, SIGNED + timedelta(days=5)),  # shipped two days before
        ({"promised_at": SIGNED + timedelta(days=9), "last_scan_at": SIGNED}, SIGNED + timedelta(hours=72)),
    ],
    ids=["promised", "no scan", "neither", "both"],
)
def test_never_arrived_can_be_said_from_promised_arrival_no_scan_or_7_days_after_shipping(parcel, since):
    order = sent(make_order(), delivered_at=None, **parcel)
    no = refused(decide(order, now=since - INSTANT, kind="refund_only", reason="not_received"), "SHOP-3")
    assert no.why == "not_missing_yet" and datetime.fromisoformat(no.facts["from"]) == since
    yes = review(decide(order, now=since, kind="refund_only", reason="not_received"))
    assert yes.at_zero == "escalate" and yes.plan.refund == order.captured and yes.handling.remedy == "refund"


def test_marked_delivered_but_not_received_goes_to_a_person_after_asking_the_carrier():
    order = bought(make_line("1", 1, 900))
    assert review(decide(order, kind="refund_only", reason="signed_not_received")).at_zero == "escalate"
    refused(decide(order, kind="refund_only", reason="not_received"), why="delivered")


@pytest.mark.req("S36")
def test_t29_without_a_date_of_delivery_the_window_has_not_started_and_a_person_decides_from_30_days_on():
    shipped = SIGNED - timedelta(days=2)
    order = sent(make_order(placed_at=SIGNED - timedelta(days=9)), delivered_at=None, status="delivered")
    assert allowed(order, now=shipped + timedelta(days=30) - INSTANT)
    review(decide(order, now=shipped + timedelta(days=30)), "undated")
    review(decide(order, now=shipped + timedelta(days=3000)), "undated")


def test_t29_an_order_that_only_says_delivered_counts_its_30_days_from_the_day_it_was_placed():
    order = make_order(make_line(shipped=1, delivered=1), status="delivered", placed_at=SIGNED)
    assert allowed(order)
    review(decide(order, now=SIGNED + timedelta(days=30)), "undated")


@pytest.mark.req("S36")
def test_in_a_year_nobody_has_published_a_late_notice_goes_to_a_person_for_10_days():
    order = bought(make_line(), at=at("2031-03-04T10:00"))
    assert allowed(order, now=at("2031-03-11T23:59:59"))
    review(decide(order, now=at("2031-03-12T00:00")), "provisional")
    refused(decide(order, now=at("2031-03-22T00:00")), "SHOP-4")


@pytest.mark.req("N5")
def test_trap_5_the_eu_window_runs_from_the_last_goods_to_the_customers_midnight():
    order = make_order(
        make_line("1"), make_line("2"), jurisdiction="DE", country="DE", placed_at=at("2026-05-20T10:00")
    )
    berlin = ZoneInfo("Europe/Berlin")
    order = sent(order, delivered_at=at("2026-06-01T10:00", berlin), units=(("1", 1),))
    assert allowed(order, EU, at("2026-06-20T10:00"), units=(("1", 1),)).handling.until is None
    order = sent(order, delivered_at=at("2026-06-10T10:00", berlin), units=(("2", 1),))
    for kind in ("return_refund", "contract_withdrawal"):
        assert allowed(order, EU, at("2026-06-24T23:59:59", berlin), kind=kind, units=(("1", 1),))
    late = at("2026-06-25T00:00:00", berlin)
    refused(decide(order, EU, late, units=(("1", 1),)), "SHOP-4", "EU-2")
    flagged = review(decide(order, EU, late, kind="contract_withdrawal", units=(("1", 1),)), "late")
    assert "EU-12" in flagged.rules and flagged.at_zero == "escalate"


@pytest.mark.req("N5")
def test_a_contract_can_be_withdrawn_from_before_the_goods_come_and_without_naming_anything():
    order = make_order(
        make_line("1", 2, 2000), make_line("2", 1, 900, tags=("custom",)), freight=600, jurisdiction="DE"
    )
    decision = allowed(order, EU, kind="contract_withdrawal", reason="", units=())
    assert decision.plan.units == (("1", 2),) and decision.handling.remedy == "refund"
    refused(decide(order, EU, kind="contract_withdrawal", reason="", units=(("2", 1),)), "SHOP-5", "EU-8")


def test_china_knows_no_withdrawal_from_contract_and_names_its_own_rule():
    no = refused(decide(bought(make_line()), kind="contract_withdrawal", reason=""), "CN-1", why="kind")
    assert "return_after_delivery" in no.instead


@pytest.mark.req("S18")
def test_money_collected_at_the_door_has_no_way_back_so_a_person_pays_it_out():
    order = bought(make_line("1", 1, 900), payment_terms="cod", tenders=(("cash", 900),))
    assert review(decide(order), "payout").at_zero == "escalate"
    nothing = bought(make_line("1", 1, 900), payment_terms="cod")
    assert not allowed(nothing).plan.refund


@pytest.mark.req("S37", "P4")
@pytest.mark.parametrize("kind", ["refund_only", "return_refund", "exchange", "contract_withdrawal"])
@pytest.mark.parametrize("reason", ["", "no_reason", "not_received", "parcel_refused", "whatever"])
def test_open_approves_any_kind_and_reason_for_delivered_units_at_any_time(kind, reason):
    order = bought(make_line("1", 2, 2000, tags=("custom",)))
    decision = allowed(order, OPEN, LATE + timedelta(days=9999), kind=kind, reason=reason, conditions=())
    assert decision.rules == ("SHOP-4",)


def test_open_approves_nothing_that_has_not_been_delivered():
    assert isinstance(decide(make_order(), OPEN), Refused)
    assert isinstance(decide(sent(make_order(), delivered_at=None), OPEN), Refused)


@pytest.mark.parametrize(
    ("kind", "reason", "received"),
    [
        ("refund_only", "quality", False),
        ("refund_only", "not_received", True),
        ("return_refund", "not_received", True),
        ("exchange", "parcel_refused", False),
        ("return_refund", "found_cheaper", True),
    ],
)
def test_a_reason_that_makes_no_sense_for_the_application_is_refused(kind, reason, received):
    refused(decide(bought(make_line()), kind=kind, reason=reason, received=received), "SHOP-7", why="reason")


@pytest.mark.req("S19")
def test_t4_more_than_computed_is_a_problem_and_never_cut_silently():
    order = bought(make_line("1", 1, 900))
    for amount, problem in ((901, "above_computed"), (-1, "too_small"), (0, "too_small")):
        with pytest.raises(Invalid) as caught:
            decide(order, kind="refund_only", reason="quality", amount=Money(amount, "CNY"))
        assert caught.value.problems == (("amount", problem),)


def test_a_decision_says_the_same_twice_and_changes_nothing():
    order = bought(make_line("1", 3, 1000), freight=100)
    before = replace(order)
    assert decide(order) == decide(order) and order == before and isinstance(decide(order), Allowed)


@pytest.mark.req("S22")
@pytest.mark.parametrize(
    ("values", "ground"),
    [
        ({"tags": ("custom",)}, "custom"),
        ({"tags": ("fresh",)}, "fresh"),
        ({"tags": ("newspaper",)}, "newspaper"),
        ({"tags": ("digital",), "opened_at": SIGNED}, "digital"),
    ],
)
def test_a_refusal_of_restricted_goods_knows_the_ground(values, ground):
    line = make_line("1", 1, 3000, **values)
    assert refused(decide(bought(line), CN, IN_WINDOW), "SHOP-5", why="restricted").facts["ground"] == ground
