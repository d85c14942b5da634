"""Evidence: files that were taken in, and where they are used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("evidence_id", sa.String(length=26), nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("small_key", sa.String(length=80), nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("removed_at", AT, nullable=True),
        sa.CheckConstraint("size > 0 AND width >= 0 AND height >= 0", name=op.f("ck_evidence_file_size")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_evidence_file_order_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_evidence_file_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_evidence_file_evidence_id")),
        sa.UniqueConstraint("key", name=op.f("uq_evidence_file_key")),
        sa.UniqueConstraint("small_key", name=op.f("uq_evidence_file_small_key")),
    )
    op.create_index("ix_evidence_file_author", "evidence_file", ["shop_id", "author", "created_at"])
    op.create_index("ix_evidence_file_order", "evidence_file", ["order_id", "author", "sha256"])
    op.create_index("ix_evidence_file_created", "evidence_file", ["created_at"])
    op.create_table(
        "evidence_link",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("file_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("message_id", BIG, nullable=True),
        sa.Column("created_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_evidence_link_case_id")),
        sa.ForeignKeyConstraint(["file_id"], ["evidence_file.id"], name=op.f("fk_evidence_link_file_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_evidence_link_message_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_evidence_link_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_link")),
    )
    op.create_index(
        "uq_evidence_link",
        "evidence_link",
        ["case_id", sa.text("coalesce(message_id, 0)"), "file_id"],
        unique=True,
    )
    op.create_index("ix_evidence_link_file", "evidence_link", ["file_id"])
    op.create_index("ix_evidence_link_message", "evidence_link", ["message_id"])


def downgrade() -> None:
    op.drop_table("evidence_link")
    op.drop_table("evidence_file")
