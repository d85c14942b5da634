"""Mails that customers have written to the shop (S34)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Id, Rows, belongs_to, named_by_id, partial_index


class InboundMail(Model):
    """`key` tells a mail apart for good: it is received once. `state`: joined (a message of a case), asked (its sender
    is to confirm it under `public_id`), waiting (for staff, `why`), done (by staff),
    dropped (a machine wrote it), returned (a server says that a mail of ours did not arrive).

    `sender`, `subject` and `body` are kept while somebody has to read them, and a month longer; `sender_key` is an HMAC
    of the address, by which an erasure finds it. `evidence`: ids of its files, kept with its order; `files`: how many
    it had."""

    __tablename__ = "inbound_mail"
    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        CheckConstraint("state <> 'asked' OR (order_id IS NOT NULL AND expires_at IS NOT NULL)", name="asked"),
        CheckConstraint("state <> 'joined' OR case_id IS NOT NULL", name="joined"),
        partial_index("ix_inbound_mail_waiting", "shop_id", "received_at", "id", where="state = 'waiting'"),
        partial_index("ix_inbound_mail_asked", "expires_at", where="state = 'asked'"),
        partial_index("ix_inbound_mail_over", "handled_at", where="handled_at IS NOT NULL AND sender <> ''"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    key: Mapped[str] = mapped_column(String(64))
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    sender: Mapped[str] = mapped_column(Text, server_default=text("''"))
    sender_key: Mapped[str] = mapped_column(String(64), index=True)
    subject: Mapped[str] = mapped_column(Text, server_default=text("''"))
    body: Mapped[str] = mapped_column(Text, server_default=text("''"))
    state: Mapped[str] = mapped_column(String(8))
    why: Mapped[str] = mapped_column(String(16), server_default=text("''"))
    order_id: Mapped[int | None] = named_by_id(nullable=True, index=True)
    case_id: Mapped[int | None] = named_by_id(nullable=True)
    evidence: Mapped[Rows]
    files: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    received_at: Mapped[At]
    expires_at: Mapped[AtOrNone]
    handled_by: Mapped[int | None] = mapped_column(BigInt)
    handled_at: Mapped[AtOrNone]
