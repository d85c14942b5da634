"""What customer and shop write to each other about a case, and what staff note for themselves."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, BigInt, Id, belongs_to


class Message(Model):
    """`author_kind` is shopper, guest or staff; `author_id` its row, None for a guest; `staff_id`: whoever of
    the staff wrote it in a customer's place. The words stand nowhere else;
    `salt` is what their digest in the trail was made with."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("author_kind = 'staff' OR NOT is_internal", name="internal"),
        Index("ix_message_case", "case_id", "id"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    case_id: Mapped[int] = belongs_to("after_sales_case")
    author_kind: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[int | None] = mapped_column(BigInt)
    staff_id: Mapped[int | None] = mapped_column(BigInt)
    body: Mapped[str] = mapped_column(Text)
    is_internal: Mapped[bool] = mapped_column(default=False)
    salt: Mapped[str] = mapped_column(String(32), server_default=text("''"))
    created_at: Mapped[At]
