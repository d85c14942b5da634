"""What ids, phones, mail addresses, order numbers and texts are compared by, beside them as they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.domain.identity.phones import digits_of
from portal.domain.typed import as_key, folded_mail, search_form, searched

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BATCH = 1_000


def upgrade() -> None:
    with op.batch_alter_table("customer") as table:
        table.add_column(sa.Column("login_key", sa.Text(), nullable=True))
        table.add_column(sa.Column("phone_key", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("mail_key", sa.Text(), nullable=True))
        table.alter_column("phone", existing_type=sa.String(length=32), type_=sa.String(length=200))
        table.drop_index("ix_customer_phone")
        table.drop_index("ix_customer_mail")
    for name in ("number_key", "search"):
        op.add_column("orders", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("order_line", sa.Column("search", sa.Text(), nullable=True))
    _fill("customer", ("external_id", "phone", "mail"), _customer_keys)
    _fill("orders", ("number", "recipient"), _order_keys)
    _fill("order_line", ("title",), lambda row: {"search": search_form(row.title)})
    op.create_index("ix_customer_login", "customer", ["shop_id", "login_key"])
    op.create_index("ix_customer_phone", "customer", ["shop_id", "phone_key"])
    op.create_index("ix_customer_mail", "customer", ["shop_id", "mail_key"])
    op.create_index("ix_orders_number", "orders", ["shop_id", "number_key"])


def downgrade() -> None:
    op.drop_index("ix_orders_number", "orders")
    with op.batch_alter_table("customer") as table:
        for name in ("login", "phone", "mail"):
            table.drop_index(f"ix_customer_{name}")
            table.drop_column(f"{name}_key")
        table.alter_column("phone", existing_type=sa.String(length=200), type_=sa.String(length=32))
        table.create_index("ix_customer_phone", ["shop_id", "phone"])
        table.create_index("ix_customer_mail", ["shop_id", "mail"])
    for table_name, name in (("order_line", "search"), ("orders", "search"), ("orders", "number_key")):
        op.drop_column(table_name, name)


def _customer_keys(row: Any) -> dict[str, Any]:
    return {
        "login_key": as_key(row.external_id),
        "phone_key": digits_of(row.phone or "") or None,
        "mail_key": folded_mail(row.mail) if row.mail else None,
    }


def _order_keys(row: Any) -> dict[str, Any]:
    return {"number_key": as_key(row.number), "search": searched(row.number, row.recipient)}


def _fill(name: str, columns: tuple[str, ...], keys_of: Callable[[Any], dict[str, Any]]) -> None:
    """Row by row, as no database folds texts as the portal does; a batch at a time, as tables may be long."""
    connection = op.get_bind()
    for rows in _batches(connection, name, columns):
        changes = [{"row_id": row.id, **keys} for row in rows if any((keys := keys_of(row)).values())]
        if changes:
            settings = ", ".join(f"{key} = :{key}" for key in changes[0] if key != "row_id")
            connection.execute(sa.text(f"UPDATE {name} SET {settings} WHERE id = :row_id"), changes)  # noqa: S608 - our own names


def _batches(connection: Any, name: str, columns: tuple[str, ...]) -> Iterator[list[Any]]:
    last = 0
    query = sa.text(
        f"SELECT id, {', '.join(columns)} FROM {name} WHERE id > :last ORDER BY id LIMIT {BATCH}"  # noqa: S608 - our own names
    )
    while rows := connection.execute(query, {"last": last}).all():
        last = rows[-1].id
        yield list(rows)
