"""What a case would refund, as a number lists go by; indexes for what waits, by amount and by priority."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from portal.domain.money import Money, by_size

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

TABLE = "after_sales_case"
BATCH = 1_000
ASSIGNEE = "coalesce(assignee_id, 0)"
PRIORITY = "coalesce(priority, priority)"
RANK = "(CASE WHEN kind = 'cancel' AND state = 'submitted' THEN 0 ELSE 1 END)"
DUE = "coalesce(deadline_at, escalated_at, opened_at)"
WAITS = (
    "closed_at IS NULL AND (state IN ('submitted', 'rejected', 'completed') "
    "OR (state = 'received' AND coalesce(deadline_kind, '') <> 'customer_chooses_rejected') "
    "OR (state = 'refunding' AND coalesce(deadline_at, escalated_at) IS NOT NULL))"
)
BY_WORTH = ("worth DESC", "id DESC", "snoozed_until")
ASKED_AGAIN = (
    *("state", "closed_at", "deadline_at", "escalated_at", "opened_at", "kind", "deadline_kind", "snoozed_until"),
    "assignee_id",
)
INDEXES = (
    ("ix_case_worth", ("shop_id", *BY_WORTH), "worth >= 0"),
    ("ix_case_worth_of", ("shop_id", ASSIGNEE, *BY_WORTH), "worth >= 0"),
    ("ix_case_priority_of", ("shop_id", ASSIGNEE, PRIORITY, RANK, DUE, "id", *ASKED_AGAIN), "turns >= 0"),
)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("worth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, server_default=sa.text("0")))
    _fill()
    for name, columns, said in INDEXES:
        only = sa.text(f"{WAITS} AND {said}")
        parts: list[Any] = [column if column.isidentifier() else sa.text(column) for column in columns]
        op.create_index(name, TABLE, parts, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, _columns, _said in INDEXES:
        op.drop_index(name, table_name=TABLE)
    # Not in a batch: SQLite's would write the table anew, without the indexes over expressions.
    op.drop_column(TABLE, "worth")


def _fill() -> None:
    """So many cases at a time, in the order of their ids."""
    cases = sa.table(TABLE, sa.column("id"), sa.column("summary", sa.Text()), sa.column("worth"))
    connection, last = op.get_bind(), 0
    query = sa.select(cases.c.id, sa.cast(cases.c.summary, sa.Text())).order_by(cases.c.id).limit(BATCH)
    while rows := connection.execute(query.where(cases.c.id > last)).all():
        known = [{"row": row_id, "size": _worth(summary)} for row_id, summary in rows]
        one = sa.update(cases).where(cases.c.id == sa.bindparam("row")).values(worth=sa.bindparam("size"))
        connection.execute(one, known)
        last = rows[-1][0]


def _worth(summary: str) -> int:
    refund = json.loads(summary)["refund"]
    return by_size(Money(refund["minor"], refund["currency"]))
