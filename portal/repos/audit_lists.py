"""The trail as the staff of a shop read it: its entries newest first, by whatever they are looked for; the last check.

Each filter has its index, and a page costs the same at a million entries: an order's own are few, everything else is
read in the order of its index from where the page before ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, literal_column, or_, select

from portal.domain.records.audit import AuditCheck, Entry
from portal.models.account import Customer
from portal.models.archive import ArchivedCase, ArchivedOrder
from portal.models.case import Case
from portal.models.event import AuditCheck as AuditCheckRow
from portal.models.event import Event
from portal.models.order import Order
from portal.repos.order_lists import Cursor
from portal.repos.rows import all_rows, row_or_none, value_of

EVENTS = Event.__table__
ORDERS = Order.__table__
ARCHIVED = ArchivedOrder.__table__
ARCHIVED_CASES = ArchivedCase.__table__
CASES = Case.__table__
CUSTOMERS = Customer.__table__
CHECKS = AuditCheckRow.__table__
_AS_IT_IS = "id shop_id chain seq order_id kind at actor behalf text previous hash".split()
_BY_STAFF = func.substr(EVENTS.c.actor, literal_column("1"), literal_column("6")) == literal_column("'staff:'")
"""As the partial indexes say it, so that SQLite sees that they hold all of it."""
_ANY = EVENTS.c.seq > literal_column("0")
"""The same of the index of all entries, which SQLite would prefer to those of a kind or a person, being narrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """`order_id` and `case_no` of an order or case of the shop; `actor` the key of a member of staff; `kind` as it is
    stored; from `since` on and before `until`. Nothing said finds all."""

    order_id: int | None = None
    case_no: str = ""
    actor: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


class AuditLists:
    """`work.audit_lists`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def called(self, shop_id: int, number: str) -> tuple[int, str] | None:
        """(id of the order, number of the case) of what is called so; "" for an order itself."""
        order = select(ORDERS.c.id, literal("").label("case_no"))
        order = order.where(ORDERS.c.shop_id == shop_id, ORDERS.c.number == number)
        case = select(CASES.c.order_id, CASES.c.case_no).where(CASES.c.shop_id == shop_id, CASES.c.case_no == number)
        archived = select(ARCHIVED.c.order_id, literal("").label("case_no"))
        archived = archived.where(ARCHIVED.c.shop_id == shop_id, ARCHIVED.c.number == number)
        of_archived = select(ARCHIVED_CASES.c.order_id, ARCHIVED_CASES.c.case_no)
        of_archived = of_archived.where(ARCHIVED_CASES.c.shop_id == shop_id, ARCHIVED_CASES.c.case_no == number)
        for query in (order, case, archived, of_archived):
            if found := self._connection.execute(query).first():
                return found[0], found[1]
        return None

    def entries(self, shop_id: int, wanted: AuditFilter, *, after: Cursor | None, limit: int) -> list[Entry]:
        """Newest first. The ends of their chains are not looked up."""
        nothing = [literal(None).label(name) for name in ("end_length", "end_head", "end_seal")]
        number = func.coalesce(ORDERS.c.number, ARCHIVED.c.number, "").label("number")
        case_no = func.coalesce(EVENTS.c.case_no, "").label("case_no")
        query = (
            select(*(EVENTS.c[name] for name in _AS_IT_IS), number, case_no, *nothing)
            .outerjoin(ORDERS, ORDERS.c.id == EVENTS.c.order_id)
            .outerjoin(ARCHIVED, ARCHIVED.c.order_id == EVENTS.c.order_id)
            .where(*_matches(shop_id, wanted), *_is_older(after))
            .order_by(EVENTS.c.at.desc(), EVENTS.c.id.desc())
            .limit(limit)
        )
        return [Entry(**row) for row in all_rows(self._connection.execute(query))]

    def kinds(self, shop_id: int) -> list[str]:
        """Which kinds of event the shop has had, a look into the index for each."""
        mine = EVENTS.c.shop_id == shop_id
        found = select(func.min(EVENTS.c.kind).label("kind")).where(mine).cte("found", recursive=True)
        further = select(func.min(EVENTS.c.kind)).where(mine, EVENTS.c.kind > found.c.kind).scalar_subquery()
        found = found.union_all(select(further).where(found.c.kind.is_not(None)))
        return list(self._connection.execute(select(found.c.kind).where(found.c.kind.is_not(None))).scalars())

    def names_of(self, shop_id: int, customer_ids: Iterable[int]) -> dict[int, str]:
        """Of the shop's customers, by their ids."""
        ids = sorted(set(customer_ids))
        if not ids:
            return {}
        query = select(CUSTOMERS.c.id, CUSTOMERS.c.name)
        rows = self._connection.execute(query.where(CUSTOMERS.c.shop_id == shop_id, CUSTOMERS.c.id.in_(ids)))
        return {row.id: row.name for row in rows}

    def last_check(self) -> AuditCheck | None:
        """The signature is for the caller to look at."""
        row = row_or_none(self._connection.execute(select(CHECKS).order_by(CHECKS.c.id.desc()).limit(1)))
        return value_of(AuditCheck, row) if row else None

    def add_check(self, check: AuditCheck) -> None:
        self._connection.execute(
            insert(CHECKS).values({name: getattr(check, name) for name in AuditCheck.__dataclass_fields__})
        )


def _matches(shop_id: int, wanted: AuditFilter) -> list[ColumnElement[bool]]:
    # The shop is in the order's id. Said again, a database could go through all of the shop's entries.
    of_order = wanted.order_id is not None
    found = [EVENTS.c.order_id == wanted.order_id if of_order else EVENTS.c.shop_id == shop_id]
    if wanted.case_no:
        found.append(EVENTS.c.case_no == wanted.case_no)
    if wanted.actor:
        found += [EVENTS.c.actor == wanted.actor, _BY_STAFF]
    if wanted.kind:
        found.append(EVENTS.c.kind == wanted.kind)
    if not (of_order or wanted.actor or wanted.kind):
        found.append(_ANY)
    if wanted.since:
        found.append(EVENTS.c.at >= wanted.since)
    if wanted.until:
        found.append(EVENTS.c.at < wanted.until)
    return found


def _is_older(after: Cursor | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    same = and_(EVENTS.c.at == after.placed_at, EVENTS.c.id < after.id)
    return [or_(EVENTS.c.at < after.placed_at, same), EVENTS.c.at <= after.placed_at]
