"""The whole life of a cancel through the services, in any order of events, on both databases (issue 3; TRAPS T1–T21).

The model knows nothing of the planning code: what an order's lines, payments, events and the rail's books must say is
computed again from the order as it was imported, after every step. PORTAL_EXAMPLES asks for a long run.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.errors import Conflict, NotSummarised, ProviderUnavailable, RefusedError, Reused
from portal.domain.orders.order import Order, Units
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.leases import LEASE
from portal.services.jobs.work_jobs import work_all_jobs, work_one_job
from portal.services.refunds.reconcile import reconcile_refunds
from tests.support import databases
from tests.support.any_orders import any_order, some_units
from tests.support.cancel_promises import Life
from tests.support.cancel_steps import CancelSteps
from tests.support.dying_rail import DeadlyRail
from tests.support.order_facts import NOON
from tests.support.world import world_on

LONG = int(os.environ.get("PORTAL_EXAMPLES", "0"))
QUICK = {"sqlite": 25, "postgresql": 8}
STATUSES = ("paid", "paid", "picking", "awaiting_payment")


class Lives(CancelSteps):
    archive: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.lives: list[Life] = []
        world = self.world
        world.clock.set(NOON)
        world.mailer.sent.clear()
        world.texts.sent.clear()
        self.rail = DeadlyRail(world.clock)
        self.deps = world.deps = replace(world.deps, rail=self.rail)

    @initialize(order=any_order(statuses=STATUSES))
    def first_order(self, order: Order) -> None:
        self._take(order)

    @rule(order=any_order(statuses=STATUSES, most_lines=4))
    @precondition(lambda self: len(self.lives) < 3)
    def another_order(self, order: Order) -> None:
        self._take(order)

    @rule(data=st.data())
    def cancel_some(self, data: st.DataObject) -> None:
        life, order = self._one(data)
        if order.units_unshipped() and order.state != "awaiting_payment":
            self._cancel(life, order, data.draw(some_units(order)))

    @rule(data=st.data())
    def cancel_what_is_left(self, data: st.DataObject) -> None:
        life, order = self._one(data)
        self._cancel(life, order, ())

    @rule(data=st.data())
    def cancel_more_than_there_is(self, data: st.DataObject) -> None:
        life, order = self._one(data)
        line = data.draw(st.sampled_from(order.lines))
        ask = CancelAsk(units=((line.id, line.unshipped + data.draw(st.integers(1, 100_000))),), reason="other")
        with pytest.raises(RefusedError):
            self._send(life, ask, "0" * 32 + "." + "0" * 32, self._next_id(life))
        assert self._order(life).version == order.version

    @rule(data=st.data(), is_other_body=st.booleans())
    def send_the_last_form_again(self, data: st.DataObject, is_other_body: bool) -> None:
        life, order = self._one(data)
        if life.last is None:
            return
        ask, shown, request_id, location = life.last
        if is_other_body:
            with pytest.raises(Reused):
                self._send(life, replace(ask, note="anders"), shown, request_id)
        else:
            assert self._send(life, ask, shown, request_id) == location
        assert self._order(life).version == order.version

    @rule(data=st.data())
    def confirm_what_was_shown_before_it_changed(self, data: st.DataObject) -> None:
        life, order = self._one(data)
        if len(order.units_unshipped()) < 2 or order.waiting_case or order.state == "awaiting_payment":
            return
        first, *others = order.units_unshipped()
        shown = self.world.confirm(life.number, tuple(others)).shown
        self._cancel(life, order, (first,))
        before = self._order(life)
        with pytest.raises((Conflict, RefusedError, NotSummarised)):
            self._send(life, CancelAsk(units=tuple(others), reason="other"), shown, self._next_id(life))
        assert self._order(life).version == before.version

    @rule(data=st.data())
    def start_packing(self, data: st.DataObject) -> None:
        life, order = self._one(data)
        if order.status == "paid":
            with unit_of_work(self.deps) as work:
                record = work.orders.get_for_update(life.number, self.world.shopper)
                work.orders.save(record, replace(record.order, status="picking"))

    @rule(data=st.data(), answer=st.sampled_from(["stopped", "too_late"]), again=st.booleans())
    def warehouse_answers(self, data: st.DataObject, answer: Any, again: bool) -> None:
        life, order = self._one(data)
        if order.waiting_case is None:
            return
        left_at = self.world.clock.now() - timedelta(minutes=1) if answer == "too_late" else None
        self._answer(order.waiting_case, answer, left_at, self._next_id(life))
        if again:
            with pytest.raises(Conflict):
                self._answer(order.waiting_case, answer, left_at, self._next_id(life))
        self._check(life)

    @rule(data=st.data(), is_delivered=st.booleans(), is_all=st.booleans())
    def ship(self, data: st.DataObject, is_delivered: bool, is_all: bool) -> None:
        life, order = self._one(data)
        units: Units = ()
        if not is_all and order.units_unshipped():
            units = data.draw(some_units(order))
        refused = ""
        try:
            self._ship(life, units, is_delivered)
        except Conflict as no:
            refused = no.what
        assert refused == self._why_not_shipped(order)
        self._check(life)

    @rule(later=st.sampled_from([0, 1800, 3 * 3600]))
    def deadlines_run(self, later: int) -> None:
        run_deadlines(as_of=self.world.clock.now() + timedelta(seconds=later + 1), deps=self.deps)
        self._check_all()

    @rule(seconds=st.sampled_from([1, 3, 70, 7200]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.move(seconds=seconds)
        if seconds > LEASE.total_seconds():
            self.world.let_leases_run_out()

    @rule(seconds=st.sampled_from([1, 3600, 86_400]))
    def the_clock_jumps_back(self, seconds: int) -> None:
        self.world.clock.move(seconds=-seconds)

    @rule()
    def rail_goes_down_or_comes_back(self) -> None:
        self.rail.is_down = not self.rail.is_down

    @rule(
        answer=st.sampled_from(
            [
                (ProviderUnavailable("sandbox", "timeout"), True),
                (ProviderUnavailable("sandbox", "down"), False),
                (RefundAnswer(outcome="succeeded"), False),
                (RefundAnswer(outcome="pending"), True),
                (RefundAnswer(outcome="failed", reason="余额不足"), False),
                (RefundAnswer(outcome="number_spent"), False),
            ]
        )
    )
    def rail_will_answer(self, answer: tuple[Any, bool]) -> None:
        """Late, gone, lying, slow, failing, or the number is spent."""
        self.rail.next_refund(answer[0], booked=answer[1])

    @rule(when=st.sampled_from(["before", "after"]))
    def worker_will_be_killed_in_its_call(self, when: str) -> None:
        self.rail.kill = when

    @rule(data=st.data(), which=st.integers(0, 3))
    @precondition(lambda self: not self.rail.is_down)
    def the_bank_sends_one_back(self, data: st.DataObject, which: int) -> None:
        life, _ = self._one(data)
        self._send_back(life, which)

    @rule()
    def one_job(self) -> None:
        with self._may_be_killed():
            work_one_job(deps=self.deps)
        self._check_all()

    @rule()
    def all_jobs(self) -> None:
        with self._may_be_killed():
            work_all_jobs(deps=self.deps, limit=200)
        self._check_all()

    def teardown(self) -> None:
        """The rail is up, nobody kills anybody, and time passes until there is nothing left to do."""
        self.rail.is_down, self.rail.kill = False, ""
        self.rail.forget_what_was_queued()
        self.world.clock.set(max(self.world.clock.now(), NOON) + timedelta(days=2))
        self.world.let_leases_run_out()
        for life in self.lives:
            self._send_again_what_failed(life)
        for _ in range(40):
            work_all_jobs(deps=self.deps)
            self._check_all()
            if not self._jobs_waiting():
                break
            self.world.clock.move(seconds=400)
        assert not self._jobs_waiting()
        for life in self.lives:
            self._check_at_the_end(life)
        assert len({mail.message_id for mail in self.world.mailer.sent}) == len(self.world.mailer.sent)
        self.archive |= self.rail.entries


def lived(url: str, examples: int) -> None:
    """Runs the machine on one database; at the end the rail's books, all runs together, equal ours."""
    with world_on(url) as world:
        Machine = type("Lives", (Lives,), {"world": world, "archive": {}})
        # A failure in a long run is told as it was found: shrinking it would take longer than reading it.
        phases = [Phase.explicit, Phase.reuse, Phase.generate] + ([] if LONG else [Phase.shrink])
        chosen = settings(
            max_examples=examples,
            stateful_step_count=20,
            phases=phases,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        )
        run_state_machine_as_test(Machine, settings=chosen)
        rail = DeadlyRail(world.clock)
        rail.entries.update(Machine.archive)
        assert reconcile_refunds(deps=replace(world.deps, rail=rail)) == []


@pytest.fixture
def fast_folder(tmp_path: Path) -> Iterator[Path]:
    """Thousands of commits need no disk: memory where the machine has a file system there."""
    memory = Path("/dev/shm")
    if not (LONG and os.access(memory, os.W_OK)):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.mark.req("P3", "P4", "P14", "S9", "S10", "S11", "S12", "S37")
@pytest.mark.timeout(0 if LONG else 120)
def test_any_life_of_a_cancel_keeps_every_promise_on_sqlite(fast_folder: Path) -> None:
    lived(databases.sqlite_database(fast_folder), LONG or QUICK["sqlite"])


@pytest.mark.req("P3", "P4", "P14", "S9", "S10", "S11", "S12", "S37")
@pytest.mark.timeout(0 if LONG else 120)
def test_any_life_of_a_cancel_keeps_every_promise_on_postgresql(postgresql_url: str) -> None:
    lived(postgresql_url, LONG or QUICK["postgresql"])
