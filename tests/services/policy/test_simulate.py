from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.adapters.pack_files import shipped_packs
from portal.domain.applying.simulation import PastApplication
from portal.domain.errors import NotFound
from portal.domain.orders.order import Discount
from portal.services.policy.simulate import simulate
from tests.support.applications import SIGNED, bought
from tests.support.order_facts import make_line, make_order
from tests.support.queries import counted

AT = datetime(2026, 11, 18, 4, 0, tzinfo=UTC)


def past(order_no, line_id="1", quantity=1, at=AT, kind="return_refund", reason="no_reason"):
    return PastApplication(
        order_no=order_no, line_id=line_id, quantity=quantity, kind=kind, reason=reason, requested_at=at
    )


def run(world, *rows, policy="open"):
    packs = shipped_packs()
    return simulate(shop_key="tepai", pack=packs[policy], packs=packs, applications=rows, deps=world.deps)


@pytest.mark.req("N4")
def test_rows_are_decided_by_their_time_and_answered_in_their_place(world):
    number = world.take(bought(make_line("1", 3, 1000), make_line("2", 1, 500), freight=600))
    later, earlier = past(number, quantity=3, at=AT + timedelta(hours=1)), past(number)
    found = run(world, later, earlier, past(number, "2"), past(number, quantity=2, at=AT + timedelta(days=1)))
    assert [(one.decision, one.refund) for one in found] == [
        ("refused", "0.00"),
        ("approved", "3.33"),
        ("approved", "5.00"),
        ("approved", "12.67"),
    ]
    assert all(one.rules for one in found) and found[0].rules == ("SHOP-6",)


@pytest.mark.req("N4")
def test_an_unknown_order_or_line_is_refused_with_a_rule(world):
    number = world.take(bought(make_line("1", 1, 1000)))
    found = run(world, past("A-404"), past(number, "9"), past(number, quantity=0))
    assert {(one.decision, one.rules, one.refund) for one in found} == {("refused", ("SHOP-6",), "0.00")}
    assert "no_such_order" in found[0].note and "no_such_line" in found[1].note


@pytest.mark.req("N4")
def test_the_named_pack_alone_decides_whatever_the_country(world):
    number = world.take(bought(make_line("1", 1, 1000), country="DE", jurisdiction="DE"))
    late = SIGNED + timedelta(days=12)
    assert run(world, past(number, at=late), policy="cn")[0].rules[0] == "SHOP-4"
    assert run(world, past(number, at=late), policy="eu")[0].decision == "approved"
    statement = past(number, at=SIGNED + timedelta(days=40), kind="contract_withdrawal", reason="")
    assert run(world, statement, policy="eu")[0].decision == "review"


@pytest.mark.req("N4")
def test_it_changes_nothing_and_live_claims_do_not_count(world):
    order = bought(make_line("1", 2, 1000))
    claimed = replace(order, lines=(replace(order.lines[0], claimed=2),))
    number = world.take(claimed)
    assert run(world, past(number, quantity=2))[0].refund == "10.00"
    assert world.order(number).lines[0].claimed == 2 and run(world, past(number, quantity=2))[0].refund == "10.00"


@pytest.mark.req("N4")
def test_what_was_cancelled_stays_cancelled(world):
    number = world.take(make_order(make_line("1", 2, 1000), make_line("2", 1, 500)))
    world.cancel(number, units=(("2", 1),))
    assert run(world, past(number, "2"))[0].decision == "refused"


@pytest.mark.parametrize("points", [0, 7])
def test_lines_nobody_asks_about_weigh_the_same_whether_they_are_read_one_by_one_or_as_one(world, points):
    promotion = Discount(kind="promotion", code="P", amount=make_order().freight, line_ids=("1",) if points else ())
    lines = [make_line(str(n), n, 1000 + n) for n in range(1, 9)]
    order = bought(*lines, freight=500, points_earned=points, discounts=(promotion,))
    number = world.take(order)
    rows = [past(number, line.id, line.quantity) for line in lines]
    assert sum(float(one.refund) for one in run(world, *rows)) == pytest.approx(order.captured.minor / 100)
    assert [one.refund for one in run(world, *rows[:2])] == ["10.01", "10.02"]


def test_the_number_of_queries_does_not_grow_with_orders(world):
    numbers = [world.take(bought(make_line("1", 1, 1000))) for _ in range(12)]
    with counted() as few:
        run(world, past(numbers[0]))
    with counted() as many:
        run(world, *(past(number) for number in numbers))
    assert len(many) == len(few)


def test_a_shop_that_is_not_there_is_said(world):
    packs = shipped_packs()
    with pytest.raises(NotFound):
        simulate(shop_key="nobody", pack=packs["cn"], packs=packs, applications=(), deps=world.deps)
