"""What the rail's books say otherwise is a task of the shop, once, and gone when they agree (PAYMENTS rule 10)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.errors import Forbidden, ProviderUnavailable
from portal.domain.money import Money
from portal.domain.shops.settings import ShopSettings
from portal.pages.staff.refunds import staff_refunds_page
from portal.pages.values.staff import StaffRefundsPage
from portal.ports import RefundAsk
from portal.services.refunds.note_differences import note_differences, plan_reconciliation, reconcile_now
from portal.services.refunds.retry_refund_now import finish_task
from tests.support.order_facts import make_order
from tests.support.world import World

pytestmark = pytest.mark.req("N7")


def page(world: World) -> StaffRefundsPage:
    return staff_refunds_page(actor=world.made.staff("agent"), settings=ShopSettings(), deps=world.deps)


def by_hand(world: World, reference: str, number: str = "by-hand") -> None:
    """A refund at the provider's console."""
    amount, captured = Money(100, "CNY"), Money(1000, "CNY")
    named: dict[str, Any] = {"payment_id": "p-1", "order_no": "A-1", "method": "alipay"}
    ask = RefundAsk(number=number, payment_reference=reference, amount=amount, captured=captured, **named)
    world.rail.refund_at_console(ask)


def test_what_was_refunded_by_hand_is_listed_with_its_order_until_a_person_has_handled_it(world: World) -> None:
    world.take(make_order())
    by_hand(world, world.payments[0]["reference"])
    assert [note_differences(deps=world.deps) for _ in range(2)] == [1, 1]
    (row,) = page(world).differences
    assert (row.code, row.order_no, row.detail) == ("refund_not_ours", "A-1", "by-hand 1.00 CNY")
    assert page(world).tasks == () and page(world).reconciled_at == world.clock.now()
    finish_task(task_id=row.id, actor=world.made.staff("agent"), request_id="t", deps=world.deps)
    note_differences(deps=world.deps)
    assert page(world).differences == ()


def test_what_agrees_again_is_gone_and_may_differ_once_more(world: World) -> None:
    world.cancel(world.take(make_order()))
    world.settle()
    world.clock.move(hours=1)
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE refund SET state = 'pending'")
    for state, codes in (("pending", ["refund_done_there"]), ("succeeded", []), ("pending", ["refund_done_there"])):
        with world.deps.database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE refund SET state = '{state}'")
        note_differences(deps=world.deps)
        assert [row.code for row in page(world).differences] == codes


def test_what_was_sent_just_now_is_no_difference(world: World) -> None:
    world.cancel(world.take(make_order()))
    world.settle(2)
    assert note_differences(deps=world.deps) == 0


def test_money_of_no_shop_of_ours_is_nobodys_task(world: World) -> None:
    by_hand(world, "elsewhere")
    assert note_differences(deps=world.deps) == 0


def test_it_runs_once_a_day_and_when_somebody_asks(world: World) -> None:
    for _ in range(2):
        plan_reconciliation(deps=world.deps)
    world.settle(1)
    assert page(world).reconciled_at is not None
    world.clock.move(hours=1)
    reconcile_now(actor=world.made.staff("agent"), request_id="now", deps=world.deps)
    at = world.clock.now()
    world.settle(1)
    assert page(world).reconciled_at == at
    with pytest.raises(Forbidden):
        reconcile_now(actor=world.made.staff("auditor"), request_id="no", deps=world.deps)


def test_a_rail_that_does_not_answer_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(since: Any) -> Any:
        raise ProviderUnavailable("fake", "down")

    monkeypatch.setattr(world.rail, "refunds_since", away)
    plan_reconciliation(deps=world.deps)
    world.settle(1)
    assert page(world).reconciled_at is None
    monkeypatch.undo()
    world.settle(3)
    assert page(world).reconciled_at is not None
