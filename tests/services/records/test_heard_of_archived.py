"""What is heard of an archived order and changes nothing leaves it in the archive; what counts it still does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.embedding.hand_over import Handover
from portal.models.archive import ArchivedOrder
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.embedding.hand_over import issue_code
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.records.verify_audit import verify_audit
from portal.services.refunds.hear_rail import hear_rail
from portal.services.refunds.recheck_refund import plan_fee_recheck, plan_recheck
from portal.services.refunds.take_result import take_result
from tests.services.applying.test_apply_for import case_of
from tests.services.fees.test_fee_reversed import paid_too_late
from tests.support.archiving import archive_all
from tests.support.early_refunds import order_of, quick_shop, returned
from tests.support.fees import tries
from tests.support.order_facts import make_order
from tests.support.rails import operator, with_rail
from tests.support.world import World

pytestmark = pytest.mark.req("P12")


def archived(world: World) -> list[str]:
    with world.deps.database.reading() as connection:
        return list(connection.execute(select(ArchivedOrder.__table__.c.number)).scalars())


def refunded(world: World) -> Any:
    """The refund of a cancelled order that the shop's own system has paid; the order is in the archive."""
    with_rail(world)
    number = world.take(make_order())
    world.cancel(number)
    world.settle()
    archive_all(world.deps)
    (refund,) = world.refunds
    assert (refund["state"], archived(world)) == ("succeeded", [number])
    return refund


def test_a_rail_that_says_the_same_again_takes_no_order_out_of_the_archive(world: World) -> None:
    refund = refunded(world)
    for outcome in ("succeeded", "pending"):
        said = RefundAnswer(outcome=outcome)  # type: ignore[arg-type]
        who = {"actor": operator(world), "request_id": None, "deps": world.deps}
        assert take_result(refund_no=refund["number"], said=said, **who).state == "succeeded"
    body = json.dumps({"about": "refund", "number": refund["number"]}).encode()
    hear_rail(shop_key="tepai", kind="merchant", headers={"Signed": "yes"}, body=body, deps=world.deps)
    work_all_jobs(deps=world.deps)
    with unit_of_work(world.deps) as work:
        plan_recheck(work, refund["refund_id"])
    work_all_jobs(deps=world.deps)
    assert len(archived(world)) == 1
    assert "system:order:brought_back" not in world.events()
    assert verify_audit(deps=world.deps).broken is None


def test_what_changes_something_brings_it_back(world: World) -> None:
    refund = refunded(world)
    said = RefundAnswer(outcome="failed", reason="账户已注销")
    take_result(refund_no=refund["number"], said=said, actor=operator(world), request_id=None, deps=world.deps)
    assert archived(world) == []
    assert "system:order:brought_back" in world.events()


def test_a_dispute_that_was_decided_and_comes_again_changes_nothing(world: World) -> None:
    with_rail(world)
    world.take(make_order())
    (payment,) = world.payments
    for said in ("open", "lost", "open", "lost"):
        if said == "open" and world.events().count("rail:dispute:lost"):
            archive_all(world.deps)
        body = {"about": "dispute", "number": payment["reference"], "amount": 1000, "currency": "CNY", "dispute": said}
        sent = json.dumps(body).encode()
        hear_rail(shop_key="tepai", kind="merchant", headers={"Signed": "yes"}, body=sent, deps=world.deps)
    assert len(archived(world)) == 1


def test_a_fee_that_is_asked_about_again_changes_nothing(world: World) -> None:
    number = paid_too_late(world)
    archive_all(world.deps)
    before = archived(world)
    with unit_of_work(world.deps) as work:
        plan_fee_recheck(work, f"{number}-R1")
    work_all_jobs(deps=world.deps)
    assert tries(world) == [("returned", "", 1200)]
    assert archived(world) == before != []


def test_orders_that_are_archived_still_make_their_customer_a_known_one(world: World) -> None:
    """极速退款 is for whom orders were delivered to (P17)."""
    number = order_of(world, quick_shop(world))
    archive_all(world.deps, but=number)
    assert case_of(world, returned(world, number))["outcome"]["handling"]["pays"] == "handed_over"


def test_a_customer_is_handed_over_to_an_archived_order_as_well(world: World) -> None:
    number = world.take(make_order())
    archive_all(world.deps)
    handover = Handover(customer="c-1", orders=(number,))
    assert issue_code(handover=handover, shop_id=world.made.shop_id, idempotency_key="", deps=world.deps).code
