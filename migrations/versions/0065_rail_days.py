"""Which days of which rails were compared; what a rail should list of a day, by index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rail_day",
        sa.Column("id", BIG, nullable=False),
        sa.Column("shop_id", BIG, nullable=True),
        sa.Column("rail", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tried_at", AT, nullable=False),
        sa.Column("compared_at", AT, nullable=True),
        sa.Column("problem", sa.String(length=80), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_rail_day_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rail_day")),
        sa.UniqueConstraint("key", "day", name=op.f("uq_rail_day_key")),
    )
    op.create_index("ix_rail_day_shop", "rail_day", ["shop_id", "rail", "day"])
    _partial("ix_refund_arrived", "refund", "settled_at IS NOT NULL")
    _partial("ix_fee_payment_back", "fee_payment", "refund_number IS NOT NULL")
    op.create_index("ix_fee_payment_began", "fee_payment", ["shop_id", "rail", "created_at"])
    # A task of a difference now names the day that it was found on. What still differs is found again the same day;
    # the open tasks of before would be closed by nobody. What a person has handled stays, and what a shop's own system
    # has told: the number of its refund is named in another way.
    theirs = "CAST(detail AS TEXT) LIKE '%\"refund\":%'"
    op.execute(f"DELETE FROM staff_task WHERE kind = 'rail_differs' AND done_at IS NULL AND {theirs}")
    op.execute("DELETE FROM staff_task WHERE kind = 'reconcile'")


def _partial(name: str, table: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, ["shop_id", "rail", "settled_at"], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_index("ix_fee_payment_began", table_name="fee_payment")
    op.drop_index("ix_fee_payment_back", table_name="fee_payment")
    op.drop_index("ix_refund_arrived", table_name="refund")
    op.drop_table("rail_day")
