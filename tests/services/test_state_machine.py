"""The whole life of a cancel through the services, in any order of events, on both databases (issue 3; TRAPS T1–T21).

The model knows nothing of the planning code: what an order's lines, payments, events and the rail's books must say is
worked out anew from the order as it was taken in, after every step. PORTAL_EXAMPLES asks for a long run.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from portal.domain.access import Actor
from portal.domain.cancelling import CancelAsk
from portal.domain.cases import CANCEL_TRANSITIONS
from portal.domain.errors import Conflict, NotSummarised, ProviderUnavailable, Refused, Reused
from portal.domain.events import GENESIS, chain_hash
from portal.domain.orders import Order, Units
from portal.domain.refunds import REFUND_TRANSITIONS
from portal.models.case import Case
from portal.models.case import Decision as DecisionRow
from portal.models.event import Event
from portal.models.job import Job
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.answer_cancel import answer_cancel
from portal.services.cancel_order import cancel_order
from portal.services.reconcile_refunds import reconcile_refunds
from portal.services.run_deadlines import run_deadlines
from portal.services.ship_order import ship_order
from portal.services.work_jobs import work_all_jobs, work_one_job
from tests import databases
from tests.domain.any_orders import any_order, some_units
from tests.domain.orders import NOON
from tests.fakes import FakeRail
from tests.world import World, world_on

LONG = int(os.environ.get("PORTAL_EXAMPLES", "0"))
QUICK = {"sqlite": 25, "postgresql": 8}
STATUSES = ("paid", "paid", "picking", "awaiting_payment")
REACHABLE_CASES = {state: set(steps.values()) for state, steps in CANCEL_TRANSITIONS.items()}
REACHABLE_REFUNDS = {state: set(steps.values()) for state, steps in REFUND_TRANSITIONS.items()}


class WorkerKilled(BaseException):
    """As after kill -9: nothing of ours runs any more, whatever was committed stays."""


class DeadlyRail(FakeRail):
    """`kill` ends the worker in the middle of its next call, before or after the rail has booked."""

    kill: str = ""

    @property
    def entries(self) -> dict[str, Any]:
        return self._entries

    def forget_what_was_queued(self) -> None:
        self._refund_answers.clear()
        self._find_answers.clear()

    def refund(self, ask: Any) -> Any:
        when, self.kill = self.kill, ""
        if when == "before":
            raise WorkerKilled
        answer = super().refund(ask)
        if when == "after":
            raise WorkerKilled
        return answer


@dataclass
class Life:
    """What the model knows of one order: as it was taken in, and what was last asked."""

    number: str
    first: Order
    states: dict[str, str] = field(default_factory=dict)
    last: tuple[CancelAsk, str, str, str] | None = None
    asked: int = 0


class Lives(RuleBasedStateMachine):
    world: World
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
        with pytest.raises(Refused):
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
        with pytest.raises((Conflict, Refused, NotSummarised)):
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
        try:
            self._ship(life, units, is_delivered)
        except Conflict as no:
            assert no.what == self._why_not_shipped(order)
        else:
            assert self._why_not_shipped(order) == ""
        self._check(life)

    @rule(later=st.sampled_from([0, 1800, 3 * 3600]))
    def deadlines_run(self, later: int) -> None:
        run_deadlines(as_of=self.world.clock.now() + timedelta(seconds=later + 1), deps=self.deps)
        self._check_all()

    @rule(seconds=st.sampled_from([1, 3, 70, 7200]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.move(seconds=seconds)

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

    # What the rules are made of.

    def _take(self, order: Order) -> None:
        number = self.world.take(order)
        life = Life(number, self.world.order(number))
        self.lives.append(life)
        self._check(life)

    def _one(self, data: st.DataObject) -> tuple[Life, Order]:
        life = self.lives[data.draw(st.integers(0, len(self.lives) - 1))]
        return life, self._order(life)

    def _order(self, life: Life) -> Order:
        return self.world.order(life.number)

    def _next_id(self, life: Life) -> str:
        life.asked += 1
        return f"{life.number}-{life.asked}"

    def _cancel(self, life: Life, order: Order, units: Units) -> None:
        request_id = self._next_id(life)
        try:
            shown = self.world.confirm(life.number, units).shown
        except Refused:
            assert not order.units_unshipped() or order.waiting_case
            return
        ask = CancelAsk(units=units, reason="changed_mind")
        try:
            location = self._send(life, ask, shown, request_id)
        except Refused:
            # The confirmation offered the whole rest: while one cancel waits, only that may go, for a stock problem.
            assert order.waiting_case
            return
        life.last = (ask, shown, request_id, location)
        self._check(life)
        after = self._order(life)
        if location.startswith("case:"):
            assert after.waiting_case == location.removeprefix("case:")
        else:
            wanted = dict(units or order.units_unshipped())
            for line, was in zip(after.lines, order.lines, strict=True):
                assert line.cancelled - was.cancelled >= wanted.get(line.id, 0)

    def _send(self, life: Life, ask: CancelAsk, shown: str, request_id: str) -> str:
        return cancel_order(
            order_no=life.number,
            ask=ask,
            shown=shown,
            actor=self.world.shopper,
            request_id=request_id,
            deps=self.deps,
        )

    def _answer(self, case_no: str, answer: Any, left_at: Any, request_id: str) -> None:
        answer_cancel(
            case_no=case_no,
            answer=answer,
            left_at=left_at,
            actor=self.world.made.staff("warehouse"),
            request_id=request_id,
            deps=self.deps,
        )

    def _ship(self, life: Life, units: Units, is_delivered: bool) -> None:
        ship_order(
            order_no=life.number,
            carrier="SF",
            tracking_no=self._next_id(life),
            at=None,
            is_delivered=is_delivered,
            actor=Actor(kind="feed", shop_id=self.world.shopper.shop_id),
            deps=self.deps,
            units=units,
        )

    @staticmethod
    def _why_not_shipped(order: Order) -> str:
        if order.waiting_case:
            return "cancel_open"
        if order.state in ("cancelled", "awaiting_payment"):
            return str(order.state)
        return "" if order.units_unshipped() else "shipped"

    @contextmanager
    def _may_be_killed(self) -> Iterator[None]:
        with suppress(WorkerKilled):
            yield

    def _jobs_waiting(self) -> int:
        table = Job.__table__
        with self.deps.database.reading() as connection:
            query = select(func.count()).where(table.c.done_at.is_(None))
            return int(connection.execute(query).scalar_one())

    # What must hold.

    def _check_all(self) -> None:
        for life in self.lives:
            self._check(life)

    def _check(self, life: Life) -> None:
        order = self._order(life)
        rows = self._rows_of(life)
        events = [json.loads(row["text"]) for row in rows["events"]]
        self._check_money(life, order, rows["refunds"], events)
        self._check_units(life, order, rows["cases"], events)
        self._check_once(order, rows, events)
        self._check_chain(rows["events"])
        self._check_steps(life, rows)

    def _rows_of(self, life: Life) -> dict[str, list[Any]]:
        found = {}
        with reading(self.deps) as work:
            order_id = work.orders.get(life.number, self.world.shopper).id
            found["refunds"] = work.refunds.of_order(order_id)
            for name, model in {"events": Event, "cases": Case, "decisions": DecisionRow}.items():
                table = model.__table__
                query = select(table).where(table.c.order_id == order_id).order_by(table.c.id)
                found[name] = list(work.connection.execute(query).mappings())
        return found

    def _check_money(self, life: Life, order: Order, refunds: list[Any], events: list[dict[str, Any]]) -> None:
        """Σ given back + what named rules keep = Σ paid; counters, refunds, events and the rail say the same."""
        paid = life.first.captured.minor
        given = sum(refund["amount_minor"] for refund in refunds)
        worth = sum(line.net * line.cancelled // line.quantity for line in order.lines)
        costs = order.freight.minor + order.freight_tax.minor + sum(fee.amount.minor for fee in order.fees)
        kept_goods = sum(line.net for line in order.lines) - worth
        kept_costs = 0 if order.freight_returned else costs
        if paid:
            assert given + kept_goods + kept_costs == paid
        else:
            assert given == 0
        assert given == sum(e["data"]["refund"] for e in events if e["kind"].endswith(":cancelled"))
        for payment in order.payments:
            mine = [refund for refund in refunds if refund["payment_id"] == payment.id]
            done = sum(refund["amount_minor"] for refund in mine if refund["state"] == "succeeded")
            assert payment.refunded == done
            assert payment.in_flight == sum(refund["amount_minor"] for refund in mine) - done
            assert payment.refunded + payment.in_flight <= payment.captured.minor
            assert done <= self.rail.moved(payment.reference) <= payment.refunded + payment.in_flight
            assert sum(refund["state"] in ("submitted", "pending") for refund in mine) <= 1
        succeeded = [e["data"]["amount"] for e in events if e["kind"] == "rail:refund:succeeded"]
        assert sum(succeeded) == sum(payment.refunded for payment in order.payments)

    def _check_units(self, life: Life, order: Order, cases: list[Any], events: list[dict[str, Any]]) -> None:
        """Counters are what the events add up to."""
        cancelled: dict[str, int] = {}
        shipped: dict[str, int] = {}
        for event in events:
            target = shipped if event["kind"] == "feed:parcel:shipped" else cancelled
            if event["kind"] == "feed:parcel:shipped" or event["kind"].endswith(":cancelled"):
                for line_id, count in event["data"]["units"]:
                    target[line_id] = target.get(line_id, 0) + count
        waiting = [case for case in cases if case["state"] == "submitted"]
        assert [case["case_no"] for case in waiting] == ([order.waiting_case] if order.waiting_case else [])
        claimed = {line_id: count for case in waiting for line_id, count in case["summary"]["units"]}
        for line in order.lines:
            assert line.cancelled == line.gone == cancelled.get(line.id, 0)
            assert line.shipped == shipped.get(line.id, 0)
            assert line.claimed == claimed.get(line.id, 0)
            assert line.cancelled + line.claimed + line.shipped <= line.quantity
            assert 0 <= line.refunded <= line.net

    def _check_once(self, order: Order, rows: dict[str, list[Any]], events: list[dict[str, Any]]) -> None:
        """A refund per decision and tender; freight, points and coupons once."""
        acts = [e for e in events if e["kind"].endswith((":order:cancelled", ":units:cancelled"))]
        planned = [e for e in events if e["kind"] == "system:refund:planned"]
        assert len(planned) == len(rows["refunds"]) == len({row["refund_id"] for row in rows["refunds"]})
        assert len(acts) <= len(rows["decisions"]) + 1
        freight = sum(event["data"]["freight"] for event in acts)
        assert freight == (order.freight.minor + order.freight_tax.minor if order.freight_returned else 0)
        back = sum(e["data"]["points"] for e in events if e["kind"] == "system:points:returned")
        assert back == sum(line.points_count * line.cancelled // line.quantity for line in order.lines)
        coupons = [e["data"]["coupon"] for e in events if e["kind"] == "system:coupon:returned"]
        for discount in order.discounts:
            if discount.kind == "coupon":
                covered = [line for line in order.lines if discount.covers(line.id)]
                assert coupons.count(discount.code) == all(line.cancelled == line.quantity for line in covered)

    def _check_chain(self, rows: list[Any]) -> None:
        head = GENESIS
        for place, row in enumerate(rows, 1):
            assert (row["seq"], row["previous"]) == (place, head)
            head = chain_hash(head, row["text"])
            assert row["hash"] == head

    def _check_steps(self, life: Life, rows: dict[str, list[Any]]) -> None:
        """States have left only by their tables since they were last looked at."""
        for name, key, reachable in (
            ("cases", "case_no", REACHABLE_CASES),
            ("refunds", "refund_id", REACHABLE_REFUNDS),
        ):
            for row in rows[name]:
                before, after = life.states.get(row[key]), row["state"]
                start = "submitted" if name == "cases" else "planned"
                assert after in _closure(reachable, before or start), (row[key], before, after)
                life.states[row[key]] = after

    def _check_at_the_end(self, life: Life) -> None:
        order = self._order(life)
        refunds = self._rows_of(life)["refunds"]
        assert {refund["state"] for refund in refunds} <= {"succeeded"}
        for payment in order.payments:
            assert payment.in_flight == 0
            assert payment.refunded == self.rail.moved(payment.reference)
        if order.state == "cancelled" and not order.is_shipped_at_all:
            assert sum(payment.refunded for payment in order.payments) == life.first.captured.minor
        for case in self._rows_of(life)["cases"]:
            assert case["state"] != "refunding"


def _closure(reachable: dict[str, set[str]], state: str) -> set[str]:
    found, new = {state}, {state}
    while new:
        new = {after for at in new for after in reachable[at]} - found
        found |= new
    return found


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
