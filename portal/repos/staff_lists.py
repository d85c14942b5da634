"""What staff look through besides the queue: orders by whatever a caller can name, refunds that do not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from portal.domain.identity.access import Actor
from portal.domain.identity.logins import Login
from portal.domain.refunds.refund import Refund
from portal.models.account import Customer
from portal.models.case import Case as CaseRow
from portal.models.job import StaffTask
from portal.models.order import Order
from portal.models.refund import Refund as RefundRow
from portal.repos.exact_matches import is_anything_called, is_older, orders_called
from portal.repos.order_lists import Cursor
from portal.repos.refund_rows import refund_of
from portal.repos.refunds import RefundOfOrder
from portal.repos.rows import all_rows, row_or_none
from portal.repos.staff_list_values import EarlierOrder, ListedForStaff, earlier_order, listed_for_staff
from portal.repos.text_matches import orders_that_say

CASES = CaseRow.__table__
CUSTOMERS = Customer.__table__
ORDERS = Order.__table__
REFUNDS = RefundRow.__table__
TASKS = StaffTask.__table__

_OF_ORDER = (
    "id",
    "number",
    "state",
    "placed_at",
    "card",
    "item_count",
    "total_minor",
    "currency",
    "recipient",
    "customer_id",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task of staff; `order_no` and `case_no` "" where there is none, `reason` in the words of whoever knew it;
    `code`: which of its kind it is, "" for most; `payment`: the try of a fee that it is about."""

    id: int
    kind: str
    order_no: str
    case_no: str
    reason: str
    since: datetime
    deadline: datetime | None
    code: str = ""
    payment: str = ""


class StaffLists:
    """`work.staff_lists`. Everything within the actor's shop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_exact(self, actor: Actor, login: Login) -> bool:
        """Whether an order, a case, a parcel or a customer is called exactly so: then nothing else is looked for."""
        return bool(self._connection.execute(select(is_anything_called(actor.shop_id, login))).scalar_one())

    def orders(self, actor: Actor, login: Login, *, after: Cursor | None, limit: int) -> list[ListedForStaff]:
        """Newest first: what is called exactly so; else by part of a number, product, recipient or customer's name; no
        text finds all."""
        query = (
            select(
                *(ORDERS.c[name] for name in _OF_ORDER),
                CUSTOMERS.c.name.label("customer_name"),
                CUSTOMERS.c.phone.label("customer_phone"),
                CUSTOMERS.c.mail.label("customer_mail"),
            )
            .outerjoin(CUSTOMERS, CUSTOMERS.c.id == ORDERS.c.customer_id)
            .where(*self._found(actor, login, after, limit), *is_older(after))
        )
        query = query.order_by(ORDERS.c.placed_at.desc(), ORDERS.c.id.desc()).limit(limit)
        return [listed_for_staff(row) for row in all_rows(self._connection.execute(query))]

    def _found(self, actor: Actor, login: Login, after: Cursor | None, limit: int) -> list[ColumnElement[bool]]:
        if login.text and self.is_exact(actor, login):
            # The shop is in there. Said again out here, SQLite would go through all of the shop's orders.
            return [ORDERS.c.id.in_(orders_called(actor.shop_id, login, after=after, limit=limit))]
        mine = ORDERS.c.shop_id == actor.shop_id
        return [mine, *orders_that_say(actor.shop_id, login)] if login.text else [mine]

    def history(self, actor: Actor, customer_id: int, *, limit: int) -> list[EarlierOrder]:
        """The customer's newest orders."""
        cases = select(func.count()).where(CASES.c.order_id == ORDERS.c.id).scalar_subquery()
        shown = (ORDERS.c.number, ORDERS.c.state, ORDERS.c.placed_at, ORDERS.c.total_minor, ORDERS.c.currency)
        query = select(*shown, cases.label("cases"), func.count().over().label("of_all"))
        mine = query.where(ORDERS.c.shop_id == actor.shop_id, ORDERS.c.customer_id == customer_id)
        ordered = mine.order_by(ORDERS.c.placed_at.desc(), ORDERS.c.id.desc()).limit(limit)
        return [earlier_order(row) for row in all_rows(self._connection.execute(ordered))]

    def refunds_in_trouble(self, actor: Actor, *, stuck_since: datetime, today: Any, limit: int) -> list[RefundOfOrder]:
        """Failed ones, and those not arrived: from before `stuck_since`, past their estimate, parked. Oldest first."""
        late = or_(REFUNDS.c.created_at < stuck_since, REFUNDS.c.arrival_to < today, REFUNDS.c.parked_at.is_not(None))
        trouble = or_(REFUNDS.c.state == "failed", and_(REFUNDS.c.state.in_(("planned", "submitted", "pending")), late))
        query = select(REFUNDS, ORDERS.c.number.label("order_no")).join(ORDERS, ORDERS.c.id == REFUNDS.c.order_id)
        mine = query.where(REFUNDS.c.shop_id == actor.shop_id, trouble)
        rows = all_rows(self._connection.execute(mine.order_by(REFUNDS.c.created_at, REFUNDS.c.id).limit(limit)))
        return [RefundOfOrder(refund_of(row), row["order_no"]) for row in rows]

    def find_refund(self, actor: Actor, number: str) -> Refund | None:
        """By its number."""
        mine = select(REFUNDS).where(REFUNDS.c.shop_id == actor.shop_id, REFUNDS.c.number == number)
        row = row_or_none(self._connection.execute(mine))
        return refund_of(row) if row else None

    def open_tasks(self, actor: Actor, *, limit: int) -> list[OpenTask]:
        """What only a person can resolve, oldest first."""
        query: Select[Any] = (
            select(TASKS, ORDERS.c.number.label("order_no"), CASES.c.case_no)
            .outerjoin(ORDERS, ORDERS.c.id == TASKS.c.order_id)
            .outerjoin(CASES, CASES.c.id == TASKS.c.case_id)
            .where(TASKS.c.shop_id == actor.shop_id, TASKS.c.done_at.is_(None))
        )
        rows = all_rows(self._connection.execute(query.order_by(TASKS.c.created_at, TASKS.c.id).limit(limit)))
        return [
            OpenTask(
                id=row["id"],
                kind=row["kind"],
                order_no=row["order_no"] or "",
                case_no=row["case_no"] or "",
                reason=str(row["detail"].get("reason", "")),
                since=row["created_at"],
                deadline=row["deadline_at"],
                code=str(row["detail"].get("code", "")),
                payment=str(row["detail"].get("payment", "")),
            )
            for row in rows
        ]
