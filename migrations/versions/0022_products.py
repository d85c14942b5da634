"""What a shop sells today; until when it ships since its customer asked for later; when a customer last asked to hurry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("sku", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("price_minor", BIG, nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("return_days", sa.Integer(), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("product_url", sa.Text(), nullable=False),
        sa.Column("offers", JSON, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_product_price")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_product_stock")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_product_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("shop_id", "sku", name=op.f("uq_product_shop_id")),
    )
    op.add_column("orders", sa.Column("agreed_ship_by", AT, nullable=True))
    op.add_column("orders", sa.Column("later_note", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("orders", sa.Column("urged_at", AT, nullable=True))
    op.add_column("after_sales_case", sa.Column("urged_at", AT, nullable=True))


def downgrade() -> None:
    op.drop_column("after_sales_case", "urged_at")
    for name in ("urged_at", "later_note", "agreed_ship_by"):
        op.drop_column("orders", name)
    op.drop_table("product")
