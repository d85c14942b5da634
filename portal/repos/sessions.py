"""Sessions: opened, found together with their customer, shop and host in one statement, ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Select, and_, bindparam, delete, func, insert, literal, or_, select, update

from portal.models.account import Customer, Session
from portal.models.job import Notice
from portal.models.shop import Shop, ShopHost
from portal.repos.dialects import delete_some
from portal.repos.rows import all_rows, row_or_none, value_of

SESSIONS = Session.__table__
CUSTOMERS = Customer.__table__
SHOPS = Shop.__table__
HOSTS = ShopHost.__table__
NOTICES = Notice.__table__


# Every page asks this first, so the statement is put together once.
_UNREAD = (
    select(func.count())
    .where(NOTICES.c.customer_id == SESSIONS.c.customer_id, NOTICES.c.read_at.is_(None))
    .scalar_subquery()
)
_BY_HOST = (
    select(HOSTS.c.shop_id).where(HOSTS.c.host.in_((bindparam("host"), bindparam("name")))).limit(1).scalar_subquery()
)
_FOUND = (
    select(
        SESSIONS.c.id,
        SESSIONS.c.kind,
        SESSIONS.c.shop_id,
        SESSIONS.c.customer_id,
        SESSIONS.c.order_no,
        SESSIONS.c.locale,
        SESSIONS.c.place,
        SESSIONS.c.orders,
        SESSIONS.c.is_remembered,
        SESSIONS.c.last_seen_at,
        SESSIONS.c.expires_at,
        CUSTOMERS.c.name,
        CUSTOMERS.c.locale.label("customer_locale"),
        CUSTOMERS.c.zone,
        CUSTOMERS.c.version.label("customer_version"),
        SHOPS.c.version.label("shop_version"),
        _UNREAD.label("unread"),
        _BY_HOST.label("host_shop_id"),
    )
    .join(SHOPS, SHOPS.c.id == SESSIONS.c.shop_id)
    .outerjoin(CUSTOMERS, CUSTOMERS.c.id == SESSIONS.c.customer_id)
    .where(SESSIONS.c.kind.in_(("shopper", "guest")))
)
_FIND = _FOUND.where(SESSIONS.c.token_hash == bindparam("token_hash"))
_FIND_BY_ID = _FOUND.where(SESSIONS.c.id == bindparam("session_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSession:
    """A session of a customer or a guest, with what every page of it needs. The customer's own values are None for a
    guest; `orders`: the only ones it shows; `host_shop_id`: the shop that the request's host stands for."""

    id: int
    kind: Literal["shopper", "guest"]
    shop_id: int
    customer_id: int | None
    order_no: str | None
    locale: str
    place: Literal["tab", "frame"]
    orders: list[str] | None
    is_remembered: bool
    last_seen_at: datetime
    expires_at: datetime
    name: str | None
    customer_locale: str | None
    zone: str | None
    customer_version: int | None
    shop_version: int
    unread: int
    host_shop_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A row of a customer's, as an operator is told of it: without its token, and without saying whether it is live."""

    id: int
    place: Literal["tab", "frame"]
    orders: list[str] | None
    is_remembered: bool
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class Sessions:
    """`work.sessions`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def open(self, **values: Any) -> int:
        """A row from: token_hash, kind, shop_id, customer_id or order_no, place, orders, locale, expires_at. Its id."""
        row = values | {"created_at": self._now, "last_seen_at": self._now}
        return int(self._connection.execute(insert(SESSIONS).values(row).returning(SESSIONS.c.id)).scalar_one())

    def find(self, token_hash: str, hosts: tuple[str, str]) -> FoundSession | None:
        """The session with what every page of it needs: its customer, its shop's version, unread notices, and which
        shop one of `hosts` belongs to. Neither age nor shop is judged here; sessions of staff are not found,
        their own or in a customer's place."""
        values = {"token_hash": token_hash, "host": hosts[0], "name": hosts[1]}
        return self._found(_FIND, values)

    def find_by_id(self, session_id: int) -> FoundSession | None:
        """As `find`, for what was given out in the session's name."""
        values = {"session_id": session_id, "host": "", "name": ""}
        return self._found(_FIND_BY_ID, values)

    def _found(self, query: Select[Any], values: dict[str, Any]) -> FoundSession | None:
        row = row_or_none(self._connection.execute(query, values))
        return value_of(FoundSession, row) if row else None

    def touch(self, session_id: int, *, older_than: datetime) -> None:
        mine = and_(SESSIONS.c.id == session_id, SESSIONS.c.last_seen_at < older_than)
        self._connection.execute(update(SESSIONS).where(mine).values(last_seen_at=self._now))

    def renew(self, session_id: int, token_hash: str) -> None:
        self._connection.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(token_hash=token_hash))

    def remember(self, token_hash: str, *, until: datetime) -> None:
        """It is not over for being idle any more."""
        mine = update(SESSIONS).where(SESSIONS.c.token_hash == token_hash)
        self._connection.execute(mine.values(is_remembered=True, expires_at=until))

    def set_locale(self, session_id: int, locale: str) -> None:
        self._connection.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(locale=locale))

    def end(self, token_hash: str) -> None:
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))

    def end_others(self, customer_id: int, *, but: int | None = None) -> None:
        """All sessions of a customer, or all `but` one."""
        theirs = SESSIONS.c.customer_id == customer_id
        self._connection.execute(delete(SESSIONS).where(theirs if but is None else theirs & (SESSIONS.c.id != but)))

    def live_of(self, customer_id: int, *, seen_after: datetime, is_remembering: bool) -> list[OpenSession]:
        """Those that still work, the newest first. `is_remembering`: the shop lets sessions be remembered."""
        shown = [SESSIONS.c[field.name] for field in fields(OpenSession)]
        is_kept = or_(SESSIONS.c.last_seen_at > seen_after, SESSIONS.c.is_remembered & literal(is_remembering))
        live = and_(
            SESSIONS.c.customer_id == customer_id,
            SESSIONS.c.kind == "shopper",
            SESSIONS.c.expires_at > self._now,
            is_kept,
        )
        query = select(*shown).where(live).order_by(SESSIONS.c.id.desc())
        return [value_of(OpenSession, row) for row in all_rows(self._connection.execute(query))]

    def end_of(self, customer_id: int, session_ids: Collection[int]) -> None:
        """Those of a customer's by their numbers."""
        mine = (SESSIONS.c.customer_id == customer_id) & SESSIONS.c.id.in_(session_ids)
        self._connection.execute(delete(SESSIONS).where(mine))

    def sweep(self, most: int) -> int:
        """Up to `most` rows of sessions that are over; how many it were."""
        is_over = SESSIONS.c.expires_at < self._now
        return delete_some(self._connection, SESSIONS, is_over, SESSIONS.c.expires_at, most)
