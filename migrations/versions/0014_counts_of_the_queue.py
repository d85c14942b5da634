"""The indexes of the queue's views hold all that their counts ask for, so that SQLite counts without reading the cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

FIRST = ("priority", "coalesce(deadline_at, escalated_at, opened_at)", "id")
IS_TO_ANSWER = "closed_at IS NULL AND state IN ('submitted', 'received', 'rejected')"
IS_ESCALATED = "closed_at IS NULL AND escalated_at IS NOT NULL"
VIEWS = (
    ("ix_case_to_answer", ("shop_id", *FIRST), ("state", "closed_at"), IS_TO_ANSWER),
    (
        "ix_case_assignee",
        ("shop_id", "coalesce(assignee_id, 0)", *FIRST),
        ("state", "closed_at", "assignee_id"),
        IS_TO_ANSWER,
    ),
    ("ix_case_escalated", ("shop_id", *FIRST), ("escalated_at", "closed_at"), IS_ESCALATED),
)


def upgrade() -> None:
    for name, columns, counted, where in VIEWS:
        _replace(name, (*columns, *counted), where)


def downgrade() -> None:
    for name, columns, _, where in VIEWS:
        _replace(name, columns, where)


def _replace(name: str, columns: tuple[str, ...], where: str) -> None:
    op.drop_index(name, table_name="after_sales_case")
    only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(name, "after_sales_case", [sa.text(column) for column in columns], **only)
