"""What a shop sells today, as it feeds it: for buying again and for its product pages."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, Id, Minor, Rows, belongs_to


class Product(Model):
    """`stock` NULL: not counted. `offers` as the codec writes `domain.orders.product.ProductOffer`."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("shop_id", "sku"),
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
    offers: Mapped[Rows]
    updated_at: Mapped[At]
