"""A parked refund is settled by the word of a person who has found it in the books of whoever paid it."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, ProviderUnavailable
from portal.domain.refunds.results import RefundConfirmed
from portal.ports import NoLookUp, RefundAnswer
from portal.services.records.verify_audit import verify_audit
from portal.services.refunds.confirm_refund import confirm_refund
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.services.refunds.take_result import take_result
from tests.support.fake_rails import FakeConnectedRail
from tests.support.make import make_staff
from tests.support.order_facts import make_order
from tests.support.rails import operator, with_rail
from tests.support.world import World

pytestmark = pytest.mark.req("N7", "P27")


@pytest.fixture
def rail(world: World) -> FakeConnectedRail:
    """One that cannot be asked, and whose answer to the first refund was lost."""
    made = with_rail(world)

    def refuse(_ask: object) -> RefundAnswer:
        raise NoLookUp

    made.find_refund = refuse  # type: ignore[method-assign]
    made.next_refund(ProviderUnavailable("merchant", "timeout"))
    make_staff(world.deps, "agent-1", "agent")
    return made


@pytest.fixture
def number(world: World, rail: FakeConnectedRail) -> str:
    """Of the refund that is parked by that."""
    world.cancel(world.take(make_order()))
    world.settle(2)
    assert world.refunds[0]["parked_at"]
    return str(world.refunds[0]["number"])


def confirm(world: World, number: str, request_id: str = "c-1", reference: str = "NB-1") -> Any:
    by = {"actor": world.made.staff("agent"), "request_id": request_id, "deps": world.deps}
    return confirm_refund(refund_no=number, reference=reference, **by)


def test_it_is_done_once_with_what_it_can_be_found_by_and_its_customer_is_told(
    world: World, rail: FakeConnectedRail, number: str
) -> None:
    calls = list(rail.calls)
    assert [confirm(world, number) for _ in range(2)] == [RefundConfirmed(refund_no=number)] * 2
    (refund,) = world.refunds
    assert (refund["state"], refund["trace"], refund["parked_at"]) == ("succeeded", "NB-1", None)
    assert (world.payments[0]["refunded_minor"], world.payments[0]["in_flight_minor"]) == (1000, 0)
    assert world.events("A-1")[-1] == "staff:refund:succeeded" and verify_audit(deps=world.deps).broken is None
    world.settle(3)
    assert world.notices.count("refund_succeeded") == 1 and rail.calls == calls
    assert [task for task in world.tasks if task["done_at"] is None] == []


def test_what_is_not_parked_is_not_for_a_person_to_say(world: World, rail: FakeConnectedRail, number: str) -> None:
    rail.next_refund(RefundAnswer(outcome="pending"))
    retry_refund_now(refund_no=number, actor=world.made.staff("agent"), request_id="r-1", deps=world.deps)
    world.settle(1)
    with pytest.raises(Conflict) as under_way:
        confirm(world, number)
    said = RefundAnswer(outcome="succeeded")
    take_result(refund_no=number, said=said, actor=operator(world), request_id=None, deps=world.deps)
    with pytest.raises(Conflict) as done:
        confirm(world, number)
    assert (under_way.value.what, done.value.what) == ("not_parked", "settled")


def test_nobody_says_so_without_a_number_or_without_the_right_to(world: World, number: str) -> None:
    for reference in ("", "  ", "N" * 65, "N\x07"):
        with pytest.raises(Invalid):
            confirm(world, number, reference=reference)
    with pytest.raises(NotFound):
        confirm(world, "R-none")
    for actor in (operator(world), world.made.staff("auditor")):
        with pytest.raises(Forbidden):
            confirm_refund(refund_no=number, reference="NB-1", actor=actor, request_id="c-2", deps=world.deps)
    assert world.refunds[0]["parked_at"]


def test_what_came_back_after_all_is_owed_again(world: World, number: str) -> None:
    confirm(world, number)
    said = RefundAnswer(outcome="failed", reason="退回")
    take_result(refund_no=number, said=said, actor=operator(world), request_id=None, deps=world.deps)
    (refund,) = world.refunds
    assert (refund["state"], refund["confirmed_at"], world.payments[0]["in_flight_minor"]) == ("failed", None, 1000)
