"""The feed of all shops is that of each of them, in one order, each read by its own index."""

from typing import Any

import pytest

from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.repos.unit_of_work import unit_of_work
from portal.services.records import event_feed
from portal.services.records.event_feed import read_feed, read_whole_feed
from tests.support.make import make_shop
from tests.support.world import World

pytestmark = pytest.mark.req("P9")


def happens(world: World, shop_id: int, number: int) -> None:
    with unit_of_work(world.deps) as work:
        work.events.append_without_order(system(shop_id), NewEvent(kind="system:rails:reconciled", data={"n": number}))


@pytest.fixture
def shops(world: World) -> list[int]:
    """Two shops of which now the one has events, now the other, and in the end only one."""
    both = [world.made.shop_id, make_shop(world.deps, "other", name="另一家").shop_id]
    for number in range(9):
        happens(world, both[number % 2 if number < 6 else 1], number)
    world.let_others_end()
    return both


def told(feed: list[dict[str, Any]]) -> list[int]:
    return [event["data"]["n"] for event in feed if event["type"] == "system:rails:reconciled"]


def place(event: dict[str, Any]) -> tuple[int, int]:
    txid, row_id = event["cursor"].split("-")
    return int(txid), int(row_id)


@pytest.mark.parametrize("page", [1, 2, 100])
def test_the_feed_of_all_shops_has_each_event_once_and_in_order_however_it_is_paged(
    world: World, shops: list[int], page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_feed, "_HELD", page)
    monkeypatch.setattr(event_feed, "_LEAST", page)
    feed = list(read_whole_feed(after="", deps=world.deps))
    assert told(feed) == list(range(9))
    assert [place(event) for event in feed] == sorted({place(event) for event in feed})
    each = [event for shop in shops for event in read_feed(shop_id=shop, after="", limit=1_000, deps=world.deps)]
    assert sorted(each, key=place) == feed


def test_it_goes_on_behind_any_cursor(world: World, shops: list[int]) -> None:
    feed = list(read_whole_feed(after="", deps=world.deps))
    for number, event in enumerate(feed):
        assert list(read_whole_feed(after=event["cursor"], deps=world.deps)) == feed[number + 1 :]


def test_what_happens_while_it_is_read_stands_behind_its_end(
    world: World, shops: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One shop is read to its end and then has an event; a later one of the other must not be told before it."""
    monkeypatch.setattr(event_feed, "_HELD", 1)
    monkeypatch.setattr(event_feed, "_LEAST", 1)
    reading = read_whole_feed(after="", deps=world.deps)
    first = [next(reading)]
    happens(world, shops[0], 100)
    happens(world, shops[1], 101)
    world.let_others_end()
    first += reading
    assert told(first) == list(range(9))
    assert told(list(read_whole_feed(after=first[-1]["cursor"], deps=world.deps))) == [100, 101]
