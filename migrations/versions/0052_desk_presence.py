"""Who has a case open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_presence",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("shop_id", "case_id", "staff_id")),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_desk_presence_shop_id")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_desk_presence_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_desk_presence_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_presence")),
        sa.UniqueConstraint("case_id", "staff_id", name=op.f("uq_desk_presence_case_id")),
    )
    op.create_index("ix_desk_presence_seen", "desk_presence", ["seen_at"])
    op.create_index("ix_desk_presence_staff", "desk_presence", ["staff_id", "shop_id", "seen_at", "case_id"])


def downgrade() -> None:
    op.drop_table("desk_presence")
