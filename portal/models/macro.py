"""快捷回复: texts and presets of the desk."""

from __future__ import annotations

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, Id, belongs_to


class Macro(Model):
    """`staff_id`: whose own it is, None for one of a team or of the shop."""

    __tablename__ = "macro"
    __table_args__ = (Index("ix_macro_shop", "shop_id", "owner", "staff_id"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    owner: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[int | None] = belongs_to("staff", nullable=True)
    name: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    into: Mapped[str] = mapped_column(String(8))
    decision: Mapped[str] = mapped_column(String(8))
    reason_code: Mapped[str] = mapped_column(String(24))
    snooze_hours: Mapped[int]
    place: Mapped[int]
    created_at: Mapped[At]
    changed_at: Mapped[At]
