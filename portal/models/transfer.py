"""A refund that goes another way than it was paid: to an account that its customer has named."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Id, belongs_to, named_by_id, partial_index

IS_OPEN = "state IN ('proposed', 'approved')"
SECOND = (
    "state NOT IN ('approved', 'paid') OR (answered_by IS NOT NULL AND answered_person IS NOT NULL "
    "AND answered_by <> proposed_by AND answered_person <> proposed_person)"
)


class Transfer(Model):
    """`sealed`: name and account under the installation's key; `tail`: the last of it. The database holds that somebody
    else has approved it, that a refund has one at a time and none after it was paid, and that account and proposer
    stay; and that no refund is paid this way without one."""

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'declined', 'taken_back', 'paid')", name="state"),
        CheckConstraint(SECOND, name="second"),
        partial_index("uq_transfer_refund", "refund_row", where=f"{IS_OPEN} OR state = 'paid'", unique=True),
        partial_index("ix_transfer_open", "shop_id", "id", where=IS_OPEN),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = named_by_id()
    refund_row: Mapped[int] = belongs_to("refund")
    state: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[str] = mapped_column(Text)
    tail: Mapped[str] = mapped_column(String(8))
    consent: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_person: Mapped[int] = mapped_column(BigInt)
    proposed_at: Mapped[At]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_person: Mapped[int | None] = mapped_column(BigInt)
    answered_at: Mapped[AtOrNone]
    answer: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    paid_by: Mapped[str | None] = mapped_column(String(80))
    paid_at: Mapped[AtOrNone]
    reference: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
