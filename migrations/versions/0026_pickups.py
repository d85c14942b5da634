"""Couriers that are booked to fetch returned goods at the customer's door."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
IS_OPEN = sa.text("state IN ('requested', 'booked')")
NOTHING = sa.text("''")


def upgrade() -> None:
    op.create_table(
        "pickup",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("slot_from", AT, nullable=False),
        sa.Column("slot_until", AT, nullable=False),
        sa.Column("cancel_by", AT, nullable=False),
        sa.Column("payer", sa.String(length=8), nullable=False),
        sa.Column("price_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("tracking_no", sa.String(length=40), server_default=NOTHING, nullable=False),
        sa.Column("reason", sa.Text(), server_default=NOTHING, nullable=False),
        sa.Column("calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.CheckConstraint("price_minor >= 0 AND calls >= 0", name=op.f("ck_pickup_counts")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_pickup_shop_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_pickup_order_id")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_pickup_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup")),
        sa.UniqueConstraint("number", name=op.f("uq_pickup_number")),
    )
    op.create_index(op.f("ix_pickup_order_id"), "pickup", ["order_id"])
    op.create_index("ix_pickup_case", "pickup", ["case_id"])
    op.create_index(
        "uq_pickup_one_open", "pickup", ["case_id"], unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN
    )


def downgrade() -> None:
    op.drop_table("pickup")
