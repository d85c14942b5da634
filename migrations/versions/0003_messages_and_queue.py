"""Messages on cases, and the indexes of the staff queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("author_kind", sa.String(length=16), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_internal", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("author_kind = 'staff' OR NOT is_internal", name=op.f("ck_message_internal")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_message_case_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_message_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_case", "message", ["case_id", "id"])
    op.create_index(
        "ix_case_waiting",
        "after_sales_case",
        ["shop_id", "priority", sa.text("coalesce(deadline_at, escalated_at, opened_at)"), "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    newest_first = ["shop_id", sa.text("opened_at DESC"), sa.text("id DESC")]
    op.create_index("ix_case_shop", "after_sales_case", newest_first)


def downgrade() -> None:
    op.drop_index("ix_case_shop", "after_sales_case")
    op.drop_index("ix_case_waiting", "after_sales_case")
    op.drop_table("message")
