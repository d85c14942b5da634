"""Handing over: codes, keys and spent tokens; where a session lives and which orders it reaches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    place = sa.Column("place", sa.String(length=8), server_default=sa.text("'tab'"), nullable=False)
    op.add_column("session", place)
    op.add_column("session", sa.Column("orders", JSON, nullable=True))
    _codes()
    _keys()
    _spent()
    # The key that every shop got when it was added was one for HS256; from now on it is the first of several.
    op.execute(
        "INSERT INTO handoff_key (shop_id, kid, algorithm, sealed, created_at) "
        "SELECT id, 'k1', 'HS256', handoff_key, created_at FROM shop"
    )
    op.drop_column("shop", "handoff_key")


def _codes() -> None:
    op.create_table(
        "handoff_code",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("orders", JSON, nullable=True),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_handoff_code_customer_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_handoff_code_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_handoff_code_code_hash")),
    )
    op.create_index(op.f("ix_handoff_code_customer_id"), "handoff_code", ["customer_id"])


def _keys() -> None:
    op.create_table(
        "handoff_key",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("kid", sa.String(length=32), nullable=False),
        sa.Column("algorithm", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("retired_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_handoff_key_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_key")),
        sa.UniqueConstraint("shop_id", "kid", name=op.f("uq_handoff_key_shop_id")),
    )


def _spent() -> None:
    op.create_table(
        "spent_token",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_token")),
    )
    op.create_index(op.f("ix_spent_token_expires_at"), "spent_token", ["expires_at"])


def downgrade() -> None:
    op.add_column("shop", sa.Column("handoff_key", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute(
        "UPDATE shop SET handoff_key = COALESCE("
        "(SELECT sealed FROM handoff_key WHERE shop_id = shop.id AND algorithm = 'HS256' ORDER BY id LIMIT 1), '')"
    )
    for table in ("spent_token", "handoff_key", "handoff_code"):
        op.drop_table(table)
    for name in ("orders", "place"):
        op.drop_column("session", name)
