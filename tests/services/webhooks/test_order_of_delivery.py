"""Whatever fails, whenever: of an order no event is sent before those that came before it were taken or given up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.errors import NotFound
from portal.ports import WebhookAnswer, WebhookCall
from portal.services.records.event_feed import read_whole_feed
from portal.services.webhooks.change_endpoint import enable_endpoint, remove_endpoint
from portal.services.webhooks.replay import replay_after, replay_dead, replay_delivery
from tests.support.webhooks import connect, deliveries, endpoint, go, happens, operator, take_order
from tests.support.world import World

pytestmark = pytest.mark.req("P12")
ANSWERS = ["ok", "ok", "ok", "500", "down", "429", "410"]
STEPS = st.one_of(
    st.tuples(st.just("happens"), st.integers(0, 2), st.integers(1, 3)),
    st.tuples(st.just("go"), st.sampled_from([0, 1, 20, 60 * 13]), st.just(0)),
    st.tuples(st.just("answers"), st.lists(st.sampled_from(ANSWERS), min_size=3, max_size=3), st.just(0)),
    st.tuples(st.just("replay one"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("replay dead"), st.just(0), st.just(0)),
    st.tuples(st.just("replay after"), st.integers(0, 9), st.just(0)),
    st.tuples(st.just("enable"), st.just(0), st.just(0)),
)
OUTCOMES = {
    "ok": WebhookAnswer(problem="", status=204),
    "500": WebhookAnswer(problem="refused", status=500),
    "down": WebhookAnswer(problem="unreachable"),
    "429": WebhookAnswer(problem="refused", status=429),
    "410": WebhookAnswer(problem="refused", status=410),
}


class Walk:
    """One endpoint, three orders; each call is judged as it comes in."""

    def __init__(self, world: World) -> None:
        self.world, self.actor = world, operator(world)
        self.endpoint_id, _secret = connect(world, "case:*")
        self.orders = [take_order(world) for _ in range(3)]
        self.answers = dict.fromkeys(self.orders, "ok")
        self.first = len(list(read_whole_feed(after="", deps=world.deps)))
        self.taken: set[int] = set()
        world.webhooks.answer = self.answer

    def answer(self, call: WebhookCall) -> WebhookAnswer:
        told = json.loads(call.body)["data"]
        event_id = int(call.message_id.removeprefix("evt_"))
        over = {row["event_id"] for row in deliveries(self.world) if row["state"] == "dead"} | self.taken
        assert set(self.earlier(told["order"], event_id)) <= over, "an earlier event of the order is still open"
        outcome = OUTCOMES[self.answers[told["order"]]]
        if not outcome.problem:
            self.taken.add(event_id)
        return outcome

    def earlier(self, order: str, event_id: int) -> list[int]:
        return [known for known in self.ids(order) if known < event_id]

    def ids(self, order: str) -> list[int]:
        feed = list(read_whole_feed(after="", deps=self.world.deps))[self.first :]
        return [int(event["cursor"].partition("-")[2]) for event in feed if event["order"] == order]

    def do(self, what: str, one: Any, many: int) -> None:
        deps, mine = self.world.deps, {"endpoint_id": self.endpoint_id, "actor": self.actor, "deps": self.world.deps}
        match what:
            case "happens":
                happens(self.world, self.orders[one], *["reminded"] * many)
            case "go":
                go(self.world)
                self.world.clock.move(minutes=one)
            case "answers":
                self.answers = dict(zip(self.orders, one, strict=True))
            case "replay one":
                rows = [row["id"] for row in deliveries(self.world) if row["state"] in ("done", "dead")]
                if rows:
                    replay_delivery(delivery_id=rows[one % len(rows)], **mine)
            case "replay dead":
                replay_dead(**mine)
            case "replay after":
                now = endpoint(self.world, -1)
                feed = list(read_whole_feed(after="", deps=deps))[self.first :]
                known = [event["cursor"] for event in feed]
                read = [c for c in known if tuple(map(int, c.split("-"))) <= (now["after_txid"], now["after_id"])]
                if read:
                    replay_after(cursor=read[one % len(read)], **mine)
            case "enable":
                enable_endpoint(**mine)

    def end(self) -> None:
        """Everything is well again: everything arrives."""
        self.answers = dict.fromkeys(self.orders, "ok")
        self.do("enable", 0, 0)
        self.do("replay dead", 0, 0)
        for _ in range(40):
            go(self.world)
            self.world.clock.move(minutes=30)
        assert {row["state"] for row in deliveries(self.world)} <= {"done"}
        assert {event_id for order in self.orders for event_id in self.ids(order)} <= self.taken
        remove_endpoint(endpoint_id=self.endpoint_id, actor=self.actor, deps=self.world.deps)
        with self.world.deps.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM webhook_delivery")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
def test_no_event_of_an_order_overtakes_another_and_none_is_lost(world: World, steps: list[Any]) -> None:
    walk = Walk(world)
    for step in steps:
        walk.do(*step)
    walk.end()


def test_what_is_not_over_or_not_there_is_not_replayed(world: World) -> None:
    walk = Walk(world)
    walk.answers = dict.fromkeys(walk.orders, "500")
    walk.do("happens", 0, 2)
    walk.do("go", 0, 0)
    for row in deliveries(world):
        with pytest.raises(NotFound):
            replay_delivery(endpoint_id=walk.endpoint_id, delivery_id=row["id"], actor=walk.actor, deps=world.deps)
    assert replay_dead(endpoint_id=walk.endpoint_id, actor=walk.actor, deps=world.deps).count == 0
