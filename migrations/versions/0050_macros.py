"""快捷回复: texts and presets of the desk, of a person, a team or a shop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "macro",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("owner", sa.String(length=12), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("into", sa.String(length=8), nullable=False),
        sa.Column("decision", sa.String(length=8), nullable=False),
        sa.Column("reason_code", sa.String(length=24), nullable=False),
        sa.Column("snooze_hours", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_macro_shop_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_macro_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_macro")),
    )
    op.create_index("ix_macro_shop", "macro", ["shop_id", "owner", "staff_id"])


def downgrade() -> None:
    op.drop_table("macro")
