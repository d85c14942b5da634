"""One parcel on its way back and a customer of two minds: whatever comes in whatever order, goods and money agree."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.domain.errors import Conflict, ProviderUnavailable
from portal.domain.money import Money
from portal.models.fee import Fee, FeePayment
from portal.ports import CollectAnswer
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.send_back import delivered_to_customer, send_goods_back
from portal.services.withdrawing.close_with_consent import close_with_consent
from tests.services.applying.test_apply_for import case_of
from tests.services.returning.test_inspect import inspect
from tests.support.fees import AMOUNT, by, pay, under_way, withdraw
from tests.support.order_facts import NOON
from tests.support.world import World, world_on

LONG = int(os.environ.get("PORTAL_EXAMPLES", "0"))
TIMEOUT = ProviderUnavailable("fake", "timeout")
ANSWERS: dict[str, tuple[CollectAnswer | Exception, bool] | None] = {
    "paid": None,
    "wrong_password": (CollectAnswer(outcome="wrong_password"), False),
    "no_funds": (CollectAnswer(outcome="no_funds"), False),
    "down": (CollectAnswer(outcome="unavailable"), False),
    "less": (CollectAnswer(outcome="paid", amount=Money(1, "CNY")), False),
    "pending": (CollectAnswer(outcome="pending"), False),
    "lying": (CollectAnswer(outcome="pending"), True),
    "late": (TIMEOUT, True),
    "lost": (TIMEOUT, False),
}


class OneParcel(RuleBasedStateMachine):
    world: World

    @initialize()
    def on_its_way(self) -> None:
        self.world.clock.set(NOON)
        self.count = 0
        self.number, self.case_no = under_way(self.world)
        self.withdraw()

    @rule()
    def withdraw(self) -> None:
        with suppress(Conflict):
            withdraw(self.world, self.case_no, self._next())

    @rule(method=st.sampled_from(["card", "alipay", "wechat", "cod"]), answer=st.sampled_from(sorted(ANSWERS)))
    def pay(self, method: str, answer: str) -> None:
        fee = self._fee()
        queued = ANSWERS[answer] if fee and fee["state"] == "due" and method != "cod" else None
        if queued:
            self.world.rail.next_collect(queued[0], booked=queued[1])
        with suppress(Conflict):
            pay(self.world, self.case_no, method, self._next())
        self.world.rail.forget_what_was_queued()

    @rule()
    def the_worker_works(self) -> None:
        work_all_jobs(deps=self.world.deps)

    @rule(hours=st.sampled_from([0.01, 1, 73]))
    def time_passes(self, hours: float) -> None:
        self.world.clock.move(hours=hours)
        run_deadlines(deps=self.world.deps)

    @precondition(lambda self: self.count > 6)
    @rule()
    def receive(self) -> None:
        with suppress(Conflict):
            receive_goods(case_no=self.case_no, **by(self.world, "warehouse", self._next()))

    @rule(accepted=st.integers(0, 3))
    def inspect(self, accepted: int) -> None:
        if case_of(self.world, self.case_no)["state"] == "received":
            with suppress(Conflict):
                found = ("1", accepted, 3 - accepted)
                inspect(self.world, self.case_no, found, reason="看过了", request_id=self._next())

    @rule()
    def send_to_the_customer(self) -> None:
        with suppress(Conflict):
            sent = {"carrier": "SF", "tracking_no": "SF2000"}
            send_goods_back(case_no=self.case_no, **sent, **by(self.world, "warehouse", self._next()))

    @rule(accepted=st.booleans())
    def at_the_door(self, accepted: bool) -> None:
        with suppress(Conflict):
            there = by(self.world, "warehouse", self._next())
            delivered_to_customer(case_no=self.case_no, accepted=accepted, **there)

    @rule()
    def staff_close(self) -> None:
        with suppress(Conflict):
            close_with_consent(case_no=self.case_no, reason="电话同意", **by(self.world, "agent", self._next()))

    @invariant()
    def a_fee_waits_only_where_its_goods_are(self) -> None:
        """Nobody knows how long a rail confirms, so only a fee that is being confirmed may outlast its parcel."""
        fee = self._fee()
        if fee and fee["state"] in ("due", "on_delivery"):
            wanted = {"due": "in_transit", "on_delivery": "sending_back"}[fee["state"]]
            assert case_of(self.world, self.case_no)["state"] == wanted

    @invariant()
    def never_a_closed_case_with_goods_in_flight(self) -> None:
        row = self.world.rows(Fee) and case_of(self.world, self.case_no)
        if row and row["state"] == "withdrawn":
            assert self.world.order(self.number).lines[0].claimed == 0
            assert (row["parcel"] or {}).get("back")

    @invariant()
    def a_fee_is_kept_once_and_only_while_it_is_paid(self) -> None:
        payments = self._payments()
        for fee in self._fees():
            mine = [row for row in payments if row["fee_id"] == fee["id"]]
            kept = sum(row["got_minor"] for row in mine if row["state"] == "paid")
            assert kept == (AMOUNT if fee["state"] == "paid" and not _is_returning(mine) else 0)
            assert sum(row["state"] == "processing" for row in mine) == (fee["state"] == "processing")

    def teardown(self) -> None:
        """Left alone, every payment comes to its end, and the rail's books are ours."""
        if not hasattr(self, "case_no"):
            return
        self.world.settle(8)
        assert {row["state"] for row in self._payments()} <= {"paid", "failed", "returned"}
        taken = sum(row["got_minor"] for row in self._payments() if row["method"] != "cod")
        assert taken == self.world.rail.collected(self.case_no)
        back = sum(self.world.rail.moved(row["number"]) for row in self._payments())
        assert back == sum(row["returned_minor"] for row in self._payments()) <= taken
        assert reconcile_refunds(deps=self.world.deps) == []

    def _next(self) -> str:
        self.count += 1
        return f"{self.case_no}-{self.count}"

    def _fees(self) -> list[Any]:
        case_id = case_of(self.world, self.case_no)["id"]
        return [row for row in self.world.rows(Fee) if row["case_id"] == case_id]

    def _fee(self) -> Any:
        return next(reversed(self._fees()), None)

    def _payments(self) -> list[Any]:
        mine = {row["id"] for row in self._fees()}
        return [row for row in self.world.rows(FeePayment) if row["fee_id"] in mine]


def _is_returning(payments: list[Any]) -> bool:
    return any(row["state"] == "returning" and not row["problem"] for row in payments)


@pytest.mark.req("S31", "S32", "S33", "N10")
@pytest.mark.timeout(0 if LONG else 120)
@pytest.mark.parametrize(("kind", "examples"), [("sqlite", LONG or 15), ("postgresql", LONG or 6)])
def test_whatever_comes_goods_and_money_are_never_both_on_one_side(
    request: pytest.FixtureRequest, kind: str, examples: int
) -> None:
    with world_on(request.getfixturevalue(f"{kind}_url")) as world:
        machine = type("Machine", (OneParcel,), {"world": world})
        quick = settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine, settings=quick)
