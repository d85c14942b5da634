"""What staff have begun to write on a case and not sent yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "desk_draft",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("shop_id", "case_id", "staff_id")),
        sa.Column("parts", DATA, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_desk_draft_shop_id")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_desk_draft_case_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_desk_draft_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_draft")),
        sa.UniqueConstraint("case_id", "staff_id", name=op.f("uq_desk_draft_case_id")),
    )
    op.create_index("ix_desk_draft_saved", "desk_draft", ["saved_at"])


def downgrade() -> None:
    op.drop_table("desk_draft")
