"""Until when a refusal can be contested or applied for again is a column: it stands among what waits for the customer."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

CASES = sa.table(
    "after_sales_case",
    sa.column("id", sa.BigInteger()),
    sa.column("kind", sa.String()),
    sa.column("state", sa.String()),
    sa.column("outcome", sa.JSON()),
    sa.column("inspection", sa.JSON()),
    sa.column("appeal", sa.JSON()),
    sa.column("contest_by", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column("after_sales_case", sa.Column("contest_by", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    found = sa.select(CASES).where(CASES.c.state == "rejected", CASES.c.kind != "cancel")
    for case in connection.execute(found).all():
        until = (case.outcome or {}).get("appeal_by")
        if until and not case.inspection and not case.appeal:
            at = datetime.fromisoformat(until).astimezone(UTC)
            at = at.replace(tzinfo=None) if is_sqlite else at
            connection.execute(sa.update(CASES).where(CASES.c.id == case.id).values(contest_by=at))


def downgrade() -> None:
    op.drop_column("after_sales_case", "contest_by")
