"""Signs of life: which workers there are, and when those outside last answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "worker_sign",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_sign")),
    )
    op.create_table(
        "call_sign",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("shop_id", BIG, autoincrement=False, nullable=False),
        sa.Column("succeeded_at", AT, nullable=True),
        sa.Column("failed_at", AT, nullable=True),
        sa.Column("problem", sa.String(length=64), nullable=False),
        sa.Column("failures", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", "shop_id", name=op.f("pk_call_sign")),
    )


def downgrade() -> None:
    op.drop_table("call_sign")
    op.drop_table("worker_sign")
