"""What happens to a guest's order is told to the contact that stands on the order (INTERFACE, order: `contact`)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.identity.access import Actor
from portal.models.job import Job
from portal.services.intake.import_orders import import_order
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.feed import NEVER, fed_order
from tests.support.world import World

pytestmark = pytest.mark.req("S15")
MAIL, PHONE = "Eva.Lu@example.com", "+8613900000009"


def guest_order(world: World, **values: Any) -> Actor:
    """An order without a customer, imported; the guest who reaches it."""
    import_order(shop_id=world.made.shop_id, data=fed_order(customer=NEVER, **values), deps=world.deps)
    return Actor(kind="guest", shop_id=world.made.shop_id, order_no="F-1")


def told(world: World) -> tuple[list[str], list[str]]:
    """Who was written and texted to, each time."""
    return [mail.to for mail in world.mailer.sent], [text.to for text in world.texts.sent]


def test_a_guest_is_told_by_mail_and_sms_of_the_cancel_and_of_the_money(world: World) -> None:
    guest = guest_order(world, contact={"mail": MAIL, "phone": PHONE})
    world.cancel("F-1", actor=guest)
    world.settle()
    assert told(world) == ([MAIL] * 2, [PHONE] * 2)
    assert [mail.subject for mail in world.mailer.sent] == ["订单F-1已取消，退款¥119.80已发起", "退款¥119.80已退出"]


def test_the_link_leads_where_a_guest_can_come_in(world: World) -> None:
    guest = guest_order(world, contact={"mail": MAIL})
    world.cancel("F-1", actor=guest)
    work_all_jobs(deps=world.deps)
    assert "https://after.example/find-order?shop=tepai" in world.mailer.sent[0].body
    assert "/orders/F-1" not in world.mailer.sent[0].body


@pytest.mark.parametrize(
    ("contact", "reached"),
    [
        ({"mail": MAIL}, ([MAIL], [])),
        ({"phone": PHONE}, ([], [PHONE])),
        ({"phone": "95013 1234 转 5678"}, ([], [])),
        ({"mail": "a@example.com, b@example.com"}, ([], [])),
        ({}, ([], [])),
        (NEVER, ([], [])),
    ],
)
def test_only_what_stands_on_the_order_as_a_contact_is_written_to(
    contact: Any, reached: tuple[list[str], list[str]], world: World
) -> None:
    guest = guest_order(world, contact=contact)
    world.cancel("F-1", actor=guest)
    work_all_jobs(deps=world.deps)
    assert told(world) == reached


def test_an_order_with_a_customer_is_told_to_the_customer_and_to_nobody_else(world: World) -> None:
    data = fed_order(contact={"mail": MAIL, "phone": PHONE})
    import_order(shop_id=world.made.shop_id, data=data, deps=world.deps)
    world.cancel("F-1")
    work_all_jobs(deps=world.deps)
    assert told(world) == (["C1@Example.com"], ["+8613800000001"])


def test_while_mail_is_away_the_sms_goes_and_is_not_sent_again(world: World) -> None:
    guest = guest_order(world, contact={"mail": MAIL, "phone": PHONE})
    world.mailer.is_down = True
    world.cancel("F-1", actor=guest)
    work_all_jobs(deps=world.deps)
    assert told(world) == ([], [PHONE])
    world.mailer.is_down = False
    sent_before = len(world.texts.sent)
    world.clock.move(minutes=10)
    work_all_jobs(deps=world.deps)
    assert told(world)[0][:1] == [MAIL]
    assert [text.message_id for text in world.texts.sent[sent_before:]].count(world.texts.sent[0].message_id) == 0


def test_a_contact_that_the_feed_has_mended_meanwhile_is_the_one_that_is_written_to(world: World) -> None:
    guest = guest_order(world, contact={"mail": "wrong@example.com"})
    world.cancel("F-1", actor=guest)
    mended = fed_order(customer=NEVER, contact={"mail": MAIL}, updated_at="2026-11-02T11:00:00+08:00")
    import_order(shop_id=world.made.shop_id, data=mended, deps=world.deps)
    work_all_jobs(deps=world.deps)
    assert {mail.to for mail in world.mailer.sent} == {MAIL}


def test_what_waits_for_a_guest_carries_no_address(world: World) -> None:
    guest = guest_order(world, contact={"mail": MAIL, "phone": PHONE})
    world.cancel("F-1", actor=guest)
    waiting = [str(job["payload"]) for job in world.rows(Job) if job["kind"] == "guest_notice"]
    assert len(waiting) == 2
    assert not any(MAIL in payload or PHONE in payload for payload in waiting)
