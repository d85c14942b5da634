"""What customers say of closed cases: solved or not, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

NOTHING = sa.text("''")


def upgrade() -> None:
    op.add_column("after_sales_case", sa.Column("solved", sa.String(4), nullable=False, server_default=NOTHING))
    op.add_column("after_sales_case", sa.Column("solved_note", sa.Text(), nullable=False, server_default=NOTHING))


def downgrade() -> None:
    for column in ("solved_note", "solved"):
        op.drop_column("after_sales_case", column)
