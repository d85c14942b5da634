"""Past cases decided again under a draft: counted, listed, a batch at a time, nothing changed by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.errors import Conflict, Invalid
from portal.domain.policy.drafts import PolicySimulation
from portal.models.case import Case
from portal.models.job import Job
from portal.models.policy import PolicyChange
from portal.repos.unit_of_work import reading
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.messages.ask_question import ask_question
from portal.services.policy import simulate_draft
from portal.services.policy.past_applications import past_applications
from portal.services.policy.replay import replay
from portal.services.policy.simulate import simulate
from portal.services.policy.simulate_draft import start_simulation
from tests.services.applying.test_apply_for import apply
from tests.support.applications import bought
from tests.support.beyond_policy import person
from tests.support.order_facts import NOON, make_line
from tests.support.packs import PACKS
from tests.support.policies import PolicyDesk
from tests.support.world import World

pytestmark = pytest.mark.req("N4")
LONG_AGO = NOON - timedelta(days=40)
LONGER = {"windows.quality": ["60"], "windows.quality.unit": ["days"]}


@pytest.fixture
def desk(world: World) -> PolicyDesk:
    return PolicyDesk(world.deps, person(world))


def history(world: World) -> dict[str, str]:
    """One return in time, two applications about faults that a person must look at, one question."""
    found = {"in time": apply(world, world.take(bought(make_line("1", 2, 5000))))}
    for name in ("late", "later"):
        number = world.take(bought(make_line("1", 2, 5000), make_line("2", 1, 900), at=LONG_AGO))
        asked: dict[str, Any] = {"reason": "quality", "units": (("1", 1), ("2", 1))}
        found[name] = apply(world, number, **asked)
    by: dict[str, Any] = {"actor": world.shopper, "request_id": "ask", "deps": world.deps}
    ask_question(order_no=world.take(bought(make_line("1", 1, 100))), body="什么时候发货", **by)
    return found


def simulated(world: World, desk: PolicyDesk, days: int = 90) -> PolicySimulation:
    number = desk.simulate(days)
    with reading(world.deps) as work:
        found = work.policy_simulations.find(number)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_counts_sums_and_the_cases_that_change(
    world: World, desk: PolicyDesk, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate_draft, "AT_ONCE", at_once)
    cases = history(world)
    before = world.rows(Case)
    desk.begin()
    desk.save(LONGER)
    one = simulated(world, desk)
    assert (one.state, one.done, one.total, one.percent) == ("done", 3, 3, 100)
    assert one.counts["before"] == {"approved": 1, "review": 2}
    assert one.counts["after"] == {"approved": 3}
    assert one.counts["moves"] == {"review>approved": 2} and one.counts["changed"] == 2
    gained = one.counts["sums_after"]["CNY"] - one.counts["sums_before"]["CNY"]
    assert gained == 2 * (2500 + 900)
    with reading(world.deps) as work:
        listed = work.policy_simulations.changes(one.id, 0, 10)
    assert [row.case_no for row in listed] == [cases["late"], cases["later"]]
    assert [(row.change.before, row.change.after) for row in listed] == [("review", "approved")] * 2
    assert world.rows(Case) == before
    assert not [found for found in replay(since=None, deps=world.deps) if found.differs]


def test_only_cases_of_the_period_count(world: World, desk: PolicyDesk) -> None:
    history(world)
    world.clock.move(days=31)
    desk.begin()
    desk.save(LONGER)
    assert simulated(world, desk, days=30).counts["before"] == {}
    assert sum(simulated(world, desk, days=90).counts["before"].values()) == 3
    with pytest.raises(Invalid):
        desk.simulate(7)


def test_it_agrees_with_what_the_command_makes_of_the_exported_applications(world: World, desk: PolicyDesk) -> None:
    history(world)
    rows = list(past_applications(shop_key="tepai", since=None, deps=world.deps))
    assert [(row.line_id, row.kind) for row in rows][:2] == [("1", "return_refund"), ("1", "return_refund")]
    desk.begin()
    desk.save(LONGER)
    packs = {"applications": rows, "packs": PACKS, "shop_key": "tepai", "deps": world.deps}
    verdicts = {
        side: [row.decision for row in simulate(pack=pack, **packs)]
        for side, pack in (("before", PACKS["cn"]), ("after", desk.deps.packs.read_pack(desk.draft.text)))
    }
    one = simulated(world, desk)
    for side in ("before", "after"):
        approved = verdicts[side].count("approved")
        assert one.counts[side].get("approved", 0) == approved - (2 if side == "after" else 0)


def test_it_can_be_run_again_a_running_one_is_stopped_and_old_ones_are_forgotten(
    world: World, desk: PolicyDesk
) -> None:
    history(world)
    desk.begin()
    desk.save(LONGER)
    by: dict[str, Any] = {"actor": desk.actor, "deps": world.deps, "revision": desk.draft.revision}
    first = start_simulation(days=90, request_id="one", **by).simulation_id
    assert start_simulation(days=90, request_id="one", **by).simulation_id == first
    second = start_simulation(days=90, request_id="two", **by).simulation_id
    work_all_jobs(deps=world.deps)
    with reading(world.deps) as work:
        assert work.policy_simulations.find(first) is None
        found = work.policy_simulations.find(second)
    assert found is not None and found[1].state == "done" and len(world.rows(PolicyChange)) == 2
    with pytest.raises(Conflict, match="draft_changed"):
        start_simulation(days=90, request_id="three", **(by | {"revision": 1}))


def test_a_batch_that_comes_twice_counts_once(world: World, desk: PolicyDesk) -> None:
    history(world)
    desk.begin()
    desk.save(LONGER)
    one = simulated(world, desk)
    with world.deps.database.writing() as connection:
        connection.execute(Job.__table__.update().values(done_at=None))
    work_all_jobs(deps=world.deps)
    with reading(world.deps) as work:
        found = work.policy_simulations.find(one.id)
    assert found is not None and found[1] == one and len(world.rows(PolicyChange)) == 2
