"""What one of the staff is to be told of later, with what else there is then."""

from __future__ import annotations

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Id, belongs_to


class StaffNote(Model):
    """`key`: what it is about, so that the same is noted once; `page`: where it is handled. Once mailed it goes."""

    __tablename__ = "staff_note"
    __table_args__ = (UniqueConstraint("staff_id", "key"), Index("ix_staff_note_staff", "staff_id", "shop_id", "how"))
    id: Mapped[Id]
    staff_id: Mapped[int] = belongs_to("staff")
    shop_id: Mapped[int] = belongs_to("shop")
    how: Mapped[str] = mapped_column(String(8))
    what: Mapped[str] = mapped_column(String(40))
    order_no: Mapped[str] = mapped_column(String(64))
    case_no: Mapped[str] = mapped_column(String(32))
    page: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(Text)
    deadline_at: Mapped[AtOrNone]
    created_at: Mapped[At]
