"""Money of a fee that was back comes to the shop again, days later: owed to the customer, sent by a person's press."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from sqlalchemy import update

from portal.domain.errors import Conflict, NotFound, ProviderUnavailable
from portal.domain.fees.charged import PaymentState
from portal.domain.fees.fee import FEE_TRANSITIONS, PAYMENT_TRANSITIONS
from portal.domain.money import Money
from portal.domain.shops.settings import ShopSettings
from portal.models.fee import Fee, FeePayment
from portal.pages.staff.refunds import staff_refunds_page
from portal.ports import CollectAnswer, RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.services.returning.receive_parcel import receive_goods
from portal.services.withdrawing.return_fee_payment import record_later_word
from tests.support.fees import by, pay, state, tries, under_way, withdraw
from tests.support.reconciling import compare
from tests.support.world import World

pytestmark = pytest.mark.req("P14", "S33", "N7")


def paid_too_late(world: World) -> str:
    """The goods had arrived before the payment was confirmed, so the whole fee went back: its payment's number."""
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="pending"), booked=True)
    world.rail.next_payment_find(CollectAnswer(outcome="pending"))
    pay(world, case_no)
    receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))
    world.settle(4)
    assert state(world, case_no)[1] == "refunded" and tries(world) == [("returned", "", 1200)]
    return f"{case_no}-F1-1"


def less_than_due(world: World) -> str:
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="paid", amount=Money(500, "CNY")))
    pay(world, case_no)
    world.settle(4)
    assert tries(world) == [("returned", "less_than_due", 500)]
    return f"{case_no}-F1-1"


def case_of(number: str) -> str:
    return number.partition("-")[0]


def comes_to_the_shop_again(world: World, number: str) -> None:
    """Five days later the bank has sent it back; three callbacks say so."""
    world.clock.move(days=5)
    world.rail.settle(f"{number}-R1", "failed")
    hear(world, number)


def hear(world: World, number: str, times: int = 3) -> None:
    for turn in range(times):
        with unit_of_work(world.deps) as work:
            key = f"fee_payment:{number}:heard:{turn}:{work.now:%d%H%M%S}"
            work.jobs.enqueue("fee_payment", {"payment": number}, dedup_key=key)
    work_all_jobs(deps=world.deps)


def task(world: World) -> Any:
    (found,) = [task for task in world.tasks if task["kind"] == "fee_return_failed"]
    return found


def retry(world: World, number: str, request_id: str = "retry") -> None:
    retry_refund_now(refund_no=number, actor=world.made.staff("agent"), request_id=request_id, deps=world.deps)


def test_the_fee_is_paid_again_and_staff_and_the_customer_are_told_once(world: World) -> None:
    number = paid_too_late(world)
    comes_to_the_shop_again(world, number)
    assert state(world, case_of(number))[1] == "paid" and tries(world) == [("reversed", "", 1200)]
    assert world.rows(FeePayment)[0]["returned_minor"] == 0 == world.rail.moved(number)
    assert task(world)["done_at"] is None and task(world)["detail"]["payment"] == number
    assert world.notices.count("fee_return_reversed") == 1 and world.events().count("rail:fee:reversed") == 1
    assert reconcile_refunds(deps=world.deps) == []


def test_what_nobody_sees_to_in_time_is_escalated_and_in_a_time_of_its_own_each_time(world: World) -> None:
    number = paid_too_late(world)
    for turn in (1, 2):
        comes_to_the_shop_again(world, number)
        assert run_deadlines(deps=world.deps)["refund_escalated"] == 0
        assert task(world)["deadline_at"] > world.clock.now()
        world.clock.move(days=5)
        assert run_deadlines(deps=world.deps)["refund_escalated"] == 1
        assert world.events().count("system:refund:escalated") == turn
        retry(world, number, str(turn))
        world.settle(4)


def test_what_was_less_than_due_is_owed_and_its_fee_is_as_it_was(world: World) -> None:
    number = less_than_due(world)
    pay(world, case_of(number), request_id="again")
    assert state(world, case_of(number))[1] == "paid", "a later try pays it"
    comes_to_the_shop_again(world, number)
    assert state(world, case_of(number))[1] == "paid"
    assert tries(world) == [("reversed", "less_than_due", 500), ("paid", "", 1200)]
    retry(world, number)
    world.settle(4)
    assert tries(world) == [("returned", "less_than_due", 500), ("paid", "", 1200)]
    assert state(world, case_of(number))[1] == "paid" and reconcile_refunds(deps=world.deps) == []


def test_nothing_is_sent_again_by_itself(world: World) -> None:
    number = paid_too_late(world)
    comes_to_the_shop_again(world, number)
    sent = [what for what, _ in world.rail.calls].count("refund")
    world.clock.move(days=3)
    world.settle(4)
    hear(world, number)
    assert [what for what, _ in world.rail.calls].count("refund") == sent
    assert tries(world) == [("reversed", "", 1200)]


def test_it_goes_back_when_a_person_says_so_once(world: World) -> None:
    number = paid_too_late(world)
    comes_to_the_shop_again(world, number)
    for _ in range(2):
        retry(world, number)
    world.settle(4)
    assert (state(world, case_of(number))[1], tries(world)) == ("refunded", [("returned", "", 1200)])
    assert world.rail.moved(number) == 1200 and task(world)["done_at"] is not None
    assert world.events().count("staff:refund:hurried") == 1 and world.notices[-1] == "fee_returned"
    with pytest.raises(Conflict):
        retry(world, number, "late")


def test_it_may_come_to_the_shop_again_and_again(world: World) -> None:
    number = paid_too_late(world)
    for turn in ("1", "2"):
        comes_to_the_shop_again(world, number)
        assert task(world)["done_at"] is None
        retry(world, number, turn)
        world.settle(4)
        assert tries(world) == [("returned", "", 1200)] and task(world)["done_at"] is not None
    assert world.notices.count("fee_return_reversed") == 2


def test_what_arrives_after_all_is_back(world: World) -> None:
    number = paid_too_late(world)
    comes_to_the_shop_again(world, number)
    world.rail.settle(f"{number}-R1", "succeeded")
    world.clock.move(days=1)
    hear(world, number, times=1)
    assert (state(world, case_of(number))[1], tries(world)) == ("refunded", [("returned", "", 1200)])
    assert task(world)["done_at"] is not None


def test_a_rail_that_cannot_be_asked_just_now_is_asked_later(world: World) -> None:
    number = paid_too_late(world)
    world.rail.settle(f"{number}-R1", "failed")
    world.rail.next_find(ProviderUnavailable("fake", "timeout"))
    hear(world, number, times=1)
    assert tries(world) == [("returned", "", 1200)]
    world.clock.move(minutes=11)
    work_all_jobs(deps=world.deps)
    assert tries(world) == [("reversed", "", 1200)]


def test_the_daily_comparison_finds_it_without_a_callback(world: World) -> None:
    number = paid_too_late(world)
    world.clock.move(days=1)
    world.rail.settle(f"{number}-R1", "failed")
    compare(world)
    assert tries(world) == [("reversed", "", 1200)]
    assert compare(world) == []


STATES = ("processing", "paid", "failed", "returning", "returned", "reversed")


def test_a_late_word_changes_only_what_was_back_whatever_its_fee_is(world: World) -> None:
    """Over all states of the try and of its fee: that it came to the shop again, said of this number or of another."""
    number = paid_too_late(world)
    told = 0
    for payment, fee, sent_as in itertools.product(STATES, FEE_TRANSITIONS, ("R1", "R2")):
        with world.deps.database.writing() as connection:
            connection.execute(update(FeePayment.__table__).values(state=payment))
            connection.execute(update(Fee.__table__).values(state=fee))
        said = RefundAnswer(outcome="failed", reason="账户已注销")
        record_later_word(number, f"{number}-{sent_as}", said, world.deps)
        is_undone = payment == "returned" and sent_as == "R1"
        told += is_undone
        assert tries(world)[0][0] == ("reversed" if is_undone else payment)
        assert state(world, case_of(number))[1] == ("paid" if is_undone and fee == "refunded" else fee)
        assert world.notices.count("fee_return_reversed") == told


def test_every_state_of_a_try_is_in_the_table() -> None:
    assert set(PAYMENT_TRANSITIONS) == set(STATES) == set(PaymentState.__args__)


def test_staff_see_the_button_at_its_task_and_nobody_elses_shop_finds_it(world: World) -> None:
    number = paid_too_late(world)
    comes_to_the_shop_again(world, number)
    page = staff_refunds_page(actor=world.made.staff("agent"), settings=ShopSettings(), deps=world.deps)
    assert [row.retries for row in page.tasks if row.kind == "fee_return_failed"] == [number]
    with pytest.raises(NotFound):
        retry(world, "T20260101ABCDEFGH-F1-1")
