"""How far staff were told of deadlines that come, and the deadline of what is gathered for a digest."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "deadline_mark",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_deadline_mark")),
    )
    op.add_column("staff_note", sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_note", "deadline_at")
    op.drop_table("deadline_mark")
