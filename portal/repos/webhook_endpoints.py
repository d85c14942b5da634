"""Endpoints of webhooks: a shop's few, and over all shops those that have something to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)

from portal.domain.webhooks.endpoint import EndpointState, OffBecause
from portal.models.event import Event
from portal.models.webhook import WebhookEndpoint
from portal.repos.dialects import oldest_open_txid
from portal.repos.rows import all_rows, one_row, row_or_none, value_of
from portal.repos.tickets import MOST_COUNTED
from portal.repos.webhook_deliveries import DELIVERIES, IS_DEAD, IS_OPEN, IS_READY

ENDPOINTS = WebhookEndpoint.__table__
_EVENTS = Event.__table__
_IS_KEPT = ENDPOINTS.c.removed_at.is_(None)
_IS_ON = and_(ENDPOINTS.c.state == literal_column("'on'"), _IS_KEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEndpoint:
    """As models.webhook.WebhookEndpoint."""

    id: int
    shop_id: int
    url: str
    kinds: list[str]
    sealed_secret: str
    sealed_old_secret: str
    old_until: datetime | None
    state: EndpointState
    off_because: OffBecause
    after_txid: int
    after_id: int
    replays: int
    failures: int
    failing_since: datetime | None
    resume_at: datetime | None
    told_at: datetime | None
    succeeded_at: datetime | None
    tested_at: datetime | None
    test_problem: str
    test_status: int
    test_took: int
    test_said: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedEndpoint(KeptEndpoint):
    """With how many of its deliveries wait and are dead, each at most MOST_COUNTED, and whether the feed has more."""

    waiting: int
    dead: int
    has_more: bool


class WebhookEndpoints:
    """`work.webhook_endpoints`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def add(self, shop_id: int, **values: Any) -> int:
        """url, kinds, sealed_secret, after_txid, after_id; its id."""
        fresh = {"sealed_old_secret": "", "state": "on", "off_because": "", "replays": 0, "failures": 0}
        fresh |= {"test_problem": "", "test_status": 0, "test_took": 0, "test_said": "", "created_at": self._now}
        row = insert(ENDPOINTS).values(shop_id=shop_id, **fresh, **values).returning(ENDPOINTS.c.id)
        return int(self._connection.execute(row).scalar_one())

    def of_shop(self, shop_id: int) -> list[CountedEndpoint]:
        """Oldest first: MOST_ENDPOINTS at most."""
        mine = (ENDPOINTS.c.shop_id == shop_id) & _IS_KEPT
        query = select(*_columns(), *self._counts()).where(mine).order_by(ENDPOINTS.c.id)
        return [value_of(CountedEndpoint, row) for row in all_rows(self._connection.execute(query))]

    def find_counted(self, shop_id: int, endpoint_id: int) -> CountedEndpoint | None:
        query = select(*_columns(), *self._counts()).where(_one_of(shop_id, endpoint_id))
        row = row_or_none(self._connection.execute(query))
        return value_of(CountedEndpoint, row) if row else None

    def lock(self, endpoint_id: int, shop_id: int | None = None) -> KeptEndpoint | None:
        """For whoever changes it or its deliveries. None where it was removed or is another shop's."""
        mine = (ENDPOINTS.c.id == endpoint_id) & _IS_KEPT
        if shop_id is not None:
            mine &= ENDPOINTS.c.shop_id == shop_id
        row = row_or_none(self._connection.execute(select(*_columns()).where(mine).with_for_update()))
        return value_of(KeptEndpoint, row) if row else None

    def find(self, endpoint_id: int) -> KeptEndpoint | None:
        """Of whatever shop, for the worker."""
        mine = (ENDPOINTS.c.id == endpoint_id) & _IS_KEPT
        row = row_or_none(self._connection.execute(select(*_columns()).where(mine)))
        return value_of(KeptEndpoint, row) if row else None

    def set(self, endpoint_id: int, **values: Any) -> None:
        self._connection.execute(update(ENDPOINTS).where(ENDPOINTS.c.id == endpoint_id).values(**values))

    def with_unread(self, limit: int) -> list[int]:
        """Those that are on, not paused, and for which the feed has an event behind their cursor."""
        is_free = or_(ENDPOINTS.c.resume_at.is_(None), ENDPOINTS.c.resume_at <= self._now)
        query = select(ENDPOINTS.c.id).where(_IS_ON, is_free, self._has_unread()).order_by(ENDPOINTS.c.id).limit(limit)
        return list(self._connection.execute(query).scalars())

    def overdue(self, before: datetime, limit: int) -> list[int]:
        """Those that are on, not paused, and have a delivery that was due `before` and that nobody made."""
        is_free = or_(ENDPOINTS.c.resume_at.is_(None), ENDPOINTS.c.resume_at <= before)
        late = and_(
            DELIVERIES.c.endpoint_id == ENDPOINTS.c.id,
            IS_READY,
            DELIVERIES.c.next_at < before,
        )
        query = select(ENDPOINTS.c.id).where(_IS_ON, is_free, exists().where(late)).order_by(ENDPOINTS.c.id)
        return list(self._connection.execute(query.limit(limit)).scalars())

    def end_of_feed(self, shop_id: int) -> tuple[int, int]:
        """The place (txid, id) of the last event nothing can come before any more."""
        place = select(_EVENTS.c.txid, _EVENTS.c.id).where(_EVENTS.c.shop_id == shop_id)
        if (oldest := oldest_open_txid(self._connection)) is not None:
            place = place.where(_EVENTS.c.txid < oldest)
        last = self._connection.execute(place.order_by(_EVENTS.c.txid.desc(), _EVENTS.c.id.desc()).limit(1)).first()
        return (last.txid, last.id) if last else (0, 0)

    def counts(self) -> dict[str, int]:
        """Over all shops, for the metrics; each at most MOST_COUNTED: endpoints that are on, failing and off."""
        kinds = {
            "on": _IS_ON & ENDPOINTS.c.failing_since.is_(None),
            "failing": _IS_ON & ENDPOINTS.c.failing_since.is_not(None),
            "off": (ENDPOINTS.c.state == "off") & _IS_KEPT,
        }
        counted = [_counted(select(ENDPOINTS.c.id).where(which)).label(name) for name, which in kinds.items()]
        return dict(one_row(self._connection.execute(select(*counted))))

    def sweep(self) -> int:
        """Removed ones of which no delivery is left; how many it were."""
        has_none = ~exists().where(DELIVERIES.c.endpoint_id == ENDPOINTS.c.id)
        gone = delete(ENDPOINTS).where(ENDPOINTS.c.removed_at.is_not(None), has_none)
        return int(self._connection.execute(gone).rowcount)

    def _counts(self) -> list[ColumnElement[Any]]:
        mine = DELIVERIES.c.endpoint_id == ENDPOINTS.c.id
        some = select(DELIVERIES.c.id).where(mine)
        waiting = some.where(IS_OPEN)
        dead = some.where(IS_DEAD)
        more = self._has_unread().label("has_more")
        return [_counted(waiting).label("waiting"), _counted(dead).label("dead"), more]

    def _has_unread(self) -> ColumnElement[bool]:
        after = tuple_(_EVENTS.c.txid, _EVENTS.c.id) > tuple_(ENDPOINTS.c.after_txid, ENDPOINTS.c.after_id)
        unread = and_(_EVENTS.c.shop_id == ENDPOINTS.c.shop_id, after)
        if (oldest := oldest_open_txid(self._connection)) is not None:
            unread &= _EVENTS.c.txid < oldest
        return exists().where(unread)


def _columns() -> list[Any]:
    return [ENDPOINTS.c[name] for name in KeptEndpoint.__dataclass_fields__]


def _one_of(shop_id: int, endpoint_id: int) -> ColumnElement[bool]:
    return and_(ENDPOINTS.c.shop_id == shop_id, ENDPOINTS.c.id == endpoint_id, _IS_KEPT)


def _counted(some: Any) -> Any:
    """How many, and no more than MOST_COUNTED: it costs the same however many there are."""
    return select(func.count()).select_from(some.limit(MOST_COUNTED).correlate(ENDPOINTS).subquery()).scalar_subquery()
