"""The reports: their sums by day and month, and what each order counts for in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _sums()
    op.create_table(
        "report_order",
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("pass_no", sa.Integer(), nullable=False),
        sa.Column("counts", DATA, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_report_order_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_report_order_shop_id")),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_report_order")),
    )
    op.create_table(
        "report_state",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("txid", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("pass_no", sa.Integer(), nullable=False),
        sa.Column("pass_from", sa.Date(), nullable=True),
        sa.Column("pass_after", BIG, nullable=False),
        sa.Column("is_cleared", sa.Boolean(), nullable=False),
        sa.Column("rolled_at", AT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_report_state_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_report_state")),
    )


def _sums() -> None:
    op.create_table(
        "report_span",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("size", sa.String(length=5), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("counts", DATA, nullable=False),
        sa.Column("stale", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_report_span_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "size", "starts", name=op.f("pk_report_span")),
    )
    is_stale = sa.text("stale > 0")
    op.create_index(
        "ix_report_span_stale", "report_span", ["shop_id", "starts"], sqlite_where=is_stale, postgresql_where=is_stale
    )
    op.create_table(
        "report_product",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("size", sa.String(length=5), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_report_product_shop_id")),
        sa.PrimaryKeyConstraint(
            "shop_id", "size", "starts", "kind", "sku", "reason", name=op.f("pk_report_product")
        ),
    )


def downgrade() -> None:
    for table in ("report_state", "report_order", "report_product", "report_span"):
        op.drop_table(table)
