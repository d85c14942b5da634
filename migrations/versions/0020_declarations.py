"""Declarations to withdraw from a contract are kept as they were made, whether or not an order fits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")
OVER = sa.text("state = 'closed' AND name <> ''")


def upgrade() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("locale", sa.String(length=16), server_default=sa.text("''"), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("repeat_key", sa.String(length=64), nullable=True),
        sa.Column("contact_key", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=16), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_declaration_shop_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_declaration_order_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["after_sales_case.id"], name=op.f("fk_declaration_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("public_id", name=op.f("uq_declaration_public_id")),
        sa.UniqueConstraint("shop_id", "repeat_key", name=op.f("uq_declaration_shop_id")),
    )
    op.create_index(op.f("ix_declaration_contact_key"), "declaration", ["contact_key"])
    op.create_index(op.f("ix_declaration_order_id"), "declaration", ["order_id"])
    op.create_index(
        "ix_declaration_waiting",
        "declaration",
        ["shop_id", "made_at", "id"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index("ix_declaration_over", "declaration", ["handled_at"], sqlite_where=OVER, postgresql_where=OVER)


def downgrade() -> None:
    op.drop_table("declaration")
