"""Tokens of the machine API in a table of their own: several for a shop, each with scopes and an end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ALL_SCOPES = (
    '["orders:read", "orders:write", "products:write", "cases:read", '
    '"refunds:write", "embed", "customers:read", "events:read"]'
)


def upgrade() -> None:
    op.create_table(
        "shop_token",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("last_used_at", AT, nullable=True),
        sa.Column("retired_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_token_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_shop_token_token_hash")),
    )
    op.create_index(op.f("ix_shop_token_shop_id"), "shop_token", ["shop_id"])
    # The token that every shop got when it was added could do everything there was, and still does.
    kind = "::jsonb" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(
        "INSERT INTO shop_token (shop_id, token_hash, scopes, created_at) "
        f"SELECT id, token_hash, '{ALL_SCOPES}'{kind}, created_at FROM shop"
    )
    with op.batch_alter_table("shop") as shop:
        shop.drop_constraint(op.f("uq_shop_token_hash"), type_="unique")
        shop.drop_column("token_hash")


def downgrade() -> None:
    """Each shop keeps the oldest of its live tokens; one without any gets a value that no token has."""
    op.add_column("shop", sa.Column("token_hash", sa.String(length=64), nullable=True))
    op.execute(
        "UPDATE shop SET token_hash = COALESCE((SELECT token_hash FROM shop_token "
        "WHERE shop_id = shop.id AND retired_at IS NULL ORDER BY id LIMIT 1), 'none-' || id)"
    )
    with op.batch_alter_table("shop") as shop:
        shop.alter_column("token_hash", existing_type=sa.String(length=64), nullable=False)
        shop.create_unique_constraint(op.f("uq_shop_token_hash"), ["token_hash"])
    op.drop_table("shop_token")
