"""What cases are found by besides numbers and names: written as they are opened, looked up by index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, insert, literal, or_, select, union

from portal.domain.cases.case import Case
from portal.domain.cases.search_keys import PHONE_END, keys_of_order, keys_of_parcels, phone_end
from portal.domain.identity.logins import Login
from portal.models.account import Customer
from portal.models.case import Case as CaseRow
from portal.models.case import CaseKey
from portal.models.columns import BigInt
from portal.models.order import Order
from portal.repos.dialects import insert_or_ignore
from portal.repos.order_contacts import is_reached_by_phone
from portal.repos.order_record import OrderRecord

CASES: Table = CaseRow.__table__
CUSTOMERS: Table = Customer.__table__
KEYS: Table = CaseKey.__table__
ORDERS: Table = Order.__table__
MOST_KEYED = 200
"""The newest of those that one key leads to: of a million cases about a hundred have the same end of a phone."""


def write_keys(connection: Connection, case: Case, record: OrderRecord) -> None:
    """Of a case that was just opened, in one statement."""
    reached = (record.kept.ship_to.get("phone"), (record.kept.extra.get("contact") or {}).get("phone"))
    keys = keys_of_order(record.order, (phone for phone in reached if phone))
    parts: list[Select[Any]] = [_row(case, literal(key)) for key in keys]
    if case.customer_id is not None:
        parts.append(_of_customer(case))
    if parts:
        connection.execute(insert(KEYS).from_select(["shop_id", "key", "case_id"], union(*parts)))


def write_parcel_keys(connection: Connection, case: Case) -> None:
    """Of its parcels, each once."""
    rows = [{"shop_id": case.shop_id, "key": key, "case_id": case.id} for key in keys_of_parcels(case)]
    if rows:
        insert_or_ignore(connection, KEYS, rows)


def cases_keyed(shop_id: int, login: Login) -> list[Select[Any]]:
    """Ids of the newest cases with that key, or of orders that go to a phone that is typed whole."""
    found = [_newest(shop_id, login.id_key)] if login.id_key else []
    if ends := {phone_end(key) for key in login.phone_keys}:
        found += [_to_phone(shop_id, end, login) for end in sorted(ends)]
    return found


def _of_customer(case: Case) -> Select[Any]:
    """How the phone ends that the customer is known by."""
    phone = CUSTOMERS.c.phone_key
    end = func.substr(phone, func.length(phone) - (PHONE_END - 1))
    return _row(case, end).where(CUSTOMERS.c.id == case.customer_id, func.length(phone) >= PHONE_END)


def _row(case: Case, key: ColumnElement[str]) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [literal(case.shop_id, BigInt), key, literal(case.id, BigInt)]
    return select(*columns)


def _newest(shop_id: int, key: str) -> Select[Any]:
    found = select(KEYS.c.case_id.label("id")).where(KEYS.c.shop_id == shop_id, KEYS.c.key == key)
    some = found.order_by(KEYS.c.case_id.desc()).limit(MOST_KEYED).subquery()
    return select(some.c.id)


def _to_phone(shop_id: int, end: str, login: Login) -> Select[Any]:
    """Whole numbers are compared with what the order says; only their end is looked up."""
    keyed, is_reached = _newest(shop_id, end).subquery(), or_(*is_reached_by_phone(login))
    query = select(keyed.c.id).join(CASES, CASES.c.id == keyed.c.id).join(ORDERS, ORDERS.c.id == CASES.c.order_id)
    return query.where(is_reached)
