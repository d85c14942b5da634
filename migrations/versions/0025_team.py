"""Colleagues join by a link, are away, and have recovery codes; cases are looked for by a recipient's name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
NEWEST = (sa.text("placed_at DESC"), sa.text("id DESC"))


def upgrade() -> None:
    op.add_column("staff", sa.Column("invite_hash", sa.String(64), nullable=True))
    op.add_column("staff", sa.Column("invited_until", AT, nullable=True))
    op.add_column("staff", sa.Column("away_until", AT, nullable=True))
    op.create_index("uq_staff_invite", "staff", ["invite_hash"], unique=True)
    op.create_table(
        "recovery_code",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("used_at", AT, nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("staff_id", "digest", name=op.f("uq_recovery_code_staff_id")),
    )
    op.create_index(
        "ix_orders_recipient_after_sales",
        "orders",
        ["shop_id", "recipient", *NEWEST],
        sqlite_where=sa.text("after_sales"),
        postgresql_where=sa.text("after_sales"),
    )


def downgrade() -> None:
    op.drop_index("ix_orders_recipient_after_sales", table_name="orders")
    op.drop_table("recovery_code")
    op.drop_index("uq_staff_invite", table_name="staff")
    for name in ("away_until", "invited_until", "invite_hash"):
        op.drop_column("staff", name)
