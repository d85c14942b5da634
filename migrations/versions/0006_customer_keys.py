"""A key per customer, under which personal values are digested; erasing the customer deletes it (law 6)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("customer", sa.Column("digest_key", sa.String(length=64), nullable=True))
    op.add_column("customer", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("customer", "erased_at")
    op.drop_column("customer", "digest_key")
