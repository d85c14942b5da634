"""Endpoints that a shop's events are sent on to, and the deliveries to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
ENDPOINT, DELIVERY = "webhook_endpoint", "webhook_delivery"
OPEN = "state IN ('ready', 'behind')"


def upgrade() -> None:
    _create_endpoints()
    _create_deliveries()
    _index()


def _create_endpoints() -> None:
    op.create_table(
        ENDPOINT,
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("sealed_old_secret", sa.Text(), nullable=False),
        sa.Column("old_until", TIME, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("off_because", sa.String(length=16), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("after_txid", "after_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("replays", "failures")),
        *(
            sa.Column(name, TIME, nullable=True)
            for name in ("failing_since", "resume_at", "told_at", "succeeded_at", "tested_at")
        ),
        sa.Column("test_problem", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("test_status", "test_took")),
        sa.Column("test_said", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_webhook_endpoint_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoint")),
    )


def _create_deliveries() -> None:
    op.create_table(
        DELIVERY,
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("shop_id", "endpoint_id", "event_id")),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("replay", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_at", TIME, nullable=True),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("problem", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("status", "took")),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_webhook_delivery_shop_id")),
        sa.ForeignKeyConstraint(["endpoint_id"], [f"{ENDPOINT}.id"], name=op.f("fk_webhook_delivery_endpoint_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_webhook_delivery_event_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_webhook_delivery_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("endpoint_id", "event_id", name=op.f("uq_webhook_delivery_endpoint_id")),
    )


def _index() -> None:
    removed = "removed_at IS NULL"
    _partial("ix_webhook_endpoint_shop", ENDPOINT, ["shop_id", "id"], removed)
    _partial("ix_webhook_endpoint_on", ENDPOINT, ["id"], f"state = 'on' AND {removed}")
    _partial("ix_webhook_endpoint_removed", ENDPOINT, ["id"], "removed_at IS NOT NULL")
    ready, dead = "state = 'ready'", "state = 'dead'"
    in_order = ["endpoint_id", "order_id"]
    _partial("uq_webhook_delivery_ready", DELIVERY, in_order, f"{ready} AND order_id IS NOT NULL", unique=True)
    _partial("ix_webhook_delivery_due", DELIVERY, ["endpoint_id", "next_at", "event_id"], ready)
    _partial("ix_webhook_delivery_lane", DELIVERY, [*in_order, "event_id"], OPEN)
    _partial("ix_webhook_delivery_done_at", DELIVERY, ["finished_at"], "state = 'done'")
    _partial("ix_webhook_delivery_dead_at", DELIVERY, ["finished_at"], dead)
    op.create_index("ix_webhook_delivery_state", DELIVERY, ["endpoint_id", "state", "id"])
    op.create_index("ix_webhook_delivery_list", DELIVERY, ["endpoint_id", sa.text("id DESC")])


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    which = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=which, postgresql_where=which)


def downgrade() -> None:
    op.drop_table(DELIVERY)
    op.drop_table(ENDPOINT)
