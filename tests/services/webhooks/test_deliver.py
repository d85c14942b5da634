"""Events on their way to a shop's own systems: what is sent, in which order, when again, when no longer."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.domain.webhooks.endpoint import WINDOW
from portal.domain.webhooks.schedule import LASTS
from portal.models.event import Event
from portal.models.job import Job
from portal.models.webhook import WebhookEndpoint
from portal.ports import WebhookAnswer, WebhookCall
from portal.services.jobs.sweep import sweep
from portal.services.records.event_feed import read_whole_feed
from portal.services.webhooks.change_endpoint import enable_endpoint, remove_endpoint, rotate_secret
from portal.services.webhooks.feed import PAGE, wake_forgotten
from tests.support.webhooks import (
    connect,
    deliveries,
    endpoint,
    feed,
    go,
    happens,
    operator,
    states,
    take_order,
    told,
)
from tests.support.world import World

pytestmark = pytest.mark.req("P12")
REFUSED = WebhookAnswer(problem="refused", status=500, said="no", took=7)
DOWN = WebhookAnswer(problem="unreachable", said="TimeoutError", took=10_000)


def of(call: WebhookCall) -> str:
    order: str = json.loads(call.body)["data"]["order"]
    return order


def test_an_event_is_sent_signed_and_equal_to_what_the_feed_gives(world: World) -> None:
    _id, secret = connect(world)
    order_no = take_order(world)
    happens(world, order_no, "approved")
    go(world)
    *_, call = world.webhooks.calls
    (fed,) = [event for event in read_whole_feed(after="", deps=world.deps) if event["order"]]
    assert json.loads(call.body) == {"type": "system:case:approved", "timestamp": fed["at"], "data": fed}
    assert (call.secrets, call.message_id) == ((secret,), f"evt_{fed['cursor'].partition('-')[2]}")
    assert secret not in repr(call) and secret not in json.dumps(world.rows(Event), default=str)


def test_what_happened_before_it_was_added_is_not_sent_and_what_was_not_asked_for_neither(world: World) -> None:
    order_no = take_order(world)
    happens(world, order_no, "asked")
    connect(world, "case:approved", "refund:*")
    happens(world, order_no, "answered", "approved")
    go(world)
    assert told(world) == ["approved"]
    assert not feed(world), "what is not wanted is read once"


def test_an_order_whose_event_is_refused_waits_and_others_go_on(world: World) -> None:
    connect(world, "case:*")
    stuck, well = take_order(world), take_order(world)
    world.webhooks.answer = lambda call: REFUSED if of(call) == stuck else None
    happens(world, stuck, "asked", "answered")
    happens(world, well, "asked", "answered")
    happens(world, stuck, "approved")
    go(world, 3)
    assert told(world, well) == ["asked", "answered"]
    assert told(world, stuck) == ["asked"]
    world.webhooks.answer = lambda _call: None
    go(world, 3, seconds=40)
    assert told(world, stuck) == ["asked", "asked", "answered", "approved"]
    ids = [call.message_id for call in world.webhooks.calls if of(call) == stuck]
    assert ids[0] == ids[1] and len(set(ids)) == 3


def test_one_that_is_refused_for_three_days_is_dead_and_its_order_goes_on(world: World) -> None:
    connect(world, "case:*")
    stuck, well = take_order(world), take_order(world)
    world.webhooks.answer = lambda call: REFUSED if told_of(call) == "asked" and of(call) == stuck else None
    happens(world, stuck, "asked", "answered")
    for _ in range(80):
        go(world, hours=1)
        happens(world, well, "reminded")
    assert told(world, stuck)[-1] == "answered" and states(world)[0] == "dead"
    dead = deliveries(world)[0]
    assert LASTS <= dead["finished_at"] - dead["first_at"] < LASTS + timedelta(hours=1)
    assert 12 <= dead["attempts"] <= 20 and (dead["status"], dead["said"]) == (500, "no")
    assert endpoint(world)["state"] == "on", "others were taken meanwhile"


def told_of(call: WebhookCall) -> str:
    kind: str = json.loads(call.body)["type"]
    return kind.rpartition(":")[2]


def test_an_endpoint_that_does_not_answer_is_left_alone_whatever_waits_for_it(world: World) -> None:
    connect(world, "case:*")
    for _ in range(30):
        happens(world, take_order(world), "asked")
    world.webhooks.answer = lambda _call: DOWN
    go(world, 5)
    assert len(world.webhooks.calls) == 1
    go(world, 30, minutes=1)
    assert 4 <= len(world.webhooks.calls) <= 10
    world.webhooks.answer = lambda _call: None
    go(world, 20, minutes=1)
    assert set(states(world)) == {"done"} and endpoint(world)["failing_since"] is None
    assert sum(row["attempts"] for row in deliveries(world)) <= 40, "who was not sent was not tried"


def test_down_for_three_days_it_is_turned_off_with_everything_kept_and_goes_on_when_it_is_turned_on(
    world: World,
) -> None:
    endpoint_id, _secret = connect(world, "case:*")
    orders = [take_order(world) for _ in range(4)]
    for order_no in orders:
        happens(world, order_no, "asked", "answered")
    world.webhooks.answer = lambda _call: DOWN
    go(world, 40, hours=2)
    assert (endpoint(world)["state"], endpoint(world)["off_because"]) == ("off", "failing")
    assert world.events().count("system:webhook:failing") == 1
    before = len(world.webhooks.calls)
    happens(world, orders[0], "approved")
    go(world, 5, minutes=60)
    assert len(world.webhooks.calls) == before
    world.webhooks.answer = lambda _call: None
    world.webhooks.calls.clear()
    enable_endpoint(endpoint_id=endpoint_id, actor=operator(world), deps=world.deps)
    go(world, 5, minutes=1)
    assert told(world, orders[0])[-1] == "approved" and not {"ready", "behind"} & set(states(world))
    for order_no in orders[1:]:
        assert told(world, order_no)[-1] == "answered"


def test_gone_turns_it_off_at_once_and_administrators_are_told(world: World) -> None:
    connect(world, "case:*")
    order_no = take_order(world)
    happens(world, order_no, "asked")
    world.webhooks.answer = lambda _call: WebhookAnswer(problem="refused", status=410)
    go(world, 3, minutes=10)
    assert len(world.webhooks.calls) == 1
    assert (endpoint(world)["state"], endpoint(world)["off_because"]) == ("off", "gone")
    assert states(world) == ["ready"], "nothing is lost"


def test_too_many_requests_are_not_made_before_it_asked_for(world: World) -> None:
    connect(world, "case:*")
    happens(world, take_order(world), "asked")
    busy = WebhookAnswer(problem="refused", status=429, retry_after=timedelta(minutes=20))
    world.webhooks.answer = lambda _call: busy
    go(world, 2)
    world.webhooks.answer = lambda _call: None
    go(world, 18, minutes=1)
    assert len(world.webhooks.calls) == 1
    go(world, 4, minutes=1)
    assert len(world.webhooks.calls) == 2 and states(world) == ["done"]


def test_both_secrets_sign_for_a_day_after_a_rotation(world: World) -> None:
    endpoint_id, old = connect(world, "case:*")
    new = rotate_secret(endpoint_id=endpoint_id, actor=operator(world), deps=world.deps)
    order_no = take_order(world)
    happens(world, order_no, "asked")
    go(world)
    world.clock.move(hours=25)
    happens(world, order_no, "answered")
    go(world)
    assert [call.secrets for call in world.webhooks.calls] == [(new, old), (new,)]
    assert old != new and old not in str(endpoint(world)) and new not in str(endpoint(world))


def test_a_removed_one_is_sent_nothing_and_its_rows_go(world: World) -> None:
    endpoint_id, _secret = connect(world, "case:*")
    happens(world, take_order(world), "asked")
    feed(world)
    remove_endpoint(endpoint_id=endpoint_id, actor=operator(world), deps=world.deps)
    go(world)
    assert world.webhooks.calls == [] and endpoint(world)["sealed_secret"] == ""
    sweep(deps=world.deps)
    assert deliveries(world) == [] and not world.rows(WebhookEndpoint)


def test_what_does_not_fit_the_window_waits_in_the_feed(world: World) -> None:
    connect(world, "case:*")
    order_no = take_order(world)
    for _ in range(WINDOW // 100 + 2):
        happens(world, order_no, *["reminded"] * 100)
    for _ in range(WINDOW // PAGE + 2):
        feed(world)
    assert len(deliveries(world)) == WINDOW and states(world).count("ready") == 1
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE webhook_delivery SET state = 'done' WHERE state = 'behind'")
    go(world, 2)
    assert len(deliveries(world)) == WINDOW + 200 and told(world)[0] == "reminded"


def test_a_delivery_that_lost_its_job_is_found_again(world: World) -> None:
    connect(world, "case:*")
    happens(world, take_order(world), "asked")
    feed(world)
    with world.deps.database.writing() as connection:
        connection.execute(Job.__table__.delete())
    world.clock.move(minutes=6)
    assert wake_forgotten(deps=world.deps) == 1
    go(world, 3, minutes=1)
    assert told(world) == ["asked"] and wake_forgotten(deps=world.deps) == 0


def test_jobs_of_an_endpoint_that_fails_do_not_grow_with_what_waits(world: World) -> None:
    connect(world, "case:*")
    world.webhooks.answer = lambda _call: REFUSED
    for _ in range(40):
        happens(world, take_order(world), "asked")
    go(world, 10, seconds=10)
    assert len([job for job in world.rows(Job) if job["kind"] == "webhook" and not job["done_at"]]) <= 12
