"""What the shop sends the customer of a case, with its parcel; the guarantee that a repair has lengthened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("after_sales_case", sa.Column("replacement", JSON, nullable=True))
    op.add_column("order_line", sa.Column("guarantee_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("order_line", "guarantee_until")
    op.drop_column("after_sales_case", "replacement")
