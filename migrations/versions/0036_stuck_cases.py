"""How often a case came back to the shop, and which ones do not come to an end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TABLE = "after_sales_case"
IS_OPEN = "closed_at IS NULL"
SINCE = "coalesce(opened_at, opened_at)"
INDEXES = (
    ("ix_case_open_since", ("shop_id", SINCE, "id", "turns"), IS_OPEN),
    ("ix_case_turns", ("shop_id", SINCE, "id"), f"{IS_OPEN} AND turns >= 3"),
)
# By the events of what has happened: an answer, another question of a thread, an appeal.
COUNTED = """
    UPDATE after_sales_case SET turns = came.back FROM (
        SELECT case_no, count(*) AS back FROM event
         WHERE kind LIKE '%:case:answered' OR kind LIKE '%:case:appealed' GROUP BY case_no
    ) AS came
     WHERE came.case_no = after_sales_case.case_no AND after_sales_case.closed_at IS NULL
"""


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("turns", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.execute(COUNTED)
    for name, columns, where in INDEXES:
        only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        parts = [column if column.isidentifier() else sa.text(column) for column in columns]
        op.create_index(name, TABLE, parts, **only)


def downgrade() -> None:
    for name, *_ in INDEXES:
        op.drop_index(name, table_name=TABLE)
    # Not in a batch: SQLite's would write the table anew, without the indexes over expressions.
    op.drop_column(TABLE, "turns")
