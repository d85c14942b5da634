"""By which rail a refund goes: chosen once, kept, waited for, and never sent twice where nobody can be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.errors import Conflict, Invalid, ProviderUnavailable
from portal.ports import NoLookUp, RefundAnswer
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.services.shops.remove_rail import remove_rail
from portal.services.shops.set_rail import set_rail
from tests.support.make import make_staff
from tests.support.order_facts import make_order
from tests.support.rails import MERCHANT, STRIPE, operator, with_rail
from tests.support.world import World

pytestmark = pytest.mark.req("P14", "N7")


def cancelled(world: World) -> str:
    """An order paid by alipay, cancelled whole."""
    number = world.take(make_order())
    world.cancel(number)
    return number


def only(world: World) -> tuple[str, str]:
    (refund,) = world.refunds
    return refund["state"], refund["rail"]


def open_tasks(world: World) -> list[str]:
    return [task["kind"] for task in world.tasks if task["done_at"] is None]


def without_look_up(rail: object) -> None:
    """As a shop's own system that has no address to be asked at."""

    def refuse(_ask: object) -> RefundAnswer:
        raise NoLookUp

    rail.find_refund = refuse  # type: ignore[attr-defined]


def test_a_refund_goes_by_the_shops_rail_for_its_method_and_not_to_the_sandbox(world: World) -> None:
    rail = with_rail(world)
    cancelled(world)
    world.settle()
    assert only(world) == ("succeeded", "merchant")
    assert rail.calls and world.rail.calls == []


def test_what_no_rail_takes_waits_as_a_task_and_goes_out_once_there_is_one(world: World) -> None:
    with_rail(world, STRIPE)
    cancelled(world)
    world.settle()
    assert only(world) == ("planned", "") and open_tasks(world) == ["rail_missing"]
    assert world.rail.calls == [] and "refund_failed" not in world.notices
    with_rail(world)
    work_all_jobs(deps=world.deps)
    assert only(world) == ("pending", "merchant")
    world.settle()
    assert only(world)[0] == "succeeded" and open_tasks(world) == []


def test_a_demo_pretends_what_no_rail_takes(world: World) -> None:
    with_rail(world, STRIPE)
    world.deps = replace(world.deps, is_demo=True)
    cancelled(world)
    world.settle()
    assert only(world) == ("succeeded", "sandbox")


def test_an_installation_without_sandbox_pretends_nothing(world: World) -> None:
    world.deps = replace(world.deps, rail=None)
    cancelled(world)
    world.settle()
    assert only(world) == ("planned", "") and open_tasks(world) == ["rail_missing"]


def test_what_was_sent_stays_with_its_rail_whatever_is_set_meanwhile(world: World) -> None:
    cancelled(world)
    world.rail.next_refund(ProviderUnavailable("fake", "timeout"), booked=True)
    work_all_jobs(deps=world.deps)
    rail = with_rail(world)
    world.settle()
    assert only(world) == ("succeeded", "sandbox") and rail.calls == []


def test_a_rail_is_not_removed_nor_its_account_changed_while_a_refund_is_on_its_way_by_it(world: World) -> None:
    rail = with_rail(world)
    cancelled(world)
    rail.next_refund(ProviderUnavailable("merchant", "timeout"), booked=True)
    work_all_jobs(deps=world.deps)
    number = world.refunds[0]["number"]
    for act in (
        lambda: remove_rail(kind="merchant", actor=operator(world), deps=world.deps),
        lambda: set_rail(config=replace(MERCHANT, url="https://x.example"), actor=operator(world), deps=world.deps),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert (refused.value.what, refused.value.detail) == ("rail_in_use", {"number": number})
    set_rail(config=replace(MERCHANT, methods=("alipay",)), actor=operator(world), deps=world.deps)


def test_two_rails_do_not_take_the_same_method(world: World) -> None:
    with_rail(world)
    with pytest.raises(Invalid) as refused:
        with_rail(world, replace(STRIPE, methods=("card", "alipay")))
    assert refused.value.problems == (("methods", "alipay: the rail merchant takes it already"),)


def test_keys_are_stored_encrypted_and_named_by_no_event(world: World) -> None:
    with_rail(world)
    from portal.models.event import Event
    from portal.models.rail import ShopRail

    (row,) = world.rows(ShopRail)
    assert MERCHANT.secret not in str(dict(row)) and "shop.example" not in row["sealed"]
    assert MERCHANT.secret not in str([dict(event) for event in world.rows(Event)])


def test_an_unknown_answer_of_a_rail_that_cannot_be_asked_parks_the_refund(world: World) -> None:
    rail = with_rail(world)
    without_look_up(rail)
    cancelled(world)
    rail.next_refund(ProviderUnavailable("merchant", "timeout"))
    world.settle()
    sent = [call for call in rail.calls if call[0] == "refund"]
    assert len(sent) == 1 and only(world)[0] == "submitted" and open_tasks(world) == ["refund_parked"]
    make_staff(world.deps, "agent-1", "agent")
    retry_refund_now(
        refund_no=world.refunds[0]["number"], actor=world.made.staff("agent"), request_id="r-1", deps=world.deps
    )
    world.settle()
    assert [call[1] for call in rail.calls if call[0] == "refund"] == [sent[0][1]] * 2
    assert only(world)[0] == "pending" and open_tasks(world) == []


def test_what_never_left_for_a_rail_that_cannot_be_asked_is_sent_again_by_itself(world: World) -> None:
    rail = with_rail(world)
    without_look_up(rail)
    cancelled(world)
    rail.next_refund(RefundAnswer(outcome="unknown_number", reason="ConnectionRefusedError"))
    world.settle()
    assert only(world)[0] == "pending" and open_tasks(world) == []


def test_the_providers_own_number_and_trace_are_kept_from_whichever_answer_names_them(world: World) -> None:
    rail = with_rail(world)
    without_look_up(rail)
    cancelled(world)
    rail.next_refund(RefundAnswer(outcome="succeeded", reference="re_77", trace="ARN123"))
    world.settle()
    (refund,) = world.refunds
    assert (refund["state"], refund["rail_reference"], refund["trace"]) == ("succeeded", "re_77", "ARN123")
