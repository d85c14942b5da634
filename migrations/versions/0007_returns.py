"""Goods that come back: parcels, inspection, appeals, and fees with every try to pay them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COUNTS = ("received", "accepted", "rejected", "resellable")


def upgrade() -> None:
    for name in ("parcel", "inspection", "appeal"):
        op.add_column("after_sales_case", sa.Column(name, JSON, nullable=True))
    op.add_column("after_sales_case", sa.Column("reminder_at", AT, nullable=True))
    op.add_column("after_sales_case", sa.Column("follows_id", BIG, nullable=True))
    _partial("ix_case_reminder", "after_sales_case", "reminder_at", "reminder_at IS NOT NULL")
    op.create_index("ix_case_follows", "after_sales_case", ["follows_id"])
    for name in COUNTS:
        op.add_column("case_line", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    _fees()
    _fee_payments()


def _partial(name: str, table: str, column: str, where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], unique=unique, sqlite_where=condition, postgresql_where=condition)


def _fees() -> None:
    op.create_table(
        "fee",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("fee_no", sa.String(length=32), nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("for_what", sa.String(length=24), nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("choice", JSON, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_fee_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_fee_case_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_fee_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_fee_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee")),
        sa.UniqueConstraint("fee_no", name=op.f("uq_fee_fee_no")),
    )
    op.create_index("ix_fee_case", "fee", ["case_id"])
    _partial("ix_fee_due", "fee", "due_at", "state IN ('due', 'processing')")
    _partial("uq_fee_one_open", "fee", "case_id", "state IN ('due', 'processing', 'on_delivery')", unique=True)


def _fee_payments() -> None:
    op.create_table(
        "fee_payment",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("fee_id", BIG, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("got_minor", BIG, nullable=False),
        sa.Column("returned_minor", BIG, nullable=False),
        sa.Column("refund_number", sa.String(length=64), nullable=True),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("settled_at", AT, nullable=True),
        sa.CheckConstraint(
            "got_minor >= 0 AND returned_minor >= 0 AND returned_minor <= got_minor",
            name=op.f("ck_fee_payment_amounts"),
        ),
        sa.ForeignKeyConstraint(["fee_id"], ["fee.id"], name=op.f("fk_fee_payment_fee_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_fee_payment_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_fee_payment_number")),
        sa.UniqueConstraint("refund_number", name=op.f("uq_fee_payment_refund_number")),
    )
    op.create_index("ix_fee_payment_fee", "fee_payment", ["fee_id"])
    _partial("uq_fee_payment_one_open", "fee_payment", "fee_id", "state = 'processing'", unique=True)


def downgrade() -> None:
    op.drop_table("fee_payment")
    op.drop_table("fee")
    for name in COUNTS:
        op.drop_column("case_line", name)
    op.drop_index("ix_case_follows", "after_sales_case")
    op.drop_index("ix_case_reminder", "after_sales_case")
    for name in ("follows_id", "reminder_at", "appeal", "inspection", "parcel"):
        op.drop_column("after_sales_case", name)
