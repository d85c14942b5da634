"""A refund that its rail cannot make goes another way once: consent, sealed account, a second person, proof (S44)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor
from portal.domain.refunds.results import RefundTransferred
from portal.models.transfer import Transfer
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.records.verify_audit import verify_audit
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.services.refunds.transfer_refund import (
    Destination,
    answer_transfer,
    propose_transfer,
    record_transfer,
    show_account,
)
from tests.services.cancelling.test_races import at_once
from tests.support.order_facts import make_order
from tests.support.world import World

pytestmark = pytest.mark.req("S44", "N7")
TO = Destination(way="bank", name="张三", account="6222 0000 1234 5678", consent="11月20日电话里同意")


@pytest.fixture
def failed(world: World) -> str:
    """The number of a refund that its rail has refused."""
    world.made.staff("agent")
    world.cancel(world.take(make_order()))
    world.rail.next_refund(RefundAnswer(outcome="failed", reason="账户已注销"))
    work_all_jobs(deps=world.deps)
    return str(world.refunds[0]["number"])


def person(world: World, number: int = 1, role: Any = "agent") -> Actor:
    return replace(world.made.staff(role), id=number)


def propose(world: World, number: str, by: Actor | None = None, request_id: str = "p", to: Destination = TO) -> Any:
    return propose_transfer(refund_no=number, to=to, actor=by or person(world), request_id=request_id, deps=world.deps)


def answer(world: World, number: str, answer: Any = "approve", by: Actor | None = None, **values: Any) -> Any:
    known = {"actor": by or person(world, 2, "supervisor"), "request_id": f"a-{answer}", "deps": world.deps}
    return answer_transfer(refund_no=number, answer=answer, **(known | values))


def paid(world: World, number: str, request_id: str = "paid") -> Any:
    by = {"actor": person(world), "request_id": request_id, "deps": world.deps}
    return record_transfer(refund_no=number, reference="NB20261120", **by)


def test_it_is_paid_once_and_told_with_what_it_can_be_found_by(world: World, failed: str) -> None:
    assert propose(world, failed) == RefundTransferred(refund_no=failed, what="proposed")
    (row,) = world.rows(Transfer)
    assert "6222" not in row["sealed"] and row["tail"] == "5678"
    with pytest.raises(Conflict):
        paid(world, failed)
    answer(world, failed)
    assert show_account(refund_no=failed, actor=person(world), deps=world.deps) == ("张三", "6222000012345678")
    assert [paid(world, failed).what for _ in range(2)] == ["paid", "paid"]
    assert world.rows(Transfer)[0]["sealed"] == ""
    refund = world.refunds[0]
    assert (refund["state"], refund["method"], refund["account"]) == ("succeeded", "transfer", "****5678")
    assert (world.payments[0]["refunded_minor"], world.payments[0]["in_flight_minor"]) == (1000, 0)
    said = [event for event in world.events("A-1") if "transfer" in event]
    assert said == [f"staff:transfer:{what}" for what in ("proposed", "approved", "seen", "paid")]
    assert not [task for task in world.tasks if not task["done_at"]]
    world.settle()
    assert "NB20261120" in world.mailer.sent[-1].body
    assert sum(world.rail.moved(payment["reference"]) for payment in world.payments) == 0
    assert (verify_audit(deps=world.deps).broken, reconcile_refunds(deps=world.deps)) == (None, [])


def test_meanwhile_the_rail_is_not_tried_and_taken_back_it_is(world: World, failed: str) -> None:
    propose(world, failed)
    with pytest.raises(Conflict) as no:
        retry_refund_now(refund_no=failed, actor=person(world), request_id="r", deps=world.deps)
    assert no.value.what == "transfer_open"
    world.settle()
    assert world.refunds[0]["state"] == "failed"
    answer(world, failed)
    answer(world, failed, "take_back", by=person(world))
    world.settle(20)
    assert (world.refunds[0]["state"], world.refunds[0]["method"]) == ("succeeded", "alipay")
    with pytest.raises(Conflict):
        paid(world, failed)


def test_nobody_approves_their_own_and_declining_says_why(world: World, failed: str) -> None:
    propose(world, failed, by=person(world, 1, "supervisor"))
    for by in (person(world, 1, "supervisor"), person(world, 2, "agent")):
        with pytest.raises((Conflict, Forbidden)):
            answer(world, failed, by=by)
    with unit_of_work(world.deps) as work:
        work.connection.execute(text("UPDATE staff SET mail = 'li@example.com'"))
    with pytest.raises(Conflict) as no:
        answer(world, failed, request_id="same mail")
    assert no.value.what == "same_person"
    with unit_of_work(world.deps) as work:
        work.connection.execute(text("UPDATE staff SET mail = NULL"))
    with pytest.raises(Invalid):
        answer(world, failed, "decline")
    answer(world, failed, "decline", reason="账号不对", request_id="no")
    assert propose(world, failed, request_id="again").what == "proposed"


def test_only_of_a_refund_that_the_rail_has_not_made(world: World, failed: str) -> None:
    world.settle(20)
    with pytest.raises(Conflict):
        propose(world, failed)
    assert world.rows(Transfer) == []


def test_without_consent_or_account_there_is_none(world: World, failed: str) -> None:
    for gone in ("name", "account", "consent", "way"):
        with pytest.raises(Invalid):
            propose(world, failed, to=replace(TO, **{gone: " "}))
    assert world.rows(Transfer) == []


def test_many_at_once_make_one_and_pay_it_once(world: World, failed: str) -> None:
    by = person(world)
    tries = at_once([lambda n=n: propose(world, failed, by=by, request_id=f"p-{n}") for n in range(6)])
    assert sum(isinstance(one, RefundTransferred) for one in tries) == 1
    answer(world, failed)
    tries = at_once([lambda n=n: paid(world, failed, f"x-{n}") for n in range(6)])
    assert sum(isinstance(one, RefundTransferred) for one in tries) == 1
    assert world.payments[0]["refunded_minor"] == 1000


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transfer SET state = 'approved'",
        "UPDATE transfer SET state = 'approved', answered_by = proposed_by, answered_person = 9",
        "UPDATE transfer SET state = 'paid', answered_by = 'staff:9', answered_person = 9",
        "UPDATE transfer SET sealed = 'another account'",
        "UPDATE refund SET method = 'transfer'",
    ],
)
def test_the_database_refuses_a_destination_that_nobody_else_has_approved(
    world: World, failed: str, statement: str
) -> None:
    propose(world, failed)
    with pytest.raises(DBAPIError), world.deps.database.writing() as connection:
        connection.execute(text(statement))
