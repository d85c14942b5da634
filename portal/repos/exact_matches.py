"""What staff type as it stands on a label or in a mail: looked up by indexes, before any text is searched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all

from portal.domain.identity.logins import Login
from portal.domain.refunds.life_cycle import is_quote_number
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.order import Order, TrackingNumber
from portal.models.refund import Refund
from portal.repos.case_keys import cases_keyed
from portal.repos.order_lists import Cursor

CASES = Case.__table__
CUSTOMERS = Customer.__table__
ORDERS = Order.__table__
REFUNDS = Refund.__table__
TRACKING = TrackingNumber.__table__
MOST_CUSTOMERS, MOST_ORDERS = 100, 200
"""People of one name, phone or mail; and of the orders of one name that have cases the newest: theirs are shown."""
_NEWEST = (ORDERS.c.placed_at.desc(), ORDERS.c.id.desc())
_PLACED_AT = func.coalesce(ORDERS.c.placed_at, ORDERS.c.placed_at)
"""In a disguise, where orders must not be read in the order of the shop's own index, which has all of them: those of
some customers are found by the customers' index, and sorted."""


def orders_called(shop_id: int, login: Login, *, after: Cursor | None, limit: int) -> Select[Any]:
    """Ids of orders by their number, a parcel's, a case's or a refund's number, their recipient's name, or their
    customer's name, phone or mail, all of them whole. Among them are the `limit` newest after `after`: no more of one
    name is read."""
    by_case = _cases(CASES.c.order_id.label("id"), shop_id, login)
    by_refund = _refunds(REFUNDS.c.order_id.label("id"), shop_id, login)
    found = union_all(*_orders(shop_id, login, after, limit), *by_case, *by_refund).subquery()
    return select(found.c.id)


def cases_called(shop_id: int, login: Login) -> Select[Any]:
    """Ids of the case of that number or with that refund, of the cases of such orders, and of those with such a key: a
    payment's reference, the number of a parcel that came back, the end of a phone."""
    orders = union_all(*_orders(shop_id, login, None, MOST_ORDERS, ORDERS.c.after_sales)).subquery()
    of_orders = select(CASES.c.id).join(orders, orders.c.id == CASES.c.order_id)
    with_refund = (
        query.where(REFUNDS.c.case_id.is_not(None)) for query in _refunds(REFUNDS.c.case_id.label("id"), shop_id, login)
    )
    keyed = cases_keyed(shop_id, login)
    found = union_all(*_cases(CASES.c.id, shop_id, login), of_orders, *with_refund, *keyed).subquery()
    return select(found.c.id)


def is_anything_called(shop_id: int, login: Login) -> ColumnElement[bool]:
    """The first that is found is enough: nobody's orders are read to their end and sorted."""
    by_case = _cases(CASES.c.order_id, shop_id, login)
    by_refund = _refunds(REFUNDS.c.order_id, shop_id, login)
    by_number, by_parcel = _numbered(shop_id, login)
    to_them = _to_them(shop_id, login, None).limit(1)
    ways = (by_number, by_parcel, *by_case, *by_refund, to_them, _any_of_theirs(shop_id, login))
    return or_(*(exists(way) for way in ways))


def is_any_case_called(shop_id: int, login: Login) -> ColumnElement[bool]:
    """Also where an order is called so that has no case: what is known exactly is not looked for in other texts."""
    return or_(is_anything_called(shop_id, login), *(exists(keyed) for keyed in cases_keyed(shop_id, login)))


def _cases(what: ColumnElement[int], shop_id: int, login: Login) -> list[Select[Any]]:
    """Apart, so that each goes by its own number: by one or the other SQLite would read all of the shop's cases."""
    number = login.text.upper()
    return [
        select(what).where(CASES.c.shop_id == shop_id, own == number) for own in (CASES.c.case_no, CASES.c.return_no)
    ]


def _refunds(what: ColumnElement[Any], shop_id: int, login: Login) -> list[Select[Any]]:
    """By the number that customers read out; nothing is asked of the database for what cannot be one."""
    number = login.text.upper()
    if not is_quote_number(number):
        return []
    return [select(what).where(REFUNDS.c.shop_id == shop_id, REFUNDS.c.quote_no == number)]


def _orders(
    shop_id: int, login: Login, after: Cursor | None, limit: int, *of_name: ColumnElement[bool]
) -> list[Select[Any]]:
    """`of_name`: what is asked besides of those that are found by a name, of which there may be many."""
    named = select(ORDERS.c.id).where(ORDERS.c.shop_id == shop_id, *of_name)
    their = named.where(ORDERS.c.customer_id.in_(_customers(shop_id, login)))
    theirs = their.where(*is_older(after, _PLACED_AT)).order_by(_PLACED_AT.desc(), ORDERS.c.id.desc())
    to_them = _to_them(shop_id, login, after, *of_name)
    return [*_numbered(shop_id, login), _some(theirs.limit(limit)), _some(to_them.limit(limit))]


def _numbered(shop_id: int, login: Login) -> list[Select[Any]]:
    """By the order's own number, and by a parcel's."""
    by_number = select(ORDERS.c.id).where(ORDERS.c.shop_id == shop_id, ORDERS.c.number_key == login.id_key)
    of_parcel = TRACKING.c.tracking_no.in_((login.text, login.text.upper()))
    return [by_number, select(TRACKING.c.order_id.label("id")).where(TRACKING.c.shop_id == shop_id, of_parcel)]


def _to_them(shop_id: int, login: Login, after: Cursor | None, *of_name: ColumnElement[bool]) -> Select[Any]:
    named = select(ORDERS.c.id).where(ORDERS.c.shop_id == shop_id, *of_name)
    return named.where(ORDERS.c.recipient == login.text, *is_older(after)).order_by(*_NEWEST)


def _any_of_theirs(shop_id: int, login: Login) -> Select[Any]:
    """Customer by customer by their index: joined, PostgreSQL may go through all orders until it meets one."""
    them = _customers(shop_id, login).subquery()
    mine = select(ORDERS.c.id).where(ORDERS.c.customer_id == them.c.id, ORDERS.c.shop_id == shop_id)
    newest = mine.order_by(*_NEWEST).limit(1).correlate(them).scalar_subquery()
    return select(them.c.id).where(newest.is_not(None))


def is_older(
    after: Cursor | None, placed_at: ColumnElement[datetime] = ORDERS.c.placed_at
) -> list[ColumnElement[bool]]:
    """What comes after the last order of the page before."""
    if after is None:
        return []
    same = and_(placed_at == after.placed_at, ORDERS.c.id < after.id)
    return [or_(placed_at < after.placed_at, same), placed_at <= after.placed_at]


def _customers(shop_id: int, login: Login) -> Select[Any]:
    """By the id that the shop knows them by, and by whichever of mail, phone and name it can be."""
    is_called = CUSTOMERS.c.name == login.text
    if login.mail:
        is_called = CUSTOMERS.c.mail_key == login.mail
    elif login.phone_keys:
        is_called = CUSTOMERS.c.phone_key.in_(login.phone_keys)
    ways = [CUSTOMERS.c.login_key == login.id_key, is_called] if login.id_key else [is_called]
    # Apart, so that each goes by its own index.
    of_shop = select(CUSTOMERS.c.id).where(CUSTOMERS.c.shop_id == shop_id)
    found = union_all(*(_some(of_shop.where(way).limit(MOST_CUSTOMERS)) for way in ways)).subquery()
    return select(found.c.id)


def _some(query: Select[Any]) -> Select[Any]:
    """A part of a union may have an order and a limit of its own only within parentheses."""
    some = query.subquery()
    return select(some.c.id)
