"""What a shop says in its own words of a notice: every version."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, Id, belongs_to


class NoticeText(Model):
    """Only added to. The newest of a kind and language holds; with an empty subject and body, the portal's words do."""

    __tablename__ = "notice_text"
    __table_args__ = (UniqueConstraint("shop_id", "kind", "language", "version"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    kind: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[int]
    subject: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    staff_id: Mapped[int] = belongs_to("staff")
    created_at: Mapped[At]
