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
    with op.get_context().autocommit_block():
        _index("ix_refund_arrived", "refund", "settled_at", "settled_at IS NOT NULL")
        _index("ix_fee_payment_back", "fee_payment", "settled_at", "refund_number IS NOT NULL")
        _index("ix_fee_payment_began", "fee_payment", "created_at")


def _index(name: str, table: str, column: str, where: str = "") -> None:
    condition = sa.text(where)
    only = {"sqlite_where": condition, "postgresql_where": condition} if where else {}
    op.create_index(name, table, ["shop_id", "rail", column], postgresql_concurrently=True, **only)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name, table in (
            ("ix_fee_payment_began", "fee_payment"),
            ("ix_fee_payment_back", "fee_payment"),
            ("ix_refund_arrived", "refund"),
        ):
            op.drop_index(name, table_name=table, postgresql_concurrently=True)
    op.drop_table("rail_day")
