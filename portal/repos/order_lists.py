"""我的订单 as rows: one query for a page of orders, one for what is open on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, and_, bindparam, func, or_, select

from portal.domain.cases.life_cycle import OPEN_STATES
from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.card import Card
from portal.domain.typed import as_key, folded
from portal.models.case import Case
from portal.models.order import Order, OrderLine
from portal.repos.orders import Side, anybody, ids_of, owned_by, side_of
from portal.repos.rows import Row, all_rows
from portal.repos.waiting import Waiting, waiting_of

ORDERS = Order.__table__
LINES = OrderLine.__table__
CASES = Case.__table__
_SHOWN = (
    ORDERS.c.id,
    ORDERS.c.number,
    ORDERS.c.currency,
    ORDERS.c.state,
    ORDERS.c.placed_at,
    ORDERS.c.total_minor,
    ORDERS.c.item_count,
    ORDERS.c.card,
    ORDERS.c.pay_by,
    ORDERS.c.ship_due_at,
    ORDERS.c.refund_state,
    ORDERS.c.payment_terms,
    ORDERS.c.waiting_case,
    ORDERS.c.after_sales,
    ORDERS.c.customer_id,
    ORDERS.c.jurisdiction,
    ORDERS.c.country,
    ORDERS.c.shop_version_id,
    ORDERS.c.law_version_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """An order as the list has it, without its lines. `refund_state` is "" for none, `state` as `Order.state`; the five
    before the last say by whose rules and clock its days are counted. `found`: title and picture of the goods that a
    search met."""

    id: int
    number: str
    state: str
    placed_at: datetime
    total: Money
    item_count: int
    card: Card
    pay_by: datetime | None
    ship_due_at: datetime | None
    refund_state: str
    payment_terms: str
    waiting_case: str | None
    after_sales: bool
    customer_id: int | None
    jurisdiction: str
    country: str
    shop_version_id: int
    law_version_id: int | None
    found: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """What is open on an order of the list."""

    case_no: str
    kind: str
    state: str
    deadline_at: datetime | None
    deadline_kind: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last order of the page before: keyset, so that any depth costs the same."""

    placed_at: datetime
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which orders of a list. `tab` is a state of the list, `all` or `after_sales`; `since`: placed then or later."""

    tab: str = "all"
    search: str = ""
    since: datetime | None = None


class OrderLists:
    """`work.order_lists`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, actor: Actor, asked: Asked, *, after: Cursor | None, limit: int) -> list[ListedOrder]:
        """Newest first, ties by id."""
        tab = asked.tab if asked.tab in ("all", "after_sales") else "state"
        query = _page(side_of(actor), tab, has_cursor=after is not None)
        values = ids_of(actor) | {"tab": asked.tab, "limit": limit}
        if after:
            values |= {"after_at": after.placed_at, "after_id": after.id}
        if asked.since:
            query = query.where(ORDERS.c.placed_at >= asked.since)
        if asked.search:
            query = _searched(query, asked.search)
        return [_listed(row) for row in all_rows(self._connection.execute(query, values))]

    def open_cases(self, order_ids: list[int]) -> dict[int, OpenCase]:
        """The open case of each order that is due first."""
        rows = all_rows(self._connection.execute(_OPEN_CASES, {"order_ids": order_ids}))
        return {row["order_id"]: OpenCase(**{name: row[name] for name in _OF_OPEN}) for row in rows}

    def waiting(self, actor: Actor, now: datetime) -> Waiting:
        """What waits for them, nearest deadline first. `now`: aware UTC."""
        return waiting_of(self._connection, actor, now)


def _listed(row: Row) -> ListedOrder:
    return ListedOrder(
        id=row["id"],
        number=row["number"],
        state=row["state"],
        placed_at=row["placed_at"],
        total=Money(row["total_minor"], row["currency"]),
        item_count=row["item_count"],
        card=from_plain(Card, row["card"]),
        pay_by=row["pay_by"],
        ship_due_at=row["ship_due_at"],
        refund_state=row["refund_state"],
        payment_terms=row["payment_terms"],
        waiting_case=row["waiting_case"],
        after_sales=row["after_sales"],
        customer_id=row["customer_id"],
        jurisdiction=row["jurisdiction"],
        country=row["country"],
        shop_version_id=row["shop_version_id"],
        law_version_id=row["law_version_id"],
        found=(row["found"], row["found_picture"]) if row.get("found") else None,
    )


@cache
def _page(side: Side, tab: Literal["all", "state", "after_sales"], *, has_cursor: bool) -> Select[Any]:
    query = owned_by(select(*_SHOWN), anybody(side))
    if tab == "after_sales":
        query = query.where(ORDERS.c.after_sales)
    elif tab == "state":
        query = query.where(ORDERS.c.tab == bindparam("tab"))
    if has_cursor:
        same = and_(ORDERS.c.placed_at == bindparam("after_at"), ORDERS.c.id < bindparam("after_id"))
        before = ORDERS.c.placed_at < bindparam("after_at")
        query = query.where(or_(before, same), ORDERS.c.placed_at <= bindparam("after_at"))
    return query.order_by(ORDERS.c.placed_at.desc(), ORDERS.c.id.desc()).limit(bindparam("limit"))


_OF_OPEN = tuple(OpenCase.__dataclass_fields__)
_OPEN_CASES = (
    select(CASES.c.order_id, *(CASES.c[name] for name in _OF_OPEN))
    .where(CASES.c.order_id.in_(bindparam("order_ids", expanding=True)), CASES.c.state.in_(OPEN_STATES))
    .order_by(CASES.c.deadline_at.desc())
)


def is_in_title(wanted: str) -> ColumnElement[bool]:
    """A line whose title has it; `wanted` is folded, as the column beside the title is where it has to be."""
    return func.coalesce(LINES.c.search, func.lower(LINES.c.title)).contains(wanted, autoescape=True)


def _searched(query: Select[Any], search: str) -> Select[Any]:
    """By order number, recipient, or a product's name, in whatever form they are typed; `%` and `_` are what they are.
    With the first product that has it."""
    wanted = folded(search)
    title, picture = (_of_lines(column, wanted) for column in (LINES.c.title, LINES.c.image_url))
    return query.add_columns(title.label("found"), picture.label("found_picture")).where(
        or_(
            ORDERS.c.search.contains(wanted, autoescape=True),
            ORDERS.c.number_key.contains(as_key(search) or wanted, autoescape=True),
            # Not EXISTS, for which PostgreSQL may read the lines of all orders first.
            _of_lines(LINES.c.order_id, wanted).is_not(None),
        )
    )


def _of_lines(column: ColumnElement[Any], wanted: str) -> ScalarSelect[Any]:
    """Of the first line whose title has it."""
    of_order = select(column).where(LINES.c.order_id == ORDERS.c.id, is_in_title(wanted))
    return of_order.order_by(LINES.c.position).limit(1).scalar_subquery()
