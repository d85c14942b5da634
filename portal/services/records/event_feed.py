"""The event feed: every event of a shop once, in an order in which nothing appears behind a cursor (law 6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from heapq import merge
from typing import Any

from portal.ports import Deps
from portal.repos.events import FedEvent
from portal.repos.unit_of_work import reading

LIMIT = 1_000
_HELD, _LEAST = 5_000, 20
"""Events in memory while all shops are read, and of each shop at least."""
_MOST_DIGITS = 18


def read_feed(*, shop_id: int, after: str, limit: int, deps: Deps) -> list[dict[str, Any]]:
    """Up to `limit` events after the cursor; a cursor that cannot be read starts at the beginning."""
    with reading(deps) as work:
        events = work.events.feed(shop_id=shop_id, after=read_place(after) or (0, 0), limit=min(max(limit, 1), LIMIT))
    return [fed(event) for event in events]


def read_whole_feed(*, after: str, deps: Deps) -> Iterator[dict[str, Any]]:
    """Of all shops together, up to this moment. Each shop is read by its own index, in pages: one for all of them would
    be one more thing to write for every event, for whoever runs `portal events` alone."""
    with reading(deps) as work:
        shop_ids, before = [shop.id for shop in work.shops.all()], work.events.settled_before()
    # What is read of one shop later than of another must not stand before what the other has had since.
    most = min(max(_HELD // max(len(shop_ids), 1), _LEAST), LIMIT)
    start = read_place(after) or (0, 0)
    each = [_of_shop(shop_id, start, before, most, deps) for shop_id in shop_ids]
    yield from (fed(event) for event in merge(*each, key=lambda event: (event.txid, event.id)))


def _of_shop(
    shop_id: int, after: tuple[int, int], before: tuple[int, int], most: int, deps: Deps
) -> Iterator[FedEvent]:
    while True:
        with reading(deps) as work:
            page = work.events.feed(shop_id=shop_id, after=after, before=before, limit=most)
        yield from page
        if len(page) < most:
            return
        after = (page[-1].txid, page[-1].id)


def read_place(cursor: str) -> tuple[int, int] | None:
    """(txid, id) of a cursor; None for what is none."""
    txid, _, row_id = cursor.partition("-")
    is_one = all(part.isascii() and part.isdecimal() and len(part) <= _MOST_DIGITS for part in (txid, row_id))
    return (int(txid), int(row_id)) if is_one else None


def fed(event: FedEvent) -> dict[str, Any]:
    """An event as whoever reads the feed gets it, and whoever is sent it."""
    kept = json.loads(event.text)
    return {
        "cursor": f"{event.txid}-{event.id}",
        "type": event.kind,
        "at": kept["at"],
        "order": kept["order"] or None,
        "case": event.case_no,
        "actor": event.actor,
        "on_behalf_of": event.behalf or None,
        "data": kept["data"],
        "seq": event.seq,
        "hash": event.hash,
        "previous": event.previous,
    }
