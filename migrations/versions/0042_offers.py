"""A counter-offer of the shop, kept with its case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("after_sales_case", sa.Column("offer", DATA, nullable=True))


def downgrade() -> None:
    op.drop_column("after_sales_case", "offer")
