"""Workers that die, that work side by side, and transactions that overtake each other: sent at least once, in order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.adapters.pinned_http import PinnedHttp
from portal.adapters.webhooks_http import HttpWebhooks
from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.ports import Clock, WebhookAnswer, WebhookCall
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.jobs.work_jobs import BESIDE, HERE, work_jobs
from portal.services.webhooks.feed import feed_webhooks
from tests.support.fakes import FakeClock
from tests.support.hook_receiver import Receiver, receiving
from tests.support.webhooks import connect, deliveries, endpoint, feed, go, happens, states, take_order
from tests.support.world import World, world_on

pytestmark = pytest.mark.req("P12", "N7")


class Killed(BaseException):
    """The worker is gone: nothing after this happens."""


class KillsWorkers:
    """The real adapter; the worker dies as soon as the endpoint has answered, `times` times."""

    def __init__(self, clock: Clock, times: int) -> None:
        self._http, self.times = HttpWebhooks(clock, PinnedHttp(may_be_private=True)), times

    def post(self, call: WebhookCall) -> WebhookAnswer:
        answer = self._http.post(call)
        if self.times:
            self.times -= 1
            raise Killed
        return answer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as kept:
        yield kept


def test_a_worker_that_dies_before_it_wrote_down_what_was_answered_leaves_it_to_be_sent_again(
    world: World, receiver: Receiver
) -> None:
    deps = replace(world.deps, webhooks=KillsWorkers(world.clock, 1))
    connect(world, "case:*", url=receiver.url)
    happens(world, take_order(world), "asked", "answered")
    world.let_others_end()
    feed_webhooks(deps=deps)
    with pytest.raises(Killed):
        work_jobs(deps=deps, most=1, of=BESIDE)
    assert len(receiver.doubted) == 1 and states(world) == ["ready", "behind"]
    for _ in range(4):
        world.let_leases_run_out()
        work_jobs(deps=deps, most=5, of=BESIDE)
        world.clock.move(seconds=40)
    assert set(states(world)) == {"done"} and [row["attempts"] for row in deliveries(world)] == [2, 1]
    first, again, last = receiver.doubted
    assert first == again != last


def test_what_was_sent_three_times_has_one_id_and_the_library_believes_each(world: World, receiver: Receiver) -> None:
    receiver.secrets = (connect(world, "case:*", url=receiver.url)[1],)
    receiver.statuses = [500, 503]
    # Receivers go by the machine's clock, five minutes either way.
    clock = FakeClock(datetime.now(UTC) - timedelta(minutes=4))
    deps = replace(world.deps, clock=clock, webhooks=HttpWebhooks(clock, PinnedHttp(may_be_private=True)))
    happens(world, take_order(world), "asked")
    world.let_others_end()
    feed_webhooks(deps=deps)
    for _ in range(7):
        work_jobs(deps=deps, most=5, of=BESIDE)
        clock.move(minutes=1)
    assert len(receiver.ids) == 3 and len(set(receiver.ids)) == 1 and receiver.doubted == []


def test_two_workers_send_each_event_once_and_none_before_its_time(world: World) -> None:
    connect(world, "case:*")
    orders = [take_order(world) for _ in range(6)]
    for _ in range(4):
        for order_no in orders:
            happens(world, order_no, "reminded")
    go_apart = threading.Barrier(2)

    def worker(name: str) -> None:
        go_apart.wait()
        for _ in range(12):
            feed(world)
            work_jobs(deps=world.deps, worker=name, most=1, of=BESIDE)

    threads = [threading.Thread(target=worker, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    go(world, 2, minutes=2)
    sent = [call.message_id for call in world.webhooks.calls]
    assert len(sent) == len(set(sent)) == 24 and set(states(world)) == {"done"}


def test_a_worker_in_its_own_loop_leaves_webhooks_to_the_thread_beside_it(world: World) -> None:
    connect(world, "case:*")
    happens(world, take_order(world), "asked")
    feed(world)
    while work_jobs(deps=world.deps, most=20, of=HERE):
        pass
    assert world.webhooks.calls == []
    assert work_jobs(deps=world.deps, most=20, of=BESIDE) == 1 and len(world.webhooks.calls) == 1


def test_an_event_that_the_feed_gives_late_is_still_sent_before_those_that_came_after_it(postgresql_url: str) -> None:
    """A transaction that began first may write last: then feed and order disagree, and a page may end in between."""
    with world_on(postgresql_url) as world:
        connect(world, "case:*")
        order_no, actor = take_order(world), system(world.made.shop_id)
        with world.deps.database.writing() as connection:
            connection.exec_driver_sql("SELECT pg_current_xact_id()")
            happens(world, order_no, "asked")
            work = UnitOfWork(connection, world.deps)
            work.events.append(
                work.orders.get_for_update(order_no, actor), actor, NewEvent(kind="system:case:approved")
            )
            work.flush()
        world.let_others_end()
        now = endpoint(world)
        after = (now["after_txid"], now["after_id"])
        with reading(world.deps) as work:
            page = work.webhook_deliveries.feed(shop_id=actor.shop_id, after=after, limit=20)
            order = [event for event in page if event.order_id]
            assert [event.kind for event in order] == ["system:case:approved", "system:case:asked"]
            cut = page[: page.index(order[0]) + 1]
            assert [event.kind for event in work.webhook_deliveries.overtaken(cut)] == ["system:case:asked"]
        go(world, 3)
        assert [kind.rpartition(":")[2] for kind in world.webhooks.types] == ["asked", "approved"]
