"""A cancelled order is paid back once by the shop's own system, whatever goes wrong on the way: from the services to
its books, and back by `POST /api/v1/refunds/<number>/result`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.services.shops.set_rail import set_rail
from portal.wiring import ConnectedRails
from tests.rails.merchant_counterpart import MerchantCounterpart
from tests.support.fake_rail import FakeRail
from tests.support.make import make_staff
from tests.support.order_facts import make_order
from tests.support.rails import operator
from tests.support.signing_in import place
from tests.support.world import World

pytestmark = pytest.mark.req("S12", "P3", "P14", "N7")
ARRIVED = ("late", "lost_in_html", "no_state", "no_json")
"""Faults after which the system has it, and the portal does not know."""
NEVER_ARRIVED = ("down", "html_502", "forbids")
"""After which it has not, and the portal does not know that either."""
ANSWERED = ("double", "slow", "no_funds", "other_amount")
Results = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def shop(app: Flask) -> World:
    """A portal over HTTP whose rails are real ones."""
    found = place(app)
    deps = replace(found.deps, rails=ConnectedRails(found.clock, may_be_private=True))
    app.extensions["portal"] = deps
    made = replace(found.made, deps=deps)
    return World(made, deps, found.clock, FakeRail(found.clock), found.mailer, found.texts)


@pytest.fixture(params=["at_once", "later"])
def asked(request: pytest.FixtureRequest, shop: World) -> Iterator[MerchantCounterpart]:
    """A system that can be asked."""
    yield from connected(shop, look_up=True, answers=request.param)


@pytest.fixture(params=["at_once", "later"])
def unasked(request: pytest.FixtureRequest, shop: World) -> Iterator[MerchantCounterpart]:
    """One that cannot."""
    yield from connected(shop, look_up=False, answers=request.param)


def connected(shop: World, **ways: Any) -> Iterator[MerchantCounterpart]:
    provider = MerchantCounterpart(shop.clock, **ways)
    config = provider.config(methods=("alipay", "wechat"))
    set_rail(config=config, actor=operator(shop), deps=shop.deps)
    yield provider
    provider.close()


def goes_wrong_once(shop: World, provider: MerchantCounterpart, fault: str | None) -> None:
    """An order of two payments is cancelled, and both refunds meet the fault."""
    number = shop.take(make_order(tenders=(("alipay", 700), ("wechat", 300))))
    for payment in shop.payments:
        provider.server.open(payment["captured_minor"], "CNY", payment["reference"])
    provider.misbehave(fault)
    shop.cancel(number)
    work_all_jobs(deps=shop.deps)
    provider.misbehave(None)
    shop.settle(6)


def tell(app: Flask, shop: World, provider: MerchantCounterpart, results: Results | None = None) -> list[str]:
    """The system posts what it has to say; the states that the portal answers."""
    states = []
    for number, said in provider.server.results() if results is None else results:
        headers = {"Authorization": f"Bearer {shop.made.keys.token}"}
        answer = app.test_client().post(f"/api/v1/refunds/{number}/result", json=said, headers=headers)
        assert answer.status_code == 200, answer.text
        provider.server.was_taken(number, said)
        states.append(answer.get_json()["state"])
    return states


def open_tasks(shop: World) -> list[str]:
    return [task["kind"] for task in shop.tasks if task["done_at"] is None]


def paid_back_once(shop: World, provider: MerchantCounterpart, fault: str | None = None) -> None:
    """In both books, with nothing left for a person but an amount that was not ours, its customer told of each once."""
    assert {refund["state"] for refund in shop.refunds} == {"succeeded"}
    for payment in shop.payments:
        assert provider.moved(payment["reference"]) == payment["captured_minor"] == payment["refunded_minor"]
    assert open_tasks(shop) == ["notice_differs"] * (2 if fault == "other_amount" else 0)
    assert shop.notices.count("refund_succeeded") == 2


@pytest.mark.parametrize("fault", [None, *ARRIVED, *NEVER_ARRIVED, *ANSWERED, "lying"])
def test_one_that_can_be_asked_pays_once_by_itself(
    app: Flask, shop: World, asked: MerchantCounterpart, fault: str | None
) -> None:
    goes_wrong_once(shop, asked, fault)
    paid_back_once(shop, asked, fault)
    assert set(tell(app, shop, asked)) == {"succeeded"}
    paid_back_once(shop, asked, fault)


@pytest.mark.parametrize("fault", [None, *ARRIVED, *NEVER_ARRIVED, *ANSWERED])
def test_one_that_cannot_be_asked_pays_once_with_its_results_and_a_person(
    app: Flask, shop: World, unasked: MerchantCounterpart, fault: str | None
) -> None:
    goes_wrong_once(shop, unasked, fault)
    is_unknown = fault in (*ARRIVED, *NEVER_ARRIVED, "other_amount")
    assert open_tasks(shop).count("refund_parked") == (2 if is_unknown else 0)
    sent = unasked.calls
    shop.settle(6)
    assert unasked.calls == sent
    tell(app, shop, unasked)
    make_staff(shop.deps, "agent-1", "agent")
    for refund in shop.refunds:
        if refund["parked_at"]:
            assert fault in NEVER_ARRIVED
            agent, number = shop.made.staff("agent"), refund["number"]
            retry_refund_now(refund_no=number, actor=agent, request_id=f"r-{number}", deps=shop.deps)
    shop.settle(2)
    tell(app, shop, unasked)
    paid_back_once(shop, unasked, fault)


def test_the_word_of_one_that_cannot_be_asked_is_all_there_is(shop: World, unasked: MerchantCounterpart) -> None:
    """A lie of the shop's own system about the shop's own money: no books there are that say so."""
    goes_wrong_once(shop, unasked, "lying")
    assert {refund["state"] for refund in shop.refunds} == {"succeeded"}
    assert sum(unasked.moved(payment["reference"]) for payment in shop.payments) == 0
    assert reconcile_refunds(deps=shop.deps) == []


def test_a_refusal_is_tried_again_under_the_next_number(shop: World, asked: MerchantCounterpart) -> None:
    goes_wrong_once(shop, asked, "no_funds")
    assert {refund["number"].rpartition("-")[2] for refund in shop.refunds} == {"2"}
    assert sorted(asked.server.books) == sorted(
        number for refund in shop.refunds for number in (refund["number"], refund["number"][:-1] + "1")
    )


def test_a_refusal_that_comes_as_a_result_is_tried_again_by_itself(
    app: Flask, shop: World, unasked: MerchantCounterpart
) -> None:
    goes_wrong_once(shop, unasked, "slow")
    for number in list(unasked.server.books):
        unasked.fail_later(number)
    assert tell(app, shop, unasked) == ["failed", "failed"]
    shop.settle(2)
    tell(app, shop, unasked)
    paid_back_once(shop, unasked)


def test_what_had_arrived_and_came_back_twenty_days_later_is_owed_again(
    app: Flask, shop: World, unasked: MerchantCounterpart
) -> None:
    goes_wrong_once(shop, unasked, None)
    tell(app, shop, unasked)
    paid_back_once(shop, unasked)
    shop.clock.move(days=20)
    first, other = shop.refunds
    unasked.fail_later(first["number"])
    assert tell(app, shop, unasked) == ["failed"]
    owed = first["amount_minor"]
    assert [payment["in_flight_minor"] for payment in shop.payments if payment["in_flight_minor"]] == [owed]
    assert sum(payment["refunded_minor"] for payment in shop.payments) == 1000 - owed
    assert open_tasks(shop) == ["refund_failed"] and shop.notices.count("refund_reversed") == 1
    shop.settle(3)
    assert sum(unasked.moved(payment["reference"]) for payment in shop.payments) == 1000 - owed
    make_staff(shop.deps, "agent-1", "agent")
    retry_refund_now(refund_no=first["number"], actor=shop.made.staff("agent"), request_id="r-again", deps=shop.deps)
    shop.settle(2)
    tell(app, shop, unasked)
    assert [unasked.moved(payment["reference"]) for payment in shop.payments] == [700, 300]
    assert open_tasks(shop) == [] and shop.refunds[1] == other
    assert shop.refunds[0]["number"] == first["number"][:-1] + "2"


def test_results_that_come_twice_late_and_out_of_order_book_once(
    app: Flask, shop: World, unasked: MerchantCounterpart
) -> None:
    goes_wrong_once(shop, unasked, "slow")
    under_way: Results = [(refund["number"], {"state": "pending"}) for refund in shop.refunds]
    shop.clock.set(shop.clock.now() + timedelta(minutes=1))
    done = unasked.server.results()
    for results in (under_way, done, under_way, done):
        states = tell(app, shop, unasked, results)
    assert states == ["succeeded", "succeeded"]
    paid_back_once(shop, unasked)


@pytest.mark.req("N6")
def test_a_result_without_the_shops_token_is_none(app: Flask, shop: World, unasked: MerchantCounterpart) -> None:
    goes_wrong_once(shop, unasked, "late")
    before = shop.refunds
    for number, said in unasked.server.results():
        for headers in ({}, {"Authorization": "Bearer of-nobody"}, unasked.signed_by_its_secret(b"{}").headers):
            answer = app.test_client().post(f"/api/v1/refunds/{number}/result", json=said, headers=headers)
            assert answer.status_code == 401
    assert shop.refunds == before
