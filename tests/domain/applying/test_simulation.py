from datetime import UTC, timedelta

import pytest

from portal.domain.applying.simulation import KINDS, PastApplication, SimulatedOrder, alone, as_of, came_at, verdict_of
from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.orders.order import Discount
from portal.schemas.pack_file import load_pack
from tests.support.applications import CN, EU, IN_WINDOW, OPEN, SIGNED, around, bought, sent
from tests.support.order_facts import make_line, make_order
from tests.support.packs import PACKS


def past(line_id="1", quantity=1, kind="return_refund", reason="no_reason", at=IN_WINDOW, order_no="A-1"):
    asked_at = at.astimezone(UTC) if at else None
    return PastApplication(
        order_no=order_no, line_id=line_id, quantity=quantity, kind=kind, reason=reason, requested_at=asked_at
    )


def decided(order, *rows, policy=OPEN):
    """(verdict, refund in minor units) of each row, in the order of their time."""
    one = SimulatedOrder(order, {row.line_id for row in rows}, policy, around(order, policy))
    found = [one.decide(row) for row in sorted(rows, key=came_at)]
    return [(verdict_of(d), d.plan.refund.minor if hasattr(d, "plan") else 0) for d in found]


@pytest.mark.req("N4")
def test_what_was_approved_earlier_counts_and_the_unit_after_the_last_is_refused():
    order = bought(make_line("1", 3, 1000), freight=600)
    assert decided(order, past(quantity=2), past(), past()) == [("approved", 666), ("approved", 934), ("refused", 0)]


@pytest.mark.req("N4")
def test_what_was_only_reviewed_or_refused_takes_nothing():
    order = bought(make_line("1", 1, 1000))
    rows = past(kind="refund_only", reason="quality"), past(at=IN_WINDOW + timedelta(hours=1))
    assert decided(order, *rows, policy=CN) == [("review", 1000), ("approved", 1000)]
    assert decided(order, past(quantity=9), past(), policy=CN) == [("refused", 0), ("approved", 1000)]


def test_an_exchange_takes_the_units_and_no_money():
    order = bought(make_line("1", 1, 1000))
    assert decided(order, past(kind="exchange"), past()) == [("approved", 0), ("refused", 0)]


@pytest.mark.req("P20")
@pytest.mark.parametrize("kind", ["reship", "repair"])
def test_what_is_sent_takes_the_units_and_no_money(kind):
    order = bought(make_line("1", 1, 1000))
    assert decided(order, past(kind=kind), past(), policy=OPEN) == [("approved", 0), ("refused", 0)]


@pytest.mark.parametrize("kind", KINDS)
def test_open_takes_delivered_units_back_under_any_name(kind):
    worth = 0 if kind in REPLACING_KINDS else 1000
    assert decided(bought(make_line("1", 1, 1000)), past(kind=kind)) == [("approved", worth)]


@pytest.mark.parametrize("policy", [CN, EU, OPEN])
def test_a_cancel_is_for_what_has_not_left(policy):
    order = make_order(make_line("1", 2, 1000))
    assert decided(order, past(kind="cancel", reason="changed_mind"), policy=policy) == [("approved", 500)]
    left = sent(make_order(make_line("1", 2, 1000)), delivered_at=None)
    assert decided(left, past(kind="cancel", reason="changed_mind"), policy=policy) == [("refused", 0)]


@pytest.mark.req("N4")
def test_a_row_is_decided_on_the_parcels_as_they_were_at_its_time():
    order = bought(make_line("1", 1, 1000), status="delivered")
    shipped = SIGNED - timedelta(days=2)
    assert as_of(order, IN_WINDOW) is order
    assert (as_of(order, SIGNED - timedelta(hours=1)).state, as_of(order, shipped - timedelta(1)).state) == (
        "shipped",
        "paid",
    )
    early = past(at=SIGNED - timedelta(hours=1))
    assert decided(order, early, past(), policy=CN) == [("refused", 0), ("approved", 1000)]
    refused_at_the_door = past(kind="refund_only", reason="parcel_refused", at=SIGNED - timedelta(hours=1))
    assert decided(order, refused_at_the_door, past(), policy=CN) == [("approved", 1000), ("refused", 0)]
    cancelled = past(kind="cancel", reason="changed_mind", at=shipped - timedelta(hours=1))
    assert decided(order, cancelled, past(), policy=CN) == [("approved", 1000), ("refused", 0)]


@pytest.mark.parametrize(
    "row", [past("2"), past(quantity=0), past(quantity=-1), past(kind="swap"), past(at=None)], ids=str
)
def test_what_cannot_be_read_is_refused_with_a_rule(row):
    order = bought(make_line("1", 1, 1000))
    one = SimulatedOrder(order, {row.line_id}, OPEN, around(order, OPEN))
    assert one.decide(row).rules == ("SHOP-6",)


def test_a_late_withdrawal_from_contract_is_a_persons_and_a_late_return_is_refused():
    order = bought(make_line("1", 1, 1000), jurisdiction="DE", country="DE")
    late = SIGNED + timedelta(days=60)
    rows = past(kind="contract_withdrawal", reason="", at=late), past(at=late)
    assert decided(order, *rows, policy=EU) == [("review", 1000), ("refused", 0)]


def test_faults_of_every_line_one_by_one_add_up_to_a_fault_of_the_whole_order():
    order = bought(make_line("1", 1, 1000), make_line("2", 1, 1000), freight=600)
    rows = past("1", reason="quality"), past("2", reason="quality")
    assert decided(order, *rows, policy=CN) == [("approved", 1000), ("approved", 1600)]


def test_a_pack_on_a_legal_one_keeps_the_laws_days_for_what_it_restricts():
    text = 'name = "good"\ntitle = { zh = "好", en = "Good" }\non = "cn"\n[windows]\nno_reason_days = 30\n'
    pack = load_pack(f"{text}[restrictions.promotion]\nno_reason = true", "good.toml", PACKS)
    policy = alone(pack, PACKS)
    assert policy.legal_days == 7
    order = bought(make_line("1", 2, 1000, tags=("promotion",)))
    rows = past(at=SIGNED + timedelta(days=6)), past(at=SIGNED + timedelta(days=20))
    assert decided(order, *rows, policy=policy) == [("approved", 500), ("refused", 0)]


def test_the_words_of_a_coupon_do_not_change_what_the_units_are_worth():
    coupon = Discount(kind="coupon", code="C", amount=bought().freight, line_ids=("1",))
    assert decided(bought(make_line("1", 1, 1000), discounts=(coupon,)), past()) == [("approved", 1000)]
