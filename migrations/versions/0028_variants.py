"""Products that are variants of one thing: what an exchange may choose among."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("product", sa.Column("group_key", sa.String(length=200), nullable=True))
    op.add_column("product", sa.Column("variant", sa.Text(), server_default=sa.text("''"), nullable=False))
    has_group = sa.text("group_key IS NOT NULL")
    op.create_index(
        "ix_product_group",
        "product",
        ["shop_id", "group_key"],
        sqlite_where=has_group,
        postgresql_where=has_group,
    )


def downgrade() -> None:
    op.drop_index("ix_product_group", table_name="product")
    op.drop_column("product", "variant")
    op.drop_column("product", "group_key")
