"""Uploaded files, and where they are used."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Id, belongs_to, named_by_id, partial_index


class EvidenceFile(Model):
    """`author` is the key of who sent it, `sha256` the hash of what they sent; the files lie in the store under `key`
    and, for a picture to look through, `small_key`. Without a link it is a draft, since
    `draft_since`, and swept after a day."""

    __tablename__ = "evidence_file"
    __table_args__ = (
        CheckConstraint("size > 0 AND width >= 0 AND height >= 0", name="size"),
        Index("ix_evidence_file_author", "shop_id", "author", "created_at"),
        Index("ix_evidence_file_order", "order_id", "author", "sha256"),
        partial_index("ix_evidence_file_draft", "draft_since", where="draft_since IS NOT NULL"),
    )
    id: Mapped[Id]
    evidence_id: Mapped[str] = mapped_column(String(26), unique=True)
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = named_by_id()
    author: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(80), unique=True)
    small_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    created_at: Mapped[At]
    removed_at: Mapped[AtOrNone]
    draft_since: Mapped[AtOrNone]


class EvidenceLink(Model):
    """A file shown with an application, or with a message about it; one file may be used several times."""

    __tablename__ = "evidence_link"
    __table_args__ = (
        Index("uq_evidence_link", "case_id", text("coalesce(message_id, 0)"), "file_id", unique=True),
        Index("ix_evidence_link_file", "file_id"),
        Index("ix_evidence_link_message", "message_id"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    file_id: Mapped[int] = belongs_to("evidence_file")
    case_id: Mapped[int] = belongs_to("after_sales_case")
    message_id: Mapped[int | None] = belongs_to("message", nullable=True)
    created_at: Mapped[At]
