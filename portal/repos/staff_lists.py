"""What staff look through: the queue of cases, orders by whatever a caller can name, refunds that do not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import Login
from portal.domain.refunds.refund import Refund
from portal.domain.typed import folded
from portal.models.account import Customer
from portal.models.case import PAYING, TO_ANSWER
from portal.models.case import Case as CaseRow
from portal.models.job import StaffTask
from portal.models.order import Order, OrderLine
from portal.models.refund import Refund as RefundRow
from portal.repos.case_rows import case_of
from portal.repos.exact_matches import cases_called, is_anything_called, is_older, orders_called
from portal.repos.order_lists import Cursor, is_in_title
from portal.repos.queue_filters import UNREAD, QueueFilter, QueuePlace
from portal.repos.refunds import RefundOfOrder, refund_of
from portal.repos.rows import all_rows, one_row, row_or_none, value_of
from portal.repos.staff_list_values import EarlierOrder, ListedForStaff, WaitingCounts, earlier_order, listed_for_staff

CASES = CaseRow.__table__
CUSTOMERS = Customer.__table__
LINES = OrderLine.__table__
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
due_at = func.coalesce(CASES.c.deadline_at, CASES.c.escalated_at, CASES.c.opened_at)
"""When somebody has to act. An escalated case has no deadline any more: it was due when it was escalated."""
assignee = func.coalesce(CASES.c.assignee_id, literal_column("0"))
"""Whose a case is, 0 for nobody's: what is NULL is not sorted by an index on PostgreSQL."""
MOST_COUNTED = 99
"""Counting costs the same however many wait: one more than this is "99+"."""


MOST_SEARCHED = 5_000
"""Text is searched in so many of the newest orders or cases, so that it takes as long in a shop of any size; what is
called exactly as typed is found among all of them."""
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QueuedCase:
    """A case of the queue: whose it is, by the name that is known, and when somebody has to act."""

    case: Case
    customer: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task of staff; `order_no` and `case_no` "" where there is none, `reason` in the words of whoever knew it;
    `code`: which of its kind it is, "" for most."""

    id: int
    kind: str
    order_no: str
    case_no: str
    reason: str
    since: datetime
    deadline: datetime | None
    code: str = ""


class StaffLists:
    """`work.staff_lists`. Everything within the actor's shop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def queue(self, actor: Actor, wanted: QueueFilter, *, after: QueuePlace | None, limit: int) -> list[QueuedCase]:
        """Who must act first on top, or newest first."""
        query = (
            select(
                CASES,
                due_at.label("due"),
                ORDERS.c.number,
                ORDERS.c.recipient,
                CUSTOMERS.c.name.label("customer_name"),
            )
            .join(ORDERS, ORDERS.c.id == CASES.c.order_id)
            .outerjoin(CUSTOMERS, CUSTOMERS.c.id == CASES.c.customer_id)
            .where(*_conditions(actor, wanted))
        )
        if after:
            query = query.where(_is_past(wanted, after))
        rows = all_rows(self._connection.execute(_in_order(query, wanted).limit(limit)))
        return [QueuedCase(case_of(row), row["customer_name"] or row["recipient"], row["due"]) for row in rows]

    def count_waiting(self, actor: Actor) -> WaitingCounts:
        """More than MOST_COUNTED are one more than that."""
        views = {
            "mine": QueueFilter(is_to_answer=True, assignee=actor.id),
            "nobodys": QueueFilter(is_to_answer=True, assignee=0),
            "escalated": QueueFilter(is_escalated=True),
            "unread": UNREAD,
        }
        counts = (select(func.count()).select_from(_some(actor, wanted)) for wanted in views.values())
        # Priority comes first in the order, so those of the first priority are the beginning of what was counted.
        waiting = _some(actor, QueueFilter(is_to_answer=True))
        query = select(
            func.count().label("all_of_them"),
            func.count(case((waiting.c.priority == 0, 1))).label("first"),
            *(count.scalar_subquery().label(name) for name, count in zip(views, counts, strict=True)),
        )
        return value_of(WaitingCounts, one_row(self._connection.execute(query.select_from(waiting))))

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
        return [mine, _is_recent(ORDERS, ORDERS.c.placed_at, actor), _contains(login)] if login.text else [mine]

    def history(self, actor: Actor, customer_id: int, *, limit: int) -> list[EarlierOrder]:
        """The customer's newest orders."""
        cases = select(func.count()).where(CASES.c.order_id == ORDERS.c.id).scalar_subquery()
        shown = (ORDERS.c.number, ORDERS.c.state, ORDERS.c.placed_at, ORDERS.c.total_minor, ORDERS.c.currency)
        query = select(*shown, cases.label("cases"), func.count().over().label("of_all"))
        mine = query.where(ORDERS.c.shop_id == actor.shop_id, ORDERS.c.customer_id == customer_id)
        ordered = mine.order_by(ORDERS.c.placed_at.desc(), ORDERS.c.id.desc()).limit(limit)
        return [earlier_order(row) for row in all_rows(self._connection.execute(ordered))]

    def refunds_in_trouble(self, actor: Actor, *, stuck_since: datetime, today: Any, limit: int) -> list[RefundOfOrder]:
        """Failed ones, and those not arrived: from before `stuck_since`, or past their estimate. Oldest first."""
        late = or_(REFUNDS.c.created_at < stuck_since, REFUNDS.c.arrival_to < today)
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
            )
            for row in rows
        ]


def _some(actor: Actor, wanted: QueueFilter) -> Subquery:
    # In the order of the list, although none is needed: the database then goes by the list's own index.
    cases = select(CASES.c.id, CASES.c.priority).where(*_conditions(actor, wanted))
    return _in_order(cases, wanted).limit(MOST_COUNTED + 1).subquery()


def _in_order(query: Select[Any], wanted: QueueFilter) -> Select[Any]:
    if wanted.is_unread:
        return query.order_by(CASES.c.unread_since, CASES.c.id)
    if wanted.is_open:
        return query.order_by(CASES.c.priority, due_at, CASES.c.id)
    return query.order_by(CASES.c.opened_at.desc(), CASES.c.id.desc())


def _conditions(actor: Actor, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    if wanted.search and wanted.is_exact:
        # The shop is in there. Said again out here, a database without statistics goes through all of the shop's cases.
        found: list[ColumnElement[bool]] = [CASES.c.id.in_(cases_called(actor.shop_id, wanted.search))]
    else:
        found = [CASES.c.shop_id == actor.shop_id]
    if wanted.is_open:
        found.append(CASES.c.closed_at.is_(None))
    if wanted.states:
        found.append(_is_in(wanted.states))
    if wanted.is_to_answer:
        is_paying = CASES.c.state == literal_column(f"'{PAYING}'")
        is_appealed = func.coalesce(CASES.c.deadline_at, CASES.c.escalated_at).is_not(None)
        found.append(or_(_is_in(TO_ANSWER), and_(is_paying, is_appealed)))
    if wanted.is_unread:
        found.append(CASES.c.unread_since.is_not(None))
    if wanted.is_escalated:
        found.append(CASES.c.escalated_at.is_not(None))
    if wanted.priority is not None:
        found.append(CASES.c.priority == wanted.priority)
    if wanted.assignee is not None:
        found.append(assignee == wanted.assignee)
    if wanted.search and not wanted.is_exact:
        by_case = CASES.c.case_no.icontains(wanted.search.text, autoescape=True)
        found.append(_is_recent(CASES, CASES.c.opened_at, actor))
        found.append(or_(by_case, *_named(wanted.search)))
    return found


def _is_in(states: tuple[str, ...]) -> ColumnElement[bool]:
    """Written into the statement, so that a database sees that a view's own index holds what is asked for."""
    names: BindParameter[Any] = bindparam("states", states, expanding=True, literal_execute=True, unique=True)
    return CASES.c.state.in_(names)


def _is_past(wanted: QueueFilter, after: QueuePlace) -> ColumnElement[bool]:
    if wanted.is_unread:
        return tuple_(CASES.c.unread_since, CASES.c.id) > tuple_(after.at, after.id)
    if wanted.is_open:
        return tuple_(CASES.c.priority, due_at, CASES.c.id) > tuple_(after.priority, after.at, after.id)
    return tuple_(CASES.c.opened_at, CASES.c.id) < tuple_(after.at, after.id)


def _is_recent(table: FromClause, at: ColumnElement[datetime], actor: Actor) -> ColumnElement[bool]:
    """Among the MOST_SEARCHED newest of the shop, however many there are."""
    newest = select(at).where(table.c.shop_id == actor.shop_id).order_by(at.desc(), table.c.id.desc())
    oldest = newest.offset(MOST_SEARCHED - 1).limit(1).scalar_subquery()
    return at >= func.coalesce(oldest, literal(_BEFORE_ALL))


def _contains(login: Login) -> ColumnElement[bool]:
    in_lines = select(LINES.c.order_id).where(LINES.c.order_id == ORDERS.c.id, is_in_title(folded(login.text)))
    return or_(*_named(login), in_lines.exists())


def _named(login: Login) -> tuple[ColumnElement[bool], ...]:
    """By part of an order's number, its recipient's or its customer's name."""
    return (
        ORDERS.c.search.contains(folded(login.text), autoescape=True),
        ORDERS.c.number_key.contains(login.id_key or login.text, autoescape=True),
        CUSTOMERS.c.name.icontains(login.text, autoescape=True),
    )
