"""Since when a case has a message of its customer that nobody has answered, and the view of those cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

IS_UNREAD = sa.text("unread_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("after_sales_case", sa.Column("unread_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_case_unread",
        "after_sales_case",
        ["shop_id", "unread_since", "id"],
        sqlite_where=IS_UNREAD,
        postgresql_where=IS_UNREAD,
    )


def downgrade() -> None:
    op.drop_index("ix_case_unread", table_name="after_sales_case")
    # Not in a batch: SQLite's would write the table anew, without the indexes over expressions.
    op.drop_column("after_sales_case", "unread_since")
