"""Many at once, on both databases: one winner, one refund (TRAPS T11, T12, T18)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from portal.domain.errors import Conflict, NotSummarised, RefusedError
from portal.domain.identity.access import Actor
from portal.domain.results import OrderCancelled
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.order_facts import make_line, make_order
from tests.support.said import ship_order

THREADS = 10


def at_once(acts):
    """Runs all of them from one start signal; what each returned or raised."""
    barrier = Barrier(min(len(acts), THREADS))

    def run(act):
        barrier.wait(30)
        try:
            return act()
        except (RefusedError, Conflict, NotSummarised) as no:
            return no

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, acts))


@pytest.mark.req("S37", "P3")
def test_fifty_cancels_of_one_order_have_one_winner_and_one_refund(world):
    number = world.take(make_order())
    shown = world.confirm(number).shown
    results = at_once([lambda n=n: world.cancel(number, shown=shown, request_id=f"click-{n}") for n in range(50)])
    assert [result.order_no for result in results if isinstance(result, OrderCancelled)] == [number]
    assert len(world.refunds) == 1
    assert world.payments[0]["in_flight_minor"] == 1000


@pytest.mark.req("S37")
def test_one_form_sent_fifty_times_acts_once_and_all_get_its_answer(world):
    number = world.take(make_order())
    shown = world.confirm(number).shown
    results = at_once([lambda: world.cancel(number, shown=shown, request_id="the-form") for _ in range(50)])
    assert {result.order_no for result in results} == {number}
    assert len(world.refunds) == 1


@pytest.mark.req("P14", "S11")
def test_cancel_against_ship_has_one_winner_and_the_other_is_told(world):
    feed = Actor(kind="feed", shop_id=world.shopper.shop_id)
    outcomes = set()
    for round_number in range(10):
        number = world.take(make_order())
        shown = world.confirm(number).shown

        def cancel(number=number, shown=shown):
            return world.cancel(number, shown=shown)

        def ship(number=number):
            return ship_order(
                order_no=number,
                carrier="SF",
                tracking_no=number,
                at=None,
                is_delivered=False,
                actor=feed,
                deps=world.deps,
            )

        acts = [cancel, ship] if round_number % 2 else [ship, cancel]
        results = at_once(acts)
        won = [not isinstance(result, Exception) for result in results]
        assert sum(won) == 1, results
        assert world.order(number).state == ("cancelled" if won[acts.index(cancel)] else "shipped")
        outcomes.add(won[acts.index(cancel)])
    assert outcomes <= {True, False}


@pytest.mark.req("P4", "S37")
def test_units_of_one_line_cancelled_at_once_are_never_more_than_there_are(world):
    number = world.take(make_order(make_line("1", 5, 5003)))
    shown = world.confirm(number, (("1", 1),)).shown
    results = at_once(
        [lambda n=n: world.cancel(number, (("1", 1),), shown=shown, request_id=f"u-{n}") for n in range(10)]
    )
    assert sum(isinstance(result, OrderCancelled) for result in results) == 1
    assert world.order(number).lines[0].cancelled == 1


@pytest.mark.req("N7")
def test_several_workers_on_the_same_jobs_move_the_money_once(world):
    for _ in range(4):
        world.cancel(world.take(make_order()))
    for _ in range(6):
        at_once([lambda: work_all_jobs(deps=world.deps) for _ in range(4)])
        world.rail.settle()
        world.clock.move(seconds=70)
    assert [refund["state"] for refund in world.refunds] == ["succeeded"] * 4
    assert sum(world.rail.moved(payment["reference"]) for payment in world.payments) == 4000
    assert len(world.mailer.sent) == 8
