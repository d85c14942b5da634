"""Comparing the books as staff would, and what their page says of it."""

from __future__ import annotations

from typing import Any

from portal.domain.money import Money
from portal.domain.shops.settings import ShopSettings
from portal.pages.staff.refunds import staff_refunds_page
from portal.pages.values.staff import StaffRefundsPage
from portal.ports import RefundAsk
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.note_differences import reconcile_now
from tests.support.world import World


def page(world: World) -> StaffRefundsPage:
    return staff_refunds_page(actor=world.made.staff("agent"), settings=ShopSettings(), deps=world.deps)


def compare(world: World) -> list[str]:
    """Asked for once more; the codes of what differs."""
    world.numbers += 1
    actor = world.made.staff("agent")
    world.clock.move(minutes=1)
    reconcile_now(actor=actor, request_id=f"compare-{world.numbers}", deps=world.deps)
    work_all_jobs(deps=world.deps)
    return [row.code for row in page(world).differences]


def by_hand(world: World, reference: str, number: str = "by-hand") -> None:
    """A refund at the provider's console."""
    amount, captured = Money(100, "CNY"), Money(1000, "CNY")
    named: dict[str, Any] = {"payment_id": "p-1", "order_no": "A-1", "method": "alipay"}
    ask = RefundAsk(number=number, payment_reference=reference, amount=amount, captured=captured, **named)
    world.rail.refund_at_console(ask)
