"""What a customer owes for a service of the shop, and every try to pay it (POLICY, fees)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Data, Id, Minor, belongs_to, named_by_id, partial_index


class Fee(Model):
    """Its own payable, apart from the order's money. `for_what`: see `domain.fees.charged`; `choice` what it was
    shown for: reason and units, carried out once it is paid. `state`: due, processing,
    on_delivery, paid, voided, refunded, waived."""

    __tablename__ = "fee"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_fee_case", "case_id"),
        Index(
            "ix_fee_due",
            "due_at",
            sqlite_where=text("state IN ('due', 'processing')"),
            postgresql_where=text("state IN ('due', 'processing')"),
        ),
        Index(
            "uq_fee_one_open",
            "case_id",
            unique=True,
            sqlite_where=text("state IN ('due', 'processing', 'on_delivery')"),
            postgresql_where=text("state IN ('due', 'processing', 'on_delivery')"),
        ),
    )
    id: Mapped[Id]
    fee_no: Mapped[str] = mapped_column(String(32), unique=True)
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = named_by_id()
    case_id: Mapped[int] = named_by_id()
    for_what: Mapped[str] = mapped_column(String(24))
    amount_minor: Mapped[Minor]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12))
    choice: Mapped[Data]
    due_at: Mapped[At]
    created_at: Mapped[At]
    settled_at: Mapped[AtOrNone]
    version: Mapped[int] = mapped_column(default=1)


class FeePayment(Model):
    """One try. `number` is what the rail knows it by, stored before the first call; `problem` is why nothing was paid;
    `got_minor` what the rail took, `returned_minor` what went back of it: less than is due goes back whole.
    `state`: processing, paid, failed, returning, returned, reversed (what was back is with the shop again). `rail`: who
    takes it; `pay_url`: where its customer pays meanwhile, `is_qr`: as a code to scan. `is_phone` and `payer_ip`: of
    the browser in which it was begun, the latter until its outcome is known."""

    __tablename__ = "fee_payment"
    __table_args__ = (
        CheckConstraint("got_minor >= 0 AND returned_minor >= 0 AND returned_minor <= got_minor", name="amounts"),
        Index("ix_fee_payment_fee", "fee_id"),
        Index("ix_fee_payment_began", "shop_id", "rail", "created_at"),
        partial_index("ix_fee_payment_back", "shop_id", "rail", "settled_at", where="refund_number IS NOT NULL"),
        Index(
            "uq_fee_payment_one_open",
            "fee_id",
            unique=True,
            sqlite_where=text("state = 'processing'"),
            postgresql_where=text("state = 'processing'"),
        ),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    fee_id: Mapped[int] = belongs_to("fee")
    number: Mapped[str] = mapped_column(String(64), unique=True)
    method: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12))
    problem: Mapped[str] = mapped_column(Text, default="")
    got_minor: Mapped[Minor] = mapped_column(default=0)
    returned_minor: Mapped[Minor] = mapped_column(default=0)
    refund_number: Mapped[str | None] = mapped_column(String(64), unique=True)
    polls: Mapped[int] = mapped_column(default=0)
    rail: Mapped[str] = mapped_column(String(16), default="", server_default=text("''"))
    pay_url: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    is_qr: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_phone: Mapped[bool] = mapped_column(default=False, server_default=false())
    payer_ip: Mapped[str] = mapped_column(String(45), default="", server_default=text("''"))
    created_at: Mapped[At]
    settled_at: Mapped[AtOrNone]
