"""What staff type as it stands on a label or in a mail: looked up by indexes, before any text is searched."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, union_all

from portal.domain.identity.logins import Login
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.order import Order, TrackingNumber

CASES = Case.__table__
CUSTOMERS = Customer.__table__
ORDERS = Order.__table__
TRACKING = TrackingNumber.__table__
MOST_CUSTOMERS, MOST_ORDERS = 100, 1_000
"""People of one name, phone or mail; and the newest orders to recipients of one name."""


def orders_called(shop_id: int, login: Login) -> Select[Any]:
    """Ids of orders by their number, a parcel's or a case's number, their recipient's name, or their customer's name,
    phone or mail, all of them whole."""
    by_case = _cases(CASES.c.order_id.label("id"), shop_id, login)
    found = union_all(*_orders(shop_id, login), *by_case).subquery()
    return select(found.c.id)


def cases_called(shop_id: int, login: Login) -> Select[Any]:
    """Ids of the case of that number, and of the cases of such orders."""
    orders = union_all(*_orders(shop_id, login)).subquery()
    of_orders = select(CASES.c.id).join(orders, orders.c.id == CASES.c.order_id)
    found = union_all(*_cases(CASES.c.id, shop_id, login), of_orders).subquery()
    return select(found.c.id)


def is_anything_called(shop_id: int, login: Login) -> ColumnElement[bool]:
    return exists(orders_called(shop_id, login))


def _cases(what: ColumnElement[int], shop_id: int, login: Login) -> list[Select[Any]]:
    """Apart, so that each goes by its own number: by one or the other SQLite would read all of the shop's cases."""
    number = login.text.upper()
    return [
        select(what).where(CASES.c.shop_id == shop_id, own == number) for own in (CASES.c.case_no, CASES.c.return_no)
    ]


def _orders(shop_id: int, login: Login) -> list[Select[Any]]:
    of_shop = ORDERS.c.shop_id == shop_id
    newest = (ORDERS.c.placed_at.desc(), ORDERS.c.id.desc())
    to_them = select(ORDERS.c.id).where(of_shop, ORDERS.c.recipient == login.text).order_by(*newest)
    by_parcel = select(TRACKING.c.order_id.label("id")).where(
        TRACKING.c.shop_id == shop_id, TRACKING.c.tracking_no.in_((login.text, login.text.upper()))
    )
    theirs = select(ORDERS.c.id).where(of_shop, ORDERS.c.customer_id.in_(_customers(shop_id, login)))
    return [
        select(ORDERS.c.id).where(of_shop, ORDERS.c.number_key == login.id_key),
        by_parcel,
        theirs,
        _some(to_them.limit(MOST_ORDERS)),
    ]


def _customers(shop_id: int, login: Login) -> Select[Any]:
    is_called = CUSTOMERS.c.name == login.text
    if login.mail:
        is_called = CUSTOMERS.c.mail_key == login.mail
    elif login.phone_keys:
        is_called = CUSTOMERS.c.phone_key.in_(login.phone_keys)
    return _some(select(CUSTOMERS.c.id).where(CUSTOMERS.c.shop_id == shop_id, is_called).limit(MOST_CUSTOMERS))


def _some(query: Select[Any]) -> Select[Any]:
    """A part of a union may have an order and a limit of its own only within parentheses."""
    some = query.subquery()
    return select(some.c.id)
