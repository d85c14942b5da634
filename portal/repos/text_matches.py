"""What part of a text is looked for in: the newest orders or cases of a shop (decision 32)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal, or_, select

from portal.domain.identity.logins import Login
from portal.domain.typed import folded
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.order import Order, OrderLine
from portal.repos.order_contacts import is_reached_by_mail, is_reached_by_phone
from portal.repos.order_lists import is_in_title

CASES = Case.__table__
CUSTOMERS = Customer.__table__
LINES = OrderLine.__table__
ORDERS = Order.__table__
MOST_SEARCHED = 5_000
"""Text is searched in so many of the newest orders or cases, so that it takes as long in a shop of any size; what is
called exactly as typed is found among all of them."""
_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)


def orders_that_say(shop_id: int, login: Login) -> list[ColumnElement[bool]]:
    """Conditions for recent orders: part of a number, a recipient's or customer's name or of a product's title."""
    said = or_(*_named(login, CUSTOMERS.c.name), _is_in_lines(ORDERS.c.id, login))
    return [_is_recent(ORDERS, ORDERS.c.placed_at, shop_id), said]


def cases_that_say(shop_id: int, login: Login) -> Select[Any]:
    """Ids of recent cases: part of their number, or of what their order says."""
    by_case = CASES.c.case_no.icontains(login.text, autoescape=True)
    # Row by row: joined, PostgreSQL may read all customers first.
    name = select(CUSTOMERS.c.name).where(CUSTOMERS.c.id == CASES.c.customer_id).correlate(CASES).scalar_subquery()
    found = (
        select(CASES.c.id)
        .join(ORDERS, ORDERS.c.id == CASES.c.order_id)
        .where(
            CASES.c.shop_id == shop_id,
            _is_recent(CASES, CASES.c.opened_at, shop_id),
            or_(by_case, *_named(login, name), _is_in_lines(CASES.c.order_id, login)),
        )
        .subquery()
    )
    return select(found.c.id)


def _is_recent(table: FromClause, at: ColumnElement[datetime], shop_id: int) -> ColumnElement[bool]:
    """Among the MOST_SEARCHED newest of the shop, however many there are."""
    newest = select(at).where(table.c.shop_id == shop_id).order_by(at.desc(), table.c.id.desc())
    oldest = newest.offset(MOST_SEARCHED - 1).limit(1).scalar_subquery()
    return at >= func.coalesce(oldest, literal(_BEFORE_ALL))


def _is_in_lines(order_id: ColumnElement[int], login: Login) -> ColumnElement[bool]:
    """Not EXISTS, for which PostgreSQL may read the lines of all orders first."""
    of_order = select(LINES.c.order_id).where(LINES.c.order_id == order_id, is_in_title(folded(login.text)))
    return of_order.limit(1).scalar_subquery().is_not(None)


def _named(login: Login, customer: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """By part of an order's number, its recipient's or its customer's name; by the whole phone or mail of a guest, whom
    no row of a customer stands for."""
    return (
        ORDERS.c.search.contains(folded(login.text), autoescape=True),
        ORDERS.c.number_key.contains(login.id_key or login.text, autoescape=True),
        customer.icontains(login.text, autoescape=True),
        *is_reached_by_phone(login),
        *is_reached_by_mail(login),
    )
