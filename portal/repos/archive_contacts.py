"""Who can be reached about an order of the archive: by its number and a contact its guest comes in as ever (P11)."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from portal.domain.typed import as_key
from portal.models.account import Customer
from portal.models.archive import ArchivedOrder
from portal.repos.archive_document import ORDERS, read_document
from portal.repos.orders import OrderContacts
from portal.repos.rows import Row, all_rows

ARCHIVED = ArchivedOrder.__table__
CUSTOMERS = Customer.__table__
_CONTACTS = (
    select(ARCHIVED.c.document, CUSTOMERS.c.phone, CUSTOMERS.c.mail, CUSTOMERS.c.locale, CUSTOMERS.c.zone)
    .outerjoin(CUSTOMERS, CUSTOMERS.c.id == ARCHIVED.c.customer_id)
    .where(ARCHIVED.c.shop_id == bindparam("shop"), ARCHIVED.c.number_key == bindparam("number_key"))
    .limit(2)
)


def archived_contacts(connection: Connection, shop_id: int, number: str) -> list[OrderContacts]:
    """Of orders that are called so but for how it is written, two at most; one statement whether or not there are any.
    The order's own contacts are read from its document."""
    rows = all_rows(connection.execute(_CONTACTS, {"shop": shop_id, "number_key": as_key(number)}))
    return [_contacts(row) for row in rows]


def _contacts(row: Row) -> OrderContacts:
    (order,) = read_document(row["document"])[ORDERS.name]
    own = {name: order[name] for name in ("id", "number", "ship_to", "extra")}
    return OrderContacts(**own, **{name: row[name] for name in ("phone", "mail", "locale", "zone")})
