"""Staff in a customer's place: the proof of who called, and the session that lives as long as their own does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from portal.domain.identity.access import Role
from portal.models.account import Customer, Session, Staff, StaffShop
from portal.models.behalf import Behalf
from portal.models.shop import Shop, ShopHost
from portal.repos.rows import all_rows, row_or_none, value_of

BEHALF = Behalf.__table__
CUSTOMERS = Customer.__table__
GRANTS = StaffShop.__table__
HOSTS = ShopHost.__table__
SESSIONS = Session.__table__
SHOPS = Shop.__table__
STAFF = Staff.__table__
KIND = "behalf"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBehalf:
    """A session in a customer's place, with the member of staff and their own session; nothing of a customer for a
    guest."""

    id: int
    behalf_id: int
    shop_id: int
    customer_id: int | None
    order_no: str | None
    locale: str
    last_seen_at: datetime
    expires_at: datetime
    staff_id: int
    login: str
    role: Role
    staff_session_id: int
    staff_seen_at: datetime
    staff_expires_at: datetime
    name: str | None
    zone: str | None
    customer_version: int | None
    shop_version: int
    host_shop_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofKept:
    """One time that somebody acted for a customer: who, when, and how they knew who called."""

    id: int
    login: str
    way: str
    channel: str
    reason: str
    proof: dict[str, Any]
    note: str
    started_at: datetime
    ended_at: datetime | None


class Behalves:
    """`work.behalf`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def find(self, token_hash: str, hosts: tuple[str, ...]) -> FoundBehalf | None:
        """None as well once the session it belongs to is gone or in another shop, its person disabled or without the
        shop, or the customer erased. Neither age nor role is judged."""
        own = SESSIONS.alias()
        by_host = select(HOSTS.c.shop_id).where(HOSTS.c.host.in_(hosts)).limit(1).scalar_subquery()
        # SQLite gives the id of a row that went to the next: that one is younger.
        is_own = and_(
            own.c.id == SESSIONS.c.staff_session_id,
            own.c.kind == "staff",
            own.c.staff_id == SESSIONS.c.staff_id,
            own.c.shop_id == SESSIONS.c.shop_id,
            own.c.created_at <= SESSIONS.c.created_at,
        )
        granted = and_(GRANTS.c.staff_id == SESSIONS.c.staff_id, GRANTS.c.shop_id == SESSIONS.c.shop_id)
        of_session = (
            "id behalf_id shop_id customer_id order_no locale last_seen_at expires_at staff_id staff_session_id"
        )
        query = (
            select(
                *(SESSIONS.c[name] for name in of_session.split()),
                STAFF.c.login,
                STAFF.c.role,
                own.c.last_seen_at.label("staff_seen_at"),
                own.c.expires_at.label("staff_expires_at"),
                *(CUSTOMERS.c[name] for name in ("name", "zone")),
                CUSTOMERS.c.version.label("customer_version"),
                SHOPS.c.version.label("shop_version"),
                by_host.label("host_shop_id"),
            )
            .join(own, is_own)
            .join(STAFF, STAFF.c.id == SESSIONS.c.staff_id)
            .join(GRANTS, granted)
            .join(SHOPS, SHOPS.c.id == SESSIONS.c.shop_id)
            .outerjoin(CUSTOMERS, CUSTOMERS.c.id == SESSIONS.c.customer_id)
            .where(SESSIONS.c.token_hash == token_hash, SESSIONS.c.kind == KIND)
            .where(STAFF.c.disabled_at.is_(None), CUSTOMERS.c.erased_at.is_(None))
        )
        row = row_or_none(self._connection.execute(query))
        return value_of(FoundBehalf, row) if row else None

    def touch(self, found: FoundBehalf) -> None:
        """Who works on a customer's pages is not idle on their own."""
        both = SESSIONS.c.id.in_((found.id, found.staff_session_id))
        self._connection.execute(update(SESSIONS).where(both).values(last_seen_at=self._now))

    def add(self, **values: Any) -> int:
        """shop_id, staff_id, customer_id or order_id, way, channel, reason, proof, note, request_id. Its id."""
        row = values | {"started_at": self._now}
        return int(self._connection.execute(insert(BEHALF).values(row).returning(BEHALF.c.id)).scalar_one())

    def find_request(self, staff_id: int, request_id: str) -> int | None:
        """The session that this form has begun already and that is not over; None for none."""
        begun = and_(BEHALF.c.staff_id == staff_id, BEHALF.c.request_id == request_id, BEHALF.c.ended_at.is_(None))
        query = select(SESSIONS.c.id).join(BEHALF, BEHALF.c.id == SESSIONS.c.behalf_id).where(begun)
        found = self._connection.execute(query.where(SESSIONS.c.expires_at > self._now)).scalar_one_or_none()
        return int(found) if found is not None else None

    def end_of(self, staff_id: int) -> bool:
        """Whomever they act for, one customer at a time; False where that was nobody."""
        theirs = and_(SESSIONS.c.staff_id == staff_id, SESSIONS.c.kind == KIND)
        ids = list(self._connection.execute(select(SESSIONS.c.behalf_id).where(theirs)).scalars())
        if ids:
            self._connection.execute(delete(SESSIONS).where(theirs))
            mine = BEHALF.c.id.in_(ids) & BEHALF.c.ended_at.is_(None)
            self._connection.execute(update(BEHALF).where(mine).values(ended_at=self._now))
        return bool(ids)

    def get(self, proof_id: int, shop_id: int) -> ProofKept | None:
        """None where it is another shop's."""
        found = self._kept(BEHALF.c.id == proof_id, shop_id, limit=1)
        return found[0] if found else None

    def newest(
        self, shop_id: int, *, limit: int, customer_id: int | None = None, order_id: int | None = None
    ) -> list[ProofKept]:
        """Of a customer, or of an order without one."""
        mine = BEHALF.c.customer_id == customer_id if customer_id else BEHALF.c.order_id == order_id
        return self._kept(mine, shop_id, limit=limit)

    def _kept(self, mine: Any, shop_id: int, *, limit: int) -> list[ProofKept]:
        names = "id way channel reason proof note started_at ended_at".split()
        query = select(*(BEHALF.c[name] for name in names), STAFF.c.login).join(STAFF, STAFF.c.id == BEHALF.c.staff_id)
        query = query.where(mine, BEHALF.c.shop_id == shop_id).order_by(BEHALF.c.id.desc()).limit(limit)
        return [value_of(ProofKept, row) for row in all_rows(self._connection.execute(query))]
