"""The audit page: an index for each filter of the trail, and what the last check of it found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
BY_STAFF = "substr(actor, 1, 6) = 'staff:'"
ANY = "seq > 0"
"""Of every entry. Only who asks for all of them repeats it, so that this narrow index is not read for anything else."""
INDEXES: tuple[tuple[str, list[str], str], ...] = (
    ("ix_event_at", ["shop_id", "at", "id"], ANY),
    ("ix_event_kind", ["shop_id", "kind", "at", "id"], ""),
    ("ix_event_staff", ["shop_id", "actor", "at", "id"], BY_STAFF),
    ("ix_event_staff_kind", ["shop_id", "actor", "kind", "at", "id"], BY_STAFF),
)


def upgrade() -> None:
    for name, columns, where in INDEXES:
        only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)} if where else {}
        op.create_index(name, "event", columns, **only)
    op.create_table(
        "audit_check",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("events", BIG, nullable=False),
        sa.Column("signed", sa.Integer(), nullable=False),
        sa.Column("faults", DATA, nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_check")),
    )


def downgrade() -> None:
    op.drop_table("audit_check")
    for name, _, _ in INDEXES:
        op.drop_index(name, "event")
