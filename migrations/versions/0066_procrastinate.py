"""What brings jobs to workers on several machines: the tables of procrastinate 3.10, on PostgreSQL, and a job's ticket.

The SQL is the library's own, kept here as it was shipped: a revision means the same whichever version is installed. What a
later version changes is a later revision (its `sql/migrations`), and pyproject.toml keeps the library within this one.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parents[1] / "procrastinate" / "3.10.0.sql"
_GONE = """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE found record;
BEGIN
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
                  WHERE pronamespace = current_schema()::regnamespace AND starts_with(proname, 'procrastinate_')
    LOOP
        EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
    END LOOP;
END;
$$;
DROP TYPE procrastinate_job_to_defer_v1;
DROP TYPE procrastinate_job_event_type;
DROP TYPE procrastinate_job_status;
"""


def upgrade() -> None:
    op.add_column("job", sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    _run(SCHEMA.read_text("utf-8"))


def downgrade() -> None:
    _run(_GONE)
    op.drop_column("job", "ticket")


def _run(statements: str) -> None:
    """As they are: percent signs and colons in them are SQL, not parameters. Nothing on SQLite."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.connection.cursor().execute(statements)
