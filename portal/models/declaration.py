"""Declarations to withdraw from a contract, as they were made: kept also where no order fits (EU-9, EU-12)."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Id, belongs_to, named_by_id, partial_index


class Declaration(Model):
    """`name`, `order_no`, `contact` and `lines` are as typed; `public_id` is the address of its acknowledgement.

    `state`: received, matched, waiting (for staff), closed (by them, for `reason`). `why` it waits: no_match, lines,
    refused. `repeat_key`: an HMAC of what was typed, by which the same is known again; `contact_key` one of the contact
    alone, by which an erasure finds it. `salt`: of the digest that its event carries.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("shop_id", "repeat_key"),
        partial_index("ix_declaration_waiting", "shop_id", "made_at", "id", where="state = 'waiting'"),
        partial_index("ix_declaration_over", "handled_at", where="state = 'closed' AND name <> ''"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    public_id: Mapped[str] = mapped_column(String(26), unique=True)
    name: Mapped[str] = mapped_column(Text)
    order_no: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    lines: Mapped[str] = mapped_column(Text, server_default=text("''"))
    locale: Mapped[str] = mapped_column(String(16), server_default=text("''"))
    salt: Mapped[str] = mapped_column(String(32))
    repeat_key: Mapped[str | None] = mapped_column(String(64))
    contact_key: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(16), server_default=text("''"))
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    made_at: Mapped[At]
    order_id: Mapped[int | None] = named_by_id(nullable=True, index=True)
    case_id: Mapped[int | None] = named_by_id(nullable=True)
    handled_at: Mapped[AtOrNone]
