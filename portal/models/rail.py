"""The rails of a shop: through whom its payments go back (INTERFACE, rail files)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Id, Minor, Rows, belongs_to


class ShopRail(Model):
    """`sealed`: its config with the keys, encrypted. `check_problem`: what the last check ended with, "" for
    nothing."""

    __tablename__ = "shop_rail"
    __table_args__ = (UniqueConstraint("shop_id", "kind"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    kind: Mapped[str] = mapped_column(String(16))
    methods: Mapped[Rows]
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[At]
    changed_at: Mapped[At]
    checked_at: Mapped[AtOrNone]
    check_problem: Mapped[str] = mapped_column(Text, default="")


class RailDay(Model):
    """How far the books of a rail are compared with ours, day by day. `key`: the rail's name and whose it is, `sandbox`
    of all shops'; `compared_at` None as long as it never was; `problem` of the last try: why it could not be compared,
    a provider's word, or `not_yet`, `no_books`."""

    __tablename__ = "rail_day"
    __table_args__ = (UniqueConstraint("key", "day"), Index("ix_rail_day_shop", "shop_id", "rail", "day"))
    id: Mapped[Id]
    shop_id: Mapped[int | None] = belongs_to("shop", nullable=True)
    rail: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(40))
    day: Mapped[date] = mapped_column(Date)
    tried_at: Mapped[At]
    compared_at: Mapped[AtOrNone]
    problem: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))


class PaymentDispute(Model):
    """A payment that its customer disputes with their bank (PAYMENTS rule 12). `state`: open, won, lost; `given_minor`:
    what a lost one has taken of the payment, counted as refunded there."""

    __tablename__ = "payment_dispute"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'won', 'lost')", name="state"),
        CheckConstraint("given_minor >= 0 AND (given_minor = 0 OR state = 'lost')", name="given"),
        Index(
            "ix_payment_dispute_open",
            "shop_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    payment_row_id: Mapped[int] = mapped_column(BigInt, ForeignKey("payment.id"), unique=True)
    state: Mapped[str] = mapped_column(String(8))
    amount_minor: Mapped[Minor]
    given_minor: Mapped[Minor] = mapped_column(default=0, server_default=text("0"))
    opened_at: Mapped[At]
    closed_at: Mapped[AtOrNone]
