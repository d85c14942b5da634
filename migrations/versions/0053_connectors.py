"""The platform that a shop runs on, what it is told, and which of its orders are which of ours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "connector",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("platform", sa.String(length=16), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("sealed_config", sa.Text(), nullable=False),
        sa.Column("refund", sa.Boolean(), nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("webhook_at", TIME, nullable=True),
        sa.Column("refused_webhook_at", TIME, nullable=True),
        sa.Column("backfill_since", TIME, nullable=True),
        sa.Column("backfill_cursor", sa.Text(), nullable=False),
        sa.Column("backfill_began_at", TIME, nullable=True),
        sa.Column("backfill_ended_at", TIME, nullable=True),
        sa.Column("orders_read", BIG, nullable=False),
        sa.Column("events_cursor", sa.Text(), nullable=False),
        sa.Column("compared_at", TIME, nullable=True),
        sa.Column("compared_from", TIME, nullable=True),
        sa.Column("differences", JSON, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("problem_at", TIME, nullable=True),
        sa.CheckConstraint("orders_read >= 0", name=op.f("ck_connector_orders_read")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_connector_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connector")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_connector_shop_id")),
    )
    _create_orders()
    _create_pushes()


def _create_orders() -> None:
    op.create_table(
        "connected_order",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_connected_order_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connected_order")),
        sa.UniqueConstraint("shop_id", "external_id", name=op.f("uq_connected_order_shop_id")),
    )
    op.create_index("ix_connected_order_no", "connected_order", ["shop_id", "order_no"])


def _create_pushes() -> None:
    op.create_table(
        "platform_push",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("order_no", sa.String(length=64), nullable=False),
        sa.Column("case_no", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f("ck_platform_push_state")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_platform_push_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform_push")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_platform_push_shop_id")),
    )
    op.create_index("ix_platform_push_state", "platform_push", ["shop_id", "state", "id"])


def downgrade() -> None:
    op.drop_table("platform_push")
    op.drop_table("connected_order")
    op.drop_table("connector")
