"""The queue goes by due time, parcels to be stopped first; what waits for customers and what sleeps are apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TABLE = "after_sales_case"
IS_OPEN = "closed_at IS NULL"
IS_ESCALATED = f"{IS_OPEN} AND escalated_at IS NOT NULL"
IS_UNREAD = "unread_since IS NOT NULL"
DUE = "coalesce(deadline_at, escalated_at, opened_at)"
DUE_OF_ONE = "coalesce(deadline_at, escalated_at, opened_at, opened_at)"
ASSIGNEE = "coalesce(assignee_id, 0)"
Views = tuple[tuple[str, tuple[str, ...], str], ...]

BY_PRIORITY = ("priority", DUE, "id")
COUNTED = ("state", "closed_at", "deadline_at", "escalated_at")
WAITED = (
    f"{IS_OPEN} AND (state IN ('submitted', 'received', 'rejected', 'completed') "
    "OR (state = 'refunding' AND coalesce(deadline_at, escalated_at) IS NOT NULL))"
)
BEFORE: Views = (
    ("ix_case_waiting", ("shop_id", *BY_PRIORITY), IS_OPEN),
    ("ix_case_queue", ("shop_id", "state", *BY_PRIORITY), IS_OPEN),
    ("ix_case_to_answer", ("shop_id", *BY_PRIORITY, *COUNTED), WAITED),
    ("ix_case_assignee", ("shop_id", ASSIGNEE, *BY_PRIORITY, *COUNTED, "assignee_id"), WAITED),
    ("ix_case_escalated", ("shop_id", *BY_PRIORITY, "escalated_at", "closed_at"), IS_ESCALATED),
    ("ix_case_unread", ("shop_id", "unread_since", "id"), IS_UNREAD),
)

RANK = "(CASE WHEN kind = 'cancel' AND state = 'submitted' THEN 0 ELSE 1 END)"
IN_ORDER = (RANK, DUE, "priority", "id")
ASKED_AGAIN = (
    *("state", "closed_at", "deadline_at", "escalated_at", "opened_at", "kind", "deadline_kind", "snoozed_until"),
    "assignee_id",
)
WAITS = (
    f"{IS_OPEN} AND (state IN ('submitted', 'rejected', 'completed') "
    "OR (state = 'received' AND coalesce(deadline_kind, '') <> 'customer_chooses_rejected') "
    "OR (state = 'refunding' AND coalesce(deadline_at, escalated_at) IS NOT NULL))"
)
IS_THEIRS = (
    f"{IS_OPEN} AND (state IN ('needs_info', 'offered', 'awaiting_return') "
    "OR (state = 'received' AND coalesce(deadline_kind, '') = 'customer_chooses_rejected'))"
)
# The narrower one last: of two that look alike to a PostgreSQL that has not been analysed, it takes the newer.
AFTER: Views = (
    ("ix_case_waiting", ("shop_id", *IN_ORDER), IS_OPEN),
    ("ix_case_queue", ("shop_id", "state", *IN_ORDER), IS_OPEN),
    ("ix_case_escalated", ("shop_id", *IN_ORDER, *ASKED_AGAIN), IS_ESCALATED),
    ("ix_case_theirs", ("shop_id", *IN_ORDER, *ASKED_AGAIN), IS_THEIRS),
    ("ix_case_to_answer", ("shop_id", *IN_ORDER, *ASKED_AGAIN), WAITS),
    ("ix_case_priority", ("shop_id", "priority", RANK, DUE, "id", *ASKED_AGAIN), WAITS),
    ("ix_case_assignee", ("shop_id", ASSIGNEE, RANK, DUE_OF_ONE, "priority", "id", *ASKED_AGAIN), WAITS),
    ("ix_case_unread", ("shop_id", "unread_since", "id", "snoozed_until"), IS_UNREAD),
    ("ix_case_snoozed", ("shop_id", "snoozed_until", "id"), "snoozed_until IS NOT NULL"),
)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    _replace(BEFORE, AFTER)


def downgrade() -> None:
    _replace(AFTER, BEFORE)
    # Not in a batch: SQLite's would write the table anew, without the indexes over expressions.
    op.drop_column(TABLE, "snoozed_until")


def _replace(old: Views, new: Views) -> None:
    for name, *_ in old:
        op.drop_index(name, table_name=TABLE)
    for name, columns, where in new:
        parts = [column if column.isidentifier() else sa.text(column) for column in columns]
        only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(name, TABLE, parts, **only)
