"""What comes back is on the case, told to its customer, and a task of staff where the law owes it (S15)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.models.account import Customer
from portal.models.event import Event
from portal.models.job import Job, Notice
from portal.pages.shop.notices import notice_settings_page
from portal.repos.unit_of_work import unit_of_work
from portal.services.intake.import_orders import import_order
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.feed import NEVER, fed_order
from tests.support.order_facts import make_order
from tests.support.world import World

pytestmark = pytest.mark.req("S15")
MAIL, PHONE = "c1@example.com", "+8613800000001"
REFUSED = {
    "reason_code": "evidence",
    "reason": "看不清",
    "complaint_line": "12315",
    "appeal_by": "2026-12-01T00:00:00+00:00",
}
TOLD: dict[str, dict[str, Any]] = {
    "address_changed": {},
    "application_refused": {"case_no": "", **REFUSED},
}


def tell(world: World, kind: str = "address_changed", order_no: str = "") -> str:
    order_no = order_no or world.take(make_order())
    with unit_of_work(world.deps) as work:
        params = {"order_no": order_no} | TOLD[kind]
        work.notices.add(world.made.shop_id, world.shopper.id, kind, params, order_no=order_no)
    work_all_jobs(deps=world.deps)
    return order_no


def returned(world: World) -> list[dict[str, Any]]:
    rows = [json.loads(row["text"]) for row in world.rows(Event)]
    return [row["data"] for row in rows if row["kind"] == "system:notice:undelivered"]


def ways(world: World) -> tuple[str, ...]:
    return tuple(notice_settings_page(actor=world.shopper, deps=world.deps).returned)


def test_a_mail_that_comes_back_is_on_record_once_and_the_text_still_goes(world: World) -> None:
    world.mailer.gone.add(MAIL)
    tell(world)
    work_all_jobs(deps=world.deps)
    [notice] = world.rows(Notice)
    assert notice["mail_refused_at"] and not notice["mailed_at"] and notice["texted_at"]
    assert returned(world) == [{"notice": "address_changed", "way": "mail", "reason": "550 5.1.1"}]
    assert not [job for job in world.rows(Job) if job["done_at"] is None], "nothing is tried again"
    assert not world.tasks and MAIL not in str(world.rows(Customer)[0]["unreachable"])


def test_its_customer_is_asked_to_correct_the_contact_until_something_arrives(world: World) -> None:
    world.mailer.gone.add(MAIL)
    world.texts.gone.add(PHONE)
    tell(world)
    assert ways(world) == ("mail", "text")
    world.mailer.gone.clear()
    tell(world)
    assert ways(world) == ("text",)


def test_another_address_is_not_the_one_that_came_back(world: World) -> None:
    world.mailer.gone.add(MAIL)
    tell(world)
    feed = fed_order(customer={"id": "c-1", "mail": "new@example.com", "phone": PHONE})
    import_order(shop_id=world.made.shop_id, data=feed, deps=world.deps)
    assert ways(world) == (), world.rows(Customer)[0]["mail"]


def test_what_the_law_owes_becomes_one_task_of_staff(world: World) -> None:
    world.mailer.gone.add(MAIL)
    order_no = tell(world, "application_refused")
    tell(world, "application_refused", order_no)
    [task] = world.tasks
    assert (task["kind"], task["detail"]) == ("notice_undelivered", {"code": "application_refused"})
    assert len(returned(world)) == 2


def test_a_guest_is_no_account_and_the_order_says_it(world: World) -> None:
    data = fed_order(customer=NEVER, contact={"mail": "gone@example.com"})
    import_order(shop_id=world.made.shop_id, data=data, deps=world.deps)
    world.mailer.gone.add("gone@example.com")
    with unit_of_work(world.deps) as work:
        work.notices.add(world.made.shop_id, None, "address_changed", {"order_no": "F-1"}, order_no="F-1")
    work_all_jobs(deps=world.deps)
    assert [one["way"] for one in returned(world)] == ["mail"]
    assert not [job for job in world.rows(Job) if job["done_at"] is None]
