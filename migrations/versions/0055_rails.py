"""Rails of shops, by which rail money goes back and fees are paid, and payments in dispute."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
NOTHING = sa.text("''")
IS_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_table(
        "shop_rail",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("methods", JSON, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("checked_at", TIME, nullable=True),
        sa.Column("check_problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_rail_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_rail")),
        sa.UniqueConstraint("shop_id", "kind", name=op.f("uq_shop_rail_shop_id")),
    )
    op.add_column("refund", sa.Column("rail", sa.String(length=16), server_default=NOTHING, nullable=False))
    op.add_column("refund", sa.Column("rail_reference", sa.String(length=128), server_default=NOTHING, nullable=False))
    op.add_column("refund", sa.Column("parked_at", TIME, nullable=True))
    op.add_column("refund", sa.Column("is_unseen", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("fee_payment", sa.Column("rail", sa.String(length=16), server_default=NOTHING, nullable=False))
    op.add_column("fee_payment", sa.Column("pay_url", sa.Text(), server_default=NOTHING, nullable=False))
    op.add_column("fee_payment", sa.Column("is_qr", sa.Boolean(), server_default=sa.false(), nullable=False))
    # Until now there was one rail, and all that was sent was sent there.
    op.execute("UPDATE refund SET rail = 'sandbox' WHERE submitted_at IS NOT NULL AND NOT to_credit")
    op.execute("UPDATE fee_payment SET rail = 'sandbox' WHERE method <> 'cod'")
    _create_disputes()


def _create_disputes() -> None:
    op.create_table(
        "payment_dispute",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("payment_row_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("given_minor", BIG, server_default=sa.text("0"), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.CheckConstraint("state IN ('open', 'won', 'lost')", name=op.f("ck_payment_dispute_state")),
        sa.CheckConstraint(
            "given_minor >= 0 AND (given_minor = 0 OR state = 'lost')", name=op.f("ck_payment_dispute_given")
        ),
        sa.ForeignKeyConstraint(["payment_row_id"], ["payment.id"], name=op.f("fk_payment_dispute_payment_row_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_payment_dispute_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_dispute")),
        sa.UniqueConstraint("payment_row_id", name=op.f("uq_payment_dispute_payment_row_id")),
    )
    op.create_index(
        "ix_payment_dispute_open",
        "payment_dispute",
        ["shop_id"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade() -> None:
    op.drop_table("payment_dispute")
    for name in ("is_qr", "pay_url", "rail"):
        op.drop_column("fee_payment", name)
    for name in ("is_unseen", "parked_at", "rail_reference", "rail"):
        op.drop_column("refund", name)
    op.drop_table("shop_rail")
