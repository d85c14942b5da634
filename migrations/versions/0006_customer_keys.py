"""A key per customer for digests of personal values, which erasure deletes (law 6); when the times of jobs were set."""

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
    op.add_column("job", sa.Column("timed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("job", "timed_at")
    op.drop_column("customer", "erased_at")
    op.drop_column("customer", "digest_key")
