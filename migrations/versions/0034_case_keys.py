"""What cases are found by besides numbers and names: how a phone ends, what a payment or a parcel is called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from portal.domain.cases.search_keys import LONGEST_KEY, phone_end
from portal.domain.typed import as_key

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BATCH = 500
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
CASES = sa.table(
    "after_sales_case",
    *(sa.column(name, BIG) for name in ("id", "shop_id", "order_id", "customer_id")),
    *(sa.column(name, JSON) for name in ("parcel", "replacement")),
)
ORDERS = sa.table("orders", sa.column("id", BIG), sa.column("ship_to", JSON), sa.column("extra", JSON))
CUSTOMERS = sa.table("customer", sa.column("id", BIG), sa.column("phone_key", sa.Text()))
PAYMENTS = sa.table("payment", sa.column("order_id", BIG), sa.column("reference", sa.Text()))
KEYS = sa.table("case_key", sa.column("shop_id", BIG), sa.column("key", sa.Text()), sa.column("case_id", BIG))


def upgrade() -> None:
    op.create_table(
        "case_key",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_case_key_case_id")),
        sa.PrimaryKeyConstraint("shop_id", "key", "case_id", name=op.f("pk_case_key")),
    )
    op.create_index("ix_case_key_case", "case_key", ["case_id"])
    connection = op.get_bind()
    for cases in _batches(connection):
        references = _references(connection, [case.order_id for case in cases])
        rows = [
            {"shop_id": case.shop_id, "key": key, "case_id": case.id}
            for case in cases
            for key in _keys(case, references.get(case.order_id, ()))
        ]
        if rows:
            connection.execute(sa.insert(KEYS), rows)


def downgrade() -> None:
    op.drop_table("case_key")


def _batches(connection: Any) -> Iterator[list[Any]]:
    """A batch at a time, as there may be many; by their ids, so that a batch costs the same wherever it begins."""
    shown = (CASES, ORDERS.c.ship_to, ORDERS.c.extra, CUSTOMERS.c.phone_key)
    query = (
        sa.select(*shown)
        .join(ORDERS, ORDERS.c.id == CASES.c.order_id)
        .outerjoin(CUSTOMERS, CUSTOMERS.c.id == CASES.c.customer_id)
        .order_by(CASES.c.id)
        .limit(BATCH)
    )
    last = 0
    while rows := connection.execute(query.where(CASES.c.id > last)).all():
        last = rows[-1].id
        yield list(rows)


def _references(connection: Any, order_ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    query = sa.select(PAYMENTS.c.order_id, PAYMENTS.c.reference).where(PAYMENTS.c.order_id.in_(order_ids))
    for row in connection.execute(query):
        found.setdefault(row.order_id, []).append(row.reference)
    return found


def _keys(case: Any, references: Any) -> list[str]:
    """As the portal writes them for a case that is opened now."""
    parcel, contact = case.parcel or {}, (case.extra or {}).get("contact") or {}
    phones = (case.phone_key or "", (case.ship_to or {}).get("phone") or "", contact.get("phone") or "")
    parcels = (parcel.get("there") or {}, parcel.get("back") or {}, case.replacement or {})
    numbers = [as_key(one.get("tracking_no") or "") for one in parcels]
    found = [*map(as_key, references), *map(phone_end, phones), *numbers]
    return list(dict.fromkeys(key for key in found if key and len(key) <= LONGEST_KEY))
