"""Mails that were received, each once, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select, update

from portal.domain.inbox.mail import NamedOrder
from portal.domain.typed import folded_mail
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.inbox import InboundMail
from portal.models.order import Order
from portal.repos.dialects import upsert
from portal.repos.rows import Row, all_rows, row_or_none, value_of

MAILS = InboundMail.__table__
CASES = Case.__table__
CUSTOMERS = Customer.__table__
ORDERS = Order.__table__
MOST_ORDERS = 10
GONE: dict[str, Any] = dict.fromkeys(("sender", "sender_key", "subject", "body"), "")
"""A row from which everything personal is taken: that a mail came, and what became of it, stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMail:
    """A row: `order_no` and `case_no` of what it is about, "" for none; `customer_id` 0 where that has no account."""

    id: int
    shop_id: int
    public_id: str
    sender: str
    subject: str
    body: str
    state: str
    why: str
    order_no: str
    case_no: str
    customer_id: int
    evidence: list[str]
    files: int
    received_at: datetime
    expires_at: datetime | None
    handled_at: datetime | None


def _kept() -> Select[Any]:
    joined = {"order_no", "case_no", "customer_id"}
    columns = [MAILS.c[name] for name in KeptMail.__dataclass_fields__ if name not in joined]
    return (
        select(*columns, ORDERS.c.number, ORDERS.c.customer_id, CASES.c.case_no)
        .outerjoin(ORDERS, ORDERS.c.id == MAILS.c.order_id)
        .outerjoin(CASES, CASES.c.id == MAILS.c.case_id)
    )


class Inbox:
    """`work.inbox`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def is_known(self, shop_id: int, key: str) -> bool:
        query = select(MAILS.c.id).where(MAILS.c.shop_id == shop_id, MAILS.c.key == key)
        return self._connection.execute(query).first() is not None

    def add(self, values: dict[str, Any]) -> int | None:
        """The new row; None where it was received before."""
        row = {"received_at": self._now, "evidence": [], **values}
        new = upsert(self._connection, MAILS).on_conflict_do_nothing().returning(MAILS.c.id)
        found = self._connection.execute(new, row).first()
        return int(found.id) if found else None

    def set(self, mail_id: int, **values: Any) -> None:
        self._connection.execute(update(MAILS).where(MAILS.c.id == mail_id).values(**values))

    def find_by_id(self, mail_id: int) -> KeptMail | None:
        return _value(row_or_none(self._connection.execute(_kept().where(MAILS.c.id == mail_id))))

    def find_in(self, shop_id: int, mail_id: int, *, for_update: bool = False) -> KeptMail | None:
        query = _kept().where(MAILS.c.id == mail_id, MAILS.c.shop_id == shop_id)
        return _value(row_or_none(self._connection.execute(query.with_for_update(of=MAILS) if for_update else query)))

    def find(self, public_id: str, *, for_update: bool = False) -> KeptMail | None:
        """Whoever knows the number may ask: it is of 130 random bits."""
        query = _kept().where(MAILS.c.public_id == public_id)
        return _value(row_or_none(self._connection.execute(query.with_for_update(of=MAILS) if for_update else query)))

    def waiting(self, shop_id: int, *, limit: int) -> list[KeptMail]:
        """What staff have to look at, the oldest first."""
        mine = (MAILS.c.shop_id == shop_id) & (MAILS.c.state == "waiting")
        rows = all_rows(
            self._connection.execute(_kept().where(mine).order_by(MAILS.c.received_at, MAILS.c.id).limit(limit))
        )
        return [found for row in rows if (found := _value(row))]

    def lapsed(self, most: int) -> list[int]:
        """What nobody has confirmed in time."""
        is_over = and_(MAILS.c.state == "asked", MAILS.c.expires_at < self._now)
        return list(
            self._connection.execute(
                select(MAILS.c.id).where(is_over).order_by(MAILS.c.expires_at).limit(most)
            ).scalars()
        )

    def sweep(self, before: datetime, most: int) -> int:
        """Takes the words of up to `most` out that were handled before; how many it were."""
        over = and_(MAILS.c.handled_at.is_not(None), MAILS.c.sender != "", MAILS.c.handled_at < before)
        found = list(
            self._connection.execute(select(MAILS.c.id).where(over).order_by(MAILS.c.handled_at).limit(most)).scalars()
        )
        if found:
            self._connection.execute(update(MAILS).where(MAILS.c.id.in_(found)).values(GONE))
        return len(found)

    def named(self, shop_id: int, numbers: Collection[str], sender: str) -> list[NamedOrder]:
        """Orders of those numbers, and orders of cases of those numbers, each with its newest open case, or the case
        that was named. One statement."""
        by_case = select(CASES.c.order_id).where(CASES.c.shop_id == shop_id, CASES.c.case_no.in_(_case_nos(numbers)))
        is_named = or_(ORDERS.c.number_key.in_(numbers), ORDERS.c.id.in_(by_case))
        rows = self._orders(and_(ORDERS.c.shop_id == shop_id, is_named), _case_nos(numbers))
        return [_named(row, sender) for row in rows]

    def theirs(self, shop_id: int, sender: str) -> list[NamedOrder]:
        """Orders with an open case of the only customer who has this address."""
        customers = select(func.min(CUSTOMERS.c.id)).where(
            CUSTOMERS.c.shop_id == shop_id, CUSTOMERS.c.mail_key == folded_mail(sender)
        )
        only = customers.having(func.count() == 1).scalar_subquery()
        is_open = select(CASES.c.order_id).where(CASES.c.customer_id == only, CASES.c.closed_at.is_(None))
        rows = self._orders(and_(ORDERS.c.shop_id == shop_id, ORDERS.c.id.in_(is_open)), ())
        return [_named(row, sender) for row in rows]

    def _orders(self, mine: Any, case_nos: Sequence[str]) -> list[Row]:
        of_order = CASES.c.order_id == ORDERS.c.id
        newest = select(CASES.c.case_no).where(of_order, CASES.c.closed_at.is_(None))
        named = select(CASES.c.case_no).where(of_order, CASES.c.case_no.in_(case_nos))
        query = (
            select(
                ORDERS.c.number,
                ORDERS.c.customer_id,
                ORDERS.c.extra,
                CUSTOMERS.c.mail,
                newest.order_by(CASES.c.id.desc()).limit(1).correlate(ORDERS).scalar_subquery().label("open_case"),
                named.order_by(CASES.c.id.desc()).limit(1).correlate(ORDERS).scalar_subquery().label("named_case"),
            )
            .outerjoin(CUSTOMERS, CUSTOMERS.c.id == ORDERS.c.customer_id)
            .where(mine)
            .order_by(ORDERS.c.id.desc())
            .limit(MOST_ORDERS)
        )
        return all_rows(self._connection.execute(query))


def _case_nos(numbers: Collection[str]) -> list[str]:
    return [number.upper() for number in numbers]


def _named(row: Row, sender: str) -> NamedOrder:
    contact = (row["extra"] or {}).get("contact") or {}
    mails = [folded_mail(mail) for mail in (row["mail"], contact.get("mail")) if mail]
    return NamedOrder(
        order_no=row["number"],
        customer_id=row["customer_id"] or 0,
        is_theirs=folded_mail(sender) in mails,
        case_no=row["named_case"] or row["open_case"] or "",
        is_case_named=bool(row["named_case"]),
    )


def _value(row: Row | None) -> KeptMail | None:
    if row is None:
        return None
    named = {"order_no": row["number"] or "", "case_no": row["case_no"] or "", "customer_id": row["customer_id"] or 0}
    return value_of(KeptMail, {**row, **named})


def of_person(order_ids: Select[Any], sender_keys: Collection[str]) -> Any:
    """Those about a customer's orders, and those from their address."""
    return or_(MAILS.c.order_id.in_(order_ids), MAILS.c.sender_key.in_(sender_keys))
