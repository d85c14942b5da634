"""Money on its way back: one row per payment it goes to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Data, Id, Minor, belongs_to, named_by_id, partial_index


class Refund(Model):
    """`number` is what the rail knows it by, stored before the first call; `series` rises when it is spent (T14).

    `quote_no`: what people read out (RF and 6 more); `trace`: what the money can be found by at the bank, where the
    rail says it; `rail`: to whom it was sent, "" before; `rail_reference`: the provider's own id of it. `parked_at`:
    since when nobody knows what became of it, and nothing is sent again by itself; `confirmed_at`: since when a person
    vouches that it has arrived; `is_unseen`: its rail is known not to have its number. `to_credit`: its customer chose
    credit with the shop instead, with `bonus_minor` on top, which expires after `credit_days` (0: never).
    `goodwill_id`: by what it was given beyond policy, once to each payment; a trigger refuses one that is not granted.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_refund_order", "order_id"),
        Index("ix_refund_case", "case_id"),
        Index("ix_refund_state", "shop_id", "state", "created_at"),
        Index("ix_refund_quote", "shop_id", "quote_no"),
        partial_index("ix_refund_arrived", "shop_id", "rail", "settled_at", where="settled_at IS NOT NULL"),
        partial_index(
            "uq_refund_goodwill", "goodwill_id", "payment_row_id", where="goodwill_id IS NOT NULL", unique=True
        ),
        Index(
            "uq_refund_one_in_flight",
            "payment_row_id",
            unique=True,
            sqlite_where=text("state IN ('submitted', 'pending')"),
            postgresql_where=text("state IN ('submitted', 'pending')"),
        ),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = named_by_id()
    case_id: Mapped[int | None] = named_by_id(nullable=True)
    payment_row_id: Mapped[int] = belongs_to("payment")
    refund_id: Mapped[str] = mapped_column(String(32), unique=True)
    series: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(String(64), unique=True)
    quote_no: Mapped[str] = mapped_column(String(8), default="", server_default=text("''"))
    trace: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    rail: Mapped[str] = mapped_column(String(16), default="", server_default=text("''"))
    rail_reference: Mapped[str] = mapped_column(String(128), default="", server_default=text("''"))
    parked_at: Mapped[AtOrNone]
    confirmed_at: Mapped[AtOrNone]
    is_unseen: Mapped[bool] = mapped_column(default=False, server_default=false())
    amount_minor: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    to_credit: Mapped[bool] = mapped_column(default=False, server_default=false())
    bonus_minor: Mapped[Minor] = mapped_column(default=0, server_default=text("0"))
    credit_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    method: Mapped[str] = mapped_column(String(32))
    why: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    account: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[Data | None]
    attempts: Mapped[int] = mapped_column(default=0)
    polls: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[At]
    submitted_at: Mapped[AtOrNone]
    pending_at: Mapped[AtOrNone]
    failed_at: Mapped[AtOrNone]
    settled_at: Mapped[AtOrNone]
    arrival_from: Mapped[date | None] = mapped_column(Date)
    arrival_to: Mapped[date | None] = mapped_column(Date)
    goodwill_id: Mapped[int | None] = mapped_column(BigInt)
