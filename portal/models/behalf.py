"""Staff in a customer's place: who it was, for whom, and how they knew who called (S43)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Data, Id, belongs_to, named_by_id


class Behalf(Model):
    """One time that somebody acted in the place of a customer, or of whoever bought an order without an account.

    `way`: code, call_back. `proof`: the masked contact that was used and, of a call-back, what was asked and whether
    the answers were right; `note`: what staff wrote of it. `request_id`: of the form that began it, once a person.
    """

    __tablename__ = "behalf"
    __table_args__ = (
        CheckConstraint("(customer_id IS NULL) <> (order_id IS NULL)", name="whom"),
        UniqueConstraint("staff_id", "request_id"),
        Index("ix_behalf_customer", "customer_id", text("id DESC")),
        Index("ix_behalf_order", "order_id", text("id DESC")),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    staff_id: Mapped[int] = belongs_to("staff")
    customer_id: Mapped[int | None] = belongs_to("customer", nullable=True)
    order_id: Mapped[int | None] = named_by_id(nullable=True)
    way: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(16))
    proof: Mapped[Data]
    note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    request_id: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[At]
    ended_at: Mapped[AtOrNone]
