"""Couriers that were booked to fetch goods at a customer's door (P16)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Id, Minor, belongs_to, partial_index


class Pickup(Model):
    """One booking. `number` is what the carrier knows it by, stored before the first call; `calls` were made to book
    it. `state`: requested, booked, refused, cancelling, cancelled, missed, picked_up. `name`, `phone` and `address` are
    the customer's; `payer` pays the price: shop or customer."""

    __tablename__ = "pickup"
    __table_args__ = (
        CheckConstraint("price_minor >= 0 AND calls >= 0", name="counts"),
        Index("ix_pickup_case", "case_id"),
        partial_index("uq_pickup_one_open", "case_id", where="state IN ('requested', 'booked')", unique=True),
    )
    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = belongs_to("orders", index=True)
    case_id: Mapped[int] = belongs_to("after_sales_case")
    state: Mapped[str] = mapped_column(String(12))
    carrier: Mapped[str] = mapped_column(String(40))
    slot_from: Mapped[At]
    slot_until: Mapped[At]
    cancel_by: Mapped[At]
    payer: Mapped[str] = mapped_column(String(8))
    price_minor: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    tracking_no: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    calls: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[At]
    settled_at: Mapped[AtOrNone]
