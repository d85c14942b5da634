"""Deliveries of webhooks: events of an order one after another, in whatever order orders come.

Whoever adds, finishes or re-opens deliveries has locked their endpoint's row first: of an order's open deliveries the
earliest is `ready`, and only under that lock is it known which one that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    true,
    tuple_,
    update,
)

from portal.domain.webhooks.endpoint import DeliveryState
from portal.models.event import Event
from portal.models.webhook import WebhookDelivery, WebhookEndpoint
from portal.repos.dialects import delete_some, oldest_open_txid, upsert
from portal.repos.events import FedEvent, place_of
from portal.repos.rows import all_rows, value_of
from portal.repos.tickets import MOST_COUNTED

DELIVERIES = WebhookDelivery.__table__
_EVENTS = Event.__table__
_EARLIER = DELIVERIES.alias("earlier")


def _state_is(*states: DeliveryState) -> ColumnElement[bool]:
    """Written out, as in the partial indexes: of a parameter a database does not know what it will be."""
    named: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in states]
    return DELIVERIES.c.state.in_(named) if len(named) > 1 else DELIVERIES.c.state == named[0]


IS_OPEN, IS_READY, IS_DEAD = _state_is("ready", "behind"), _state_is("ready"), _state_is("dead")
_IS_DONE, _IS_BEHIND, _IS_OVER = _state_is("done"), _state_is("behind"), _state_is("done", "dead")
_FRESH = {"attempts": 0, "first_at": None, "claim": "", "finished_at": None, "problem": "", "status": 0, "took": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class FedOrderEvent(FedEvent):
    """With the row of its order, None for none."""

    order_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """To be sent now, by whoever has `claim`. `attempts`: this one too."""

    id: int
    event_id: int
    order_id: int | None
    attempts: int
    first_at: datetime
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """As an administrator reads it. `kind`, `order_no`, `at`: of its event."""

    id: int
    event_id: int
    kind: str
    order_no: str
    at: datetime
    state: DeliveryState
    attempts: int
    next_at: datetime
    finished_at: datetime | None
    problem: str
    status: int
    took: int
    said: str


class WebhookDeliveries:
    """`work.webhook_deliveries`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def count_open(self, endpoint_id: int, most: int) -> int:
        some = select(DELIVERIES.c.id).where(DELIVERIES.c.endpoint_id == endpoint_id, IS_OPEN).limit(most)
        return int(self._connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())

    def feed(self, *, shop_id: int, after: tuple[int, int], limit: int) -> list[FedOrderEvent]:
        """As `work.events.feed`, with their orders."""
        place = tuple_(_EVENTS.c.txid, _EVENTS.c.id)
        query = select(*_fed()).where(_EVENTS.c.shop_id == shop_id, place > place_of(after))
        if (oldest := oldest_open_txid(self._connection)) is not None:
            query = query.where(_EVENTS.c.txid < oldest)
        return self._fed(query.order_by(_EVENTS.c.txid, _EVENTS.c.id).limit(limit))

    def overtaken(self, events: Sequence[FedOrderEvent]) -> list[FedOrderEvent]:
        """Events of the same orders that came before one of these and that the feed gives only after all of these.

        On PostgreSQL a transaction may get its number, wait for the order, and write after one that began later: then
        the order's chain and the feed disagree, and a page of the feed may end in between. Elsewhere never.
        """
        last = {event.order_id: event.id for event in events if event.order_id is not None}
        if not last or oldest_open_txid(self._connection) is None:
            return []
        place = tuple_(_EVENTS.c.txid, _EVENTS.c.id)
        behind = place > place_of((events[-1].txid, events[-1].id))
        query = select(*_fed()).where(_EVENTS.c.order_id.in_(list(last)), behind, _EVENTS.c.id < max(last.values()))
        found = self._fed(query.order_by(_EVENTS.c.id))
        return [event for event in found if event.order_id and event.id < last[event.order_id]]

    def events_of(self, event_ids: Sequence[int]) -> dict[int, FedEvent]:
        query = select(*_fed()).where(_EVENTS.c.id.in_(list(event_ids)))
        return {event.id: event for event in self._fed(query)}

    def _fed(self, query: Any) -> list[FedOrderEvent]:
        return [value_of(FedOrderEvent, row) for row in all_rows(self._connection.execute(query))]

    def add(self, endpoint: tuple[int, int], events: Sequence[FedOrderEvent], *, replay: int) -> int:
        """Of (shop, endpoint). What is there from an earlier reading of the feed is sent again where it is over; how
        many there are to send."""
        shop_id, endpoint_id = endpoint
        told = {"shop_id": shop_id, "endpoint_id": endpoint_id, "replay": replay, "next_at": self._now, "said": ""}
        told |= _FRESH | {"created_at": self._now}
        rows = [
            {**told, "event_id": event.id, "order_id": event.order_id, "state": _first_state(event.order_id)}
            for event in events
        ]
        statement = upsert(self._connection, DELIVERIES)
        again = {name: statement.excluded[name] for name in ("replay", "state", "next_at", *_FRESH)}
        is_over = _IS_OVER & (DELIVERIES.c.replay < replay)
        kept = statement.on_conflict_do_update(
            index_elements=[DELIVERIES.c.endpoint_id, DELIVERIES.c.event_id], set_=again, where=is_over
        )
        added = list(self._connection.execute(kept.returning(DELIVERIES.c.order_id), rows).scalars()) if rows else []
        self.settle(endpoint_id, added)
        return len(added)

    def settle(self, endpoint_id: int, order_ids: Iterable[int | None]) -> None:
        """Of each of these orders the earliest open delivery is ready, and no other."""
        ids = sorted({order_id for order_id in order_ids if order_id is not None})
        if not ids:
            return
        is_overtaking = exists().where(
            _EARLIER.c.endpoint_id == DELIVERIES.c.endpoint_id,
            _EARLIER.c.order_id == DELIVERIES.c.order_id,
            _EARLIER.c.event_id < DELIVERIES.c.event_id,
            _EARLIER.c.state.in_([literal_column("'ready'"), literal_column("'behind'")]),
        )
        mine = and_(DELIVERIES.c.endpoint_id == endpoint_id, DELIVERIES.c.order_id.in_(ids))
        back = update(DELIVERIES).where(mine, IS_READY, is_overtaking)
        self._connection.execute(back.values(state="behind", claim=""))
        first = select(func.min(DELIVERIES.c.event_id)).where(mine, IS_OPEN).group_by(DELIVERIES.c.order_id)
        event_ids = list(self._connection.execute(first).scalars())
        is_first = and_(DELIVERIES.c.endpoint_id == endpoint_id, DELIVERIES.c.event_id.in_(event_ids))
        forward = update(DELIVERIES).where(is_first, _IS_BEHIND)
        self._connection.execute(forward.values(state="ready", next_at=self._now))

    def claim(self, endpoint_id: int, *, most: int, lasts: timedelta, token: str) -> list[ClaimedDelivery]:
        """Those that are due, longest first; due again after `lasts` if nobody says what became of them."""
        due = (
            select(DELIVERIES.c.id)
            .where(
                DELIVERIES.c.endpoint_id == endpoint_id,
                IS_READY,
                DELIVERIES.c.next_at <= self._now,
            )
            .order_by(DELIVERIES.c.next_at, DELIVERIES.c.event_id)
            .limit(most)
        )
        ids = list(self._connection.execute(due).scalars())
        if not ids:
            return []
        values = {
            "claim": token,
            "attempts": DELIVERIES.c.attempts + 1,
            "first_at": func.coalesce(DELIVERIES.c.first_at, literal(self._now, DELIVERIES.c.first_at.type)),
            "next_at": self._now + lasts,
        }
        names = [DELIVERIES.c[name] for name in ClaimedDelivery.__dataclass_fields__]
        taken = update(DELIVERIES).where(DELIVERIES.c.id.in_(ids)).values(values).returning(*names)
        found = {row["id"]: value_of(ClaimedDelivery, row) for row in all_rows(self._connection.execute(taken))}
        return [found[row_id] for row_id in ids]

    def unclaim(self, deliveries: Sequence[ClaimedDelivery]) -> None:
        """Not sent after all: due as before, and nobody has tried."""
        for claim in {delivery.claim for delivery in deliveries}:
            mine = and_(DELIVERIES.c.id.in_([each.id for each in deliveries]), DELIVERIES.c.claim == claim)
            is_first = DELIVERIES.c.attempts == 1
            back = {"claim": "", "attempts": DELIVERIES.c.attempts - 1, "next_at": self._now}
            back["first_at"] = case((is_first, null()), else_=DELIVERIES.c.first_at)
            self._connection.execute(update(DELIVERIES).where(mine).values(back))

    def record(self, delivery: ClaimedDelivery, **values: Any) -> bool:
        """What came of it: problem, status, took, said and, where it is over, state. False where it is no longer
        theirs: sent by another since, to be sent again, or gone."""
        over = {"finished_at": self._now} if values.get("state") else {}
        mine = and_(DELIVERIES.c.id == delivery.id, DELIVERIES.c.claim == delivery.claim, IS_OPEN)
        said = update(DELIVERIES).where(mine).values(claim="", **over, **values)
        return self._connection.execute(said).rowcount == 1

    def reopen(self, endpoint_id: int, delivery_ids: Sequence[int]) -> int:
        """Those of them that are over are sent again; how many."""
        if not delivery_ids:
            return 0
        mine = and_(DELIVERIES.c.endpoint_id == endpoint_id, DELIVERIES.c.id.in_(list(delivery_ids)), _IS_OVER)
        is_alone = DELIVERIES.c.order_id.is_(None)
        orders: list[int | None] = []
        for which, state in ((is_alone, "ready"), (~is_alone, "behind")):
            again = update(DELIVERIES).where(mine, which).values(state=state, next_at=self._now, **_FRESH)
            orders += self._connection.execute(again.returning(DELIVERIES.c.order_id)).scalars()
        self.settle(endpoint_id, orders)
        return len(orders)

    def dead_ids(self, endpoint_id: int, most: int) -> list[int]:
        """Oldest first."""
        mine = and_(DELIVERIES.c.endpoint_id == endpoint_id, IS_DEAD)
        query = select(DELIVERIES.c.id).where(mine).order_by(DELIVERIES.c.id).limit(most)
        return list(self._connection.execute(query).scalars())

    def page(self, endpoint_id: int, *, which: str, before: int | None, limit: int) -> list[ListedDelivery]:
        """The newest first. `which`: "" for all, waiting, dead; `before`: the id where the last page ended."""
        states = {"waiting": (IS_READY, _IS_BEHIND), "dead": (IS_DEAD,)}.get(which, (true(),))
        # One state at a time, as their index holds them.
        ids = {row_id for state in states for row_id in self._newest(endpoint_id, state, before, limit)}
        newest = sorted(ids, reverse=True)[:limit]
        own = [DELIVERIES.c[name] for name in ListedDelivery.__dataclass_fields__ if name not in _OF_EVENTS]
        query = select(*own, *_told()).join(_EVENTS, _EVENTS.c.id == DELIVERIES.c.event_id)
        rows = all_rows(self._connection.execute(query.where(DELIVERIES.c.id.in_(newest)))) if newest else []
        listed = [value_of(ListedDelivery, {**row, "order_no": _order_no(row["order_no"])}) for row in rows]
        return sorted(listed, key=lambda delivery: -delivery.id)

    def _newest(self, endpoint_id: int, which: ColumnElement[bool], before: int | None, limit: int) -> list[int]:
        mine = and_(DELIVERIES.c.endpoint_id == endpoint_id, which)
        if before is not None:
            mine &= DELIVERIES.c.id < before
        query = select(DELIVERIES.c.id).where(mine).order_by(DELIVERIES.c.id.desc()).limit(limit)
        return list(self._connection.execute(query).scalars())

    def counts(self) -> dict[str, int]:
        """Over all endpoints, for the metrics: waiting and dead, each at most MOST_COUNTED."""
        in_order = {
            "waiting": (IS_OPEN, (DELIVERIES.c.endpoint_id, DELIVERIES.c.order_id, DELIVERIES.c.event_id)),
            "dead": (IS_DEAD, (DELIVERIES.c.finished_at,)),
        }
        counted = {}
        for name, (which, columns) in in_order.items():
            some = select(DELIVERIES.c.id).where(which).order_by(*columns).limit(MOST_COUNTED).subquery()
            counted[name] = int(self._connection.execute(select(func.count()).select_from(some)).scalar_one())
        return counted

    def sweep(self, *, done_before: datetime, dead_before: datetime, most: int) -> int:
        """Forgets up to `most` of each kind that are over so long; how many it were."""
        at = DELIVERIES.c.finished_at
        done = delete_some(self._connection, DELIVERIES, _IS_DONE & (at < done_before), at, most)
        return max(done, delete_some(self._connection, DELIVERIES, IS_DEAD & (at < dead_before), at, most))

    def sweep_removed(self, most: int) -> int:
        """Forgets up to `most` deliveries to endpoints that were removed; how many it were."""
        ends = WebhookEndpoint.__table__
        removed = select(ends.c.id).where(ends.c.removed_at.is_not(None)).order_by(ends.c.id).limit(1)
        first = self._connection.execute(removed).scalar_one_or_none()
        mine = DELIVERIES.c.endpoint_id == first
        return delete_some(self._connection, DELIVERIES, mine, DELIVERIES.c.id, most) if first else 0


_OF_EVENTS = ("kind", "order_no", "at")


def _told() -> list[Any]:
    return [_EVENTS.c.kind, _EVENTS.c.at, _EVENTS.c.chain.label("order_no")]


def _order_no(chain: str) -> str:
    """Of `o:<shop>:<number>`; "" for the chain of an actor."""
    return chain.split(":", 2)[2] if chain.startswith("o:") else ""


def _fed() -> list[Any]:
    return [_EVENTS.c[name] for name in FedOrderEvent.__dataclass_fields__]


def _first_state(order_id: int | None) -> DeliveryState:
    return "ready" if order_id is None else "behind"
