"""The return windows of a line follow from its policy's versions and its return days: the column nobody read goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.drop_column("order_line", "windows")


def downgrade() -> None:
    op.add_column("order_line", sa.Column("windows", JSON, server_default=sa.text("'{}'"), nullable=False))
