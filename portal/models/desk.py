"""What the desk keeps for whoever sits at it; no part of a case's record."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.extensions import Model
from portal.models.columns import At, Data, Id, belongs_to


class DeskDraft(Model):
    """What one of the staff has written on a case and not sent: `parts` are those of `domain.cases.drafts`."""

    __tablename__ = "desk_draft"
    __table_args__ = (UniqueConstraint("case_id", "staff_id"), Index("ix_desk_draft_saved", "saved_at"))
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    case_id: Mapped[int] = belongs_to("after_sales_case")
    staff_id: Mapped[int] = belongs_to("staff")
    parts: Mapped[Data]
    saved_at: Mapped[At]


class DeskPresence(Model):
    """That one of the staff has a case open, as their page said last; of a few minutes."""

    __tablename__ = "desk_presence"
    __table_args__ = (
        UniqueConstraint("case_id", "staff_id"),
        Index("ix_desk_presence_seen", "seen_at"),
        Index("ix_desk_presence_staff", "staff_id", "shop_id", "seen_at", "case_id"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    case_id: Mapped[int] = belongs_to("after_sales_case")
    staff_id: Mapped[int] = belongs_to("staff")
    seen_at: Mapped[At]
