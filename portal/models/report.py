"""Sums of the reports by day and month, and what each order counts for in them (domain.reports.counting)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, BigInt, Data, belongs_to, partial_index

EVERY = "*"
"""Of a product's rows: all kinds of application, all reasons."""
OF_ALL_REASONS = f"reason = '{EVERY}'"


class ReportSpan(Model):
    """The sums of the day, week or month that begins on `starts`, by the names of their counts: a row for all of
    them, so that a month is read in a few rows at any size. `stale`: how often since it was last added up something has
    changed in the orders that were placed that day."""

    __tablename__ = "report_span"
    __table_args__ = (partial_index("ix_report_span_stale", "shop_id", "starts", where="stale > 0"),)
    shop_id: Mapped[int] = mapped_column(BigInt, ForeignKey("shop.id"), primary_key=True)
    size: Mapped[str] = mapped_column(String(5), primary_key=True)
    starts: Mapped[date] = mapped_column(Date, primary_key=True)
    counts: Mapped[Data]
    stale: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class ReportProduct(Model):
    """How many applications were made about goods of a number, for a reason; kept apart, since goods are many. `kind`
    and `reason` are EVERY in the rows that sum them up. `title`: what they were called last."""

    __tablename__ = "report_product"
    __table_args__ = (
        partial_index(
            "ix_report_product_most",
            "shop_id",
            "size",
            "starts",
            "kind",
            text("count DESC"),
            "sku",
            where=OF_ALL_REASONS,
        ),
    )
    shop_id: Mapped[int] = mapped_column(BigInt, ForeignKey("shop.id"), primary_key=True)
    size: Mapped[str] = mapped_column(String(5), primary_key=True)
    starts: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    sku: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]
    title: Mapped[str] = mapped_column(Text)


class ReportOrder(Model):
    """What an order counts for in the sums, so that what has changed about it can be added. `pass_no`: in which pass
    over all orders it was counted."""

    __tablename__ = "report_order"
    order_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    shop_id: Mapped[int] = belongs_to("shop")
    pass_no: Mapped[int]
    counts: Mapped[Data]


class ReportState(Model):
    """How far the sums of a shop are. Events up to (`txid`, `event_id`) of the feed are in them. While they are added
    up anew, days from `pass_from` on are: first cleared, then counted, orders up to `pass_after` by now. `zone`: whose
    days they are. `revision` rises with every change; who writes has seen it."""

    __tablename__ = "report_state"
    shop_id: Mapped[int] = mapped_column(BigInt, ForeignKey("shop.id"), primary_key=True)
    zone: Mapped[str] = mapped_column(String(64))
    txid: Mapped[int] = mapped_column(BigInt)
    event_id: Mapped[int] = mapped_column(BigInt)
    pass_no: Mapped[int]
    pass_from: Mapped[date | None] = mapped_column(Date)
    pass_after: Mapped[int] = mapped_column(BigInt)
    is_cleared: Mapped[bool]
    rolled_at: Mapped[At]
    revision: Mapped[int]
