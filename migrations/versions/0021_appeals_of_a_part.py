"""The queue of what waits has the appeals about a part that was granted: their cases are being paid for, or completed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FIRST = ("priority", "coalesce(deadline_at, escalated_at, opened_at)", "id")
BEFORE = "closed_at IS NULL AND state IN ('submitted', 'received', 'rejected')"
AFTER = (
    "closed_at IS NULL AND (state IN ('submitted', 'received', 'rejected', 'completed') "
    "OR (state = 'refunding' AND coalesce(deadline_at, escalated_at) IS NOT NULL))"
)
ASKED_AGAIN = ("state", "closed_at")
DEADLINES = ("deadline_at", "escalated_at")


def upgrade() -> None:
    _make_anew(AFTER, (*ASKED_AGAIN, *DEADLINES))


def downgrade() -> None:
    _make_anew(BEFORE, ASKED_AGAIN)


def _make_anew(where: str, behind: tuple[str, ...]) -> None:
    columns = {
        "ix_case_to_answer": ("shop_id", *FIRST, *behind),
        "ix_case_assignee": ("shop_id", "coalesce(assignee_id, 0)", *FIRST, *behind, "assignee_id"),
    }
    for name, names in columns.items():
        op.drop_index(name, table_name="after_sales_case")
        op.create_index(
            name,
            "after_sales_case",
            [sa.text(column) if "(" in column else column for column in names],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
