"""The event feed: every event of a shop once, in an order in which nothing appears behind a cursor (law 6)."""

from __future__ import annotations

import json
from typing import Any

from portal.ports import Deps
from portal.repos.events import FedEvent
from portal.repos.unit_of_work import reading

LIMIT = 1_000
_MOST_DIGITS = 18


def read_feed(*, shop_id: int | None, after: str, limit: int, deps: Deps) -> list[dict[str, Any]]:
    """Up to `limit` events after the cursor; a cursor that cannot be read starts at the beginning."""
    with reading(deps) as work:
        events = work.events.feed(shop_id=shop_id, after=read_place(after) or (0, 0), limit=min(max(limit, 1), LIMIT))
    return [fed(event) for event in events]


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
