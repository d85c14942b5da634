"""What is needed at a million rows: jobs by urgency, indexes of the open ones alone, and one for every sweep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITS = "done_at IS NULL AND dead_at IS NULL"
PARTIAL = (
    ("ix_job_due", "job", ["urgency", "run_at", "id"], WAITS),
    ("ix_job_timed", "job", ["timed_at"], WAITS),
    ("ix_job_lease", "job", ["lease"], "lease IS NOT NULL"),
    ("ix_job_done", "job", ["done_at"], "done_at IS NOT NULL"),
    ("ix_job_dead", "job", ["dead_at"], "dead_at IS NOT NULL"),
    ("ix_staff_task_deadline", "staff_task", ["deadline_at"], "done_at IS NULL AND escalated_at IS NULL"),
)
PLAIN = (
    ("ix_session_expires_at", "session", ["expires_at"]),
    ("ix_one_time_code_created_at", "one_time_code", ["created_at"]),
    ("ix_handoff_code_created_at", "handoff_code", ["created_at"]),
    ("ix_failure_at", "failure", ["at"]),
    ("ix_request_created_at", "request", ["created_at"]),
)


def upgrade() -> None:
    op.add_column("job", sa.Column("urgency", sa.Integer(), server_default=sa.text("1"), nullable=False))
    op.execute("UPDATE job SET urgency = 0 WHERE kind IN ('refund', 'fee_payment', 'code', 'policy')")
    op.drop_index("ix_job_due", "job")
    for name, table, columns, where in PARTIAL:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    for name, table, columns in PLAIN:
        op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, *_ in (*PLAIN, *PARTIAL):
        op.drop_index(name, table)
    op.create_index("ix_job_due", "job", ["run_at"], sqlite_where=sa.text(WAITS), postgresql_where=sa.text(WAITS))
    op.drop_column("job", "urgency")
