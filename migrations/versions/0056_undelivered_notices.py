"""What came back of a notice, and which address of a customer it came back from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("notice", sa.Column("mail_refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notice", sa.Column("text_refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("customer", sa.Column("unreachable", JSON, nullable=True))


def downgrade() -> None:
    op.drop_column("customer", "unreachable")
    op.drop_column("notice", "text_refused_at")
    op.drop_column("notice", "mail_refused_at")
