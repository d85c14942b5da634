"""An archive of closed orders; what stays behind names them by id, without a foreign key (decision 93).

No table is written anew. PostgreSQL forgets each constraint at once; SQLite keeps a table as the text it was made by,
and its documentation names this way of taking a foreign key out of it (lang_altertable, "Making Other Kinds Of Table
Schema Changes"): rows, indexes and triggers are not touched.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

CONTRACTS = "0067"
"""The version before writes the same ids; nothing of it leans on their being checked once more by the database."""

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)
ORDER, CASE = ("order_id", "orders"), ("case_id", "after_sales_case")
FREE = {
    "behalf": (ORDER,),
    "decision": (CASE,),
    "declaration": (ORDER, CASE),
    "event": (ORDER,),
    "evidence_file": (ORDER,),
    "fee": (ORDER, CASE),
    "goodwill": (ORDER, CASE),
    "inbound_mail": (ORDER, CASE),
    "payment": (ORDER,),
    "policy_change": (CASE,),
    "refund": (ORDER, CASE),
    "report_order": (ORDER,),
    "staff_task": (ORDER, CASE),
    "tracking_number": (ORDER,),
    "transfer": (ORDER,),
    "webhook_delivery": (ORDER,),
}


def upgrade() -> None:
    _create_orders()
    _create_cases()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in FREE.items():
        if is_sqlite:
            _without_keys(table, columns)
            continue
        for column, _ in columns:
            op.drop_constraint(f"fk_{table}_{column}", table, type_="foreignkey")
    if is_sqlite:
        _read_schema_again()


def _create_orders() -> None:
    op.create_table(
        "archived_order",
        sa.Column("order_id", BIG, autoincrement=False, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_minor", BIG, nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("card", JSON, nullable=False),
        sa.Column("after_sales", sa.Boolean(), nullable=False),
        sa.Column("placed_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("closed_at", AT, nullable=False),
        sa.Column("archived_at", AT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("events_count", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_archived_order_customer_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_archived_order_shop_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_archived_order")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_archived_order_shop_id")),
    )
    newest = (sa.text("placed_at DESC"), sa.text("order_id DESC"))
    op.create_index("ix_archived_order_customer", "archived_order", ["customer_id", "shop_id", *newest])
    op.create_index("ix_archived_order_key", "archived_order", ["shop_id", "number_key"])
    op.create_index("ix_archived_order_shop", "archived_order", ["shop_id", *newest])


def _create_cases() -> None:
    op.create_table(
        "archived_case",
        sa.Column("case_no", sa.String(length=32), nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("return_no", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["archived_order.order_id"], name=op.f("fk_archived_case_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_archived_case_shop_id")),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_archived_case")),
    )
    op.create_index("ix_archived_case_order", "archived_case", ["order_id"])
    op.create_index("uq_archived_case_return_no", "archived_case", ["return_no"], unique=True)


def _key(table: str, column: str, target: str) -> str:
    return f"CONSTRAINT fk_{table}_{column} FOREIGN KEY({column}) REFERENCES {target} (id)"


def _without_keys(table: str, columns: tuple[tuple[str, str], ...]) -> None:
    said = _said(table)
    for column, target in columns:
        key = _key(table, column, target)
        without = said.replace(f", \n\t{key}", "").replace(f"\n\t{key}, ", "")
        if without == said:
            raise RuntimeError(f"{table} has not the key that is to be taken away: {key}")
        said = without
    _say(table, said)


def _with_keys(table: str, columns: tuple[tuple[str, str], ...]) -> None:
    said = _said(table).rstrip()
    keys = ", \n\t".join(_key(table, column, target) for column, target in columns)
    _say(table, f"{said.removesuffix(')').rstrip()}, \n\t{keys}\n)")


def _said(table: str) -> str:
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return str(op.get_bind().execute(query, {"name": table}).scalar_one())


def _say(table: str, sql: str) -> None:
    op.execute("PRAGMA writable_schema=ON")
    query = sa.text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :name")
    op.get_bind().execute(query, {"sql": sql, "name": table})
    op.execute("PRAGMA writable_schema=OFF")


def _read_schema_again() -> None:
    """By this connection and by every other one."""
    version = op.get_bind().exec_driver_sql("PRAGMA schema_version").scalar_one()
    op.execute(f"PRAGMA schema_version={version + 1}")


def downgrade() -> None:
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM archived_order").scalar_one():
        raise RuntimeError("bring the archived orders back first: portal archive --restore ORDER --shop SHOP")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, columns in FREE.items():
        if is_sqlite:
            _with_keys(table, columns)
            continue
        for column, target in columns:
            op.execute(f"ALTER TABLE {table} ADD {_key(table, column, target)} NOT VALID")
    if is_sqlite:
        _read_schema_again()
    op.drop_table("archived_case")
    op.drop_table("archived_order")
