"""A customer may stay signed in on a device of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("is_remembered", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("session", column)


def downgrade() -> None:
    op.drop_column("session", "is_remembered")
