"""What the worker has not done is listed for its shop alone, and tried again at an administrator's word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor
from portal.models.job import Job
from portal.pages.staff.jobs import jobs_page
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.retry_job import list_troubled_jobs, retry_any_job, retry_job
from tests.support.make import make_shop
from tests.support.order_facts import make_order
from tests.support.world import World


def admin(world: World) -> Actor:
    return world.made.staff("admin")


def listed(world: World, actor: Actor | None = None) -> list[tuple[str, str]]:
    return [(row.kind, row.trouble) for row in jobs_page(actor=actor or admin(world), deps=world.deps).jobs]


def test_what_is_late_failing_or_given_up_is_listed_and_nothing_else(world: World) -> None:
    world.cancel(world.take(make_order()))
    assert listed(world) == []
    world.clock.move(minutes=2)
    assert sorted(listed(world)) == [("notice", "late"), ("refund", "late")]
    later = world.clock.now() + timedelta(minutes=5)
    with unit_of_work(world.deps) as work:
        table = Job.__table__
        failing = {"run_at": later, "attempts": 4, "error": "mail: 550 <c1@example.com> +86 138 0000 0001"}
        work.connection.execute(table.update().where(table.c.kind == "notice").values(failing))
        work.connection.execute(table.update().where(table.c.kind == "refund").values(dead_at=work.now))
    assert listed(world) == [("refund", "dead"), ("notice", "failing")]
    rows = jobs_page(actor=admin(world), deps=world.deps).jobs
    assert rows[1].error == "mail: 550 <…> …" and rows[0].about == world.refunds[0]["refund_id"]


def test_it_is_tried_again_once_and_recorded(world: World) -> None:
    world.cancel(world.take(make_order()))
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE job SET dead_at = created_at")
    world.settle(1)
    assert world.refunds[0]["state"] == "planned"
    number = next(row["id"] for row in world.rows(Job) if row["kind"] == "refund")
    by = {"job_id": number, "actor": admin(world), "deps": world.deps}
    assert retry_job(request_id="r", **by) == retry_job(request_id="r", **by)
    world.settle()
    assert world.refunds[0]["state"] == "succeeded"
    assert world.events().count("staff:job:retried") == 1
    with pytest.raises(NotFound):
        retry_job(request_id="again", **by)


def test_another_shops_are_nobodys_business_here(world: World) -> None:
    world.cancel(world.take(make_order()))
    world.clock.move(minutes=2)
    other = make_shop(world.deps, "other")
    stranger = Actor(kind="staff", shop_id=other.shop_id, id=9, role="admin")
    assert listed(world, stranger) == []
    for row in world.rows(Job):
        with pytest.raises(NotFound):
            retry_job(job_id=row["id"], actor=stranger, request_id=f"r{row['id']}", deps=world.deps)
    assert len(list_troubled_jobs(actor=None, limit=10, deps=world.deps)) == 2
    assert retry_any_job(job_id=world.rows(Job)[0]["id"], deps=world.deps).kind


@pytest.mark.parametrize("role", ["agent", "supervisor", "warehouse", "auditor"])
def test_only_administrators_see_jobs(world: World, role: str) -> None:
    with pytest.raises(Forbidden):
        listed(world, world.made.staff(role))
    with pytest.raises(Forbidden):
        retry_job(job_id=1, actor=world.made.staff(role), request_id="r", deps=world.deps)
