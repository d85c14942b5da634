"""What a shop sells today, as it feeds it: for buying again and for its product pages."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, Id, Minor, Rows, belongs_to


class Product(Model):
    """`stock` NULL: not counted; `group_key` NULL: no variant of anything. `offers` as the codec writes
    `domain.orders.product.ProductOffer`."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("shop_id", "sku"),
        Index(
            "ix_product_group",
            "shop_id",
            "group_key",
            sqlite_where=text("group_key IS NOT NULL"),
            postgresql_where=text("group_key IS NOT NULL"),
        ),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("stock >= 0", name="stock"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    sku: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text, default="")
    currency: Mapped[str] = mapped_column(String(3))
    price_minor: Mapped[Minor]
    on_sale: Mapped[bool]
    stock: Mapped[int | None]
    category: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[Rows]
    return_days: Mapped[int | None]
    image_url: Mapped[str] = mapped_column(Text, default="")
    product_url: Mapped[str] = mapped_column(Text, default="")
    group_key: Mapped[str | None] = mapped_column(String(200))
    variant: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    offers: Mapped[Rows]
    updated_at: Mapped[At]
