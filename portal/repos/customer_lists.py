"""Customers as somebody who answers a call finds them: by whatever the caller can say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, func, select, union_all

from portal.domain.cases.search_keys import is_phone_end
from portal.domain.identity.logins import Login
from portal.models.account import Customer
from portal.models.order import Order
from portal.repos.rows import all_rows, value_of

CUSTOMERS = Customer.__table__
ORDERS = Order.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCustomer:
    """A customer of a shop, in clear; `orders` counts theirs, `last_at` is when the newest was placed."""

    id: int
    number: str
    name: str
    phone: str | None
    mail: str | None
    orders: int
    last_at: datetime | None


class CustomerLists:
    """`work.customer_lists`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def called(self, shop_id: int, login: Login, *, limit: int) -> list[ListedCustomer]:
        """Those of that id, name, phone or its last four digits, mail or order number, all of them whole; the newest
        first. Each way goes by its own index."""
        found = union_all(*(_some(way, limit) for way in self._ways(shop_id, login))).subquery()
        of_them = ORDERS.c.customer_id == CUSTOMERS.c.id
        count = select(func.count()).where(of_them).correlate(CUSTOMERS).scalar_subquery()
        last = select(func.max(ORDERS.c.placed_at)).where(of_them).correlate(CUSTOMERS).scalar_subquery()
        query = (
            select(CUSTOMERS.c.id, CUSTOMERS.c.external_id.label("number"), CUSTOMERS.c.name)
            .add_columns(CUSTOMERS.c.phone, CUSTOMERS.c.mail, count.label("orders"), last.label("last_at"))
            .where(CUSTOMERS.c.id.in_(select(found.c.id)), CUSTOMERS.c.erased_at.is_(None))
            .order_by(CUSTOMERS.c.id.desc())
            .limit(limit)
        )
        return [value_of(ListedCustomer, row) for row in all_rows(self._connection.execute(query))]

    def _ways(self, shop_id: int, login: Login) -> list[Select[tuple[int]]]:
        is_called: list[ColumnElement[bool]] = [CUSTOMERS.c.name == login.typed]
        if login.id_key:
            is_called.append(CUSTOMERS.c.login_key == login.id_key)
        if login.mail:
            is_called.append(CUSTOMERS.c.mail_key == login.mail)
        if login.phone_keys:
            is_called.append(CUSTOMERS.c.phone_key.in_(login.phone_keys))
        if is_phone_end(login.text):
            is_called.append(CUSTOMERS.c.phone_end == login.text)
        ways = [select(CUSTOMERS.c.id).where(CUSTOMERS.c.shop_id == shop_id, way) for way in is_called]
        if login.id_key:
            of_order = (ORDERS.c.shop_id == shop_id) & (ORDERS.c.number_key == login.id_key)
            ways.append(select(ORDERS.c.customer_id.label("id")).where(of_order, ORDERS.c.customer_id.is_not(None)))
        return ways


def _some(query: Select[tuple[int]], limit: int) -> Select[tuple[int]]:
    """A part of a union may have a limit of its own only within parentheses."""
    column = query.selected_columns[0]
    some = query.order_by(column.desc()).limit(limit).subquery()
    return select(some.c.id)
