"""What a request led to is a kind, a number and facts, where it was one text."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    for column in (
        sa.Column("kind", sa.String(length=32), server_default=sa.text("''"), nullable=False),
        sa.Column("number", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("facts", JSON, server_default=sa.text("'{}'"), nullable=False),
    ):
        op.add_column("request", column)
    # `order:<no>` and `case:<no>` led to a page; what was done there is not known of them, and nothing else was kept.
    for kind in ("order", "case"):
        op.execute(
            f"UPDATE request SET kind = '{kind}', number = substr(location, {len(kind) + 2}) "
            f"WHERE location LIKE '{kind}:%'"
        )
    op.drop_column("request", "location")


def downgrade() -> None:
    op.add_column("request", sa.Column("location", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.execute("UPDATE request SET location = kind || ':' || number WHERE kind IN ('order', 'case')")
    for column in ("facts", "number", "kind"):
        op.drop_column("request", column)
