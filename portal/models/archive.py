"""Orders that are over for so long that the law lets them leave the tables that everybody reads (decision 93)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, BigInt, Data, Minor, belongs_to

_NEWEST = (text("placed_at DESC"), text("order_id DESC"))


class ArchivedOrder(Model):
    """One order with all that belonged to it: `document` holds its rows (`portal.repos.archive_document`), and the last
    event of its chain that speaks of it their digest. `order_id` is the id it had, by which events, payments, refunds
    and files name it; `head`, `events_count` and `seal` are the end of its chain, which goes on here.

    What lists and the intake ask is beside it: `card` as the list of orders has it, `digest` and `updated_at` of the
    last version that the feed gave. `closed_at`: when the last thing about it had happened.
    """

    __tablename__ = "archived_order"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        Index("ix_archived_order_customer", "customer_id", "shop_id", *_NEWEST),
        Index("ix_archived_order_key", "shop_id", "number_key"),
        Index("ix_archived_order_shop", "shop_id", *_NEWEST),
    )
    order_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    shop_id: Mapped[int] = belongs_to("shop")
    customer_id: Mapped[int | None] = belongs_to("customer", nullable=True)
    number: Mapped[str] = mapped_column(String(64))
    number_key: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[Minor]
    item_count: Mapped[int]
    card: Mapped[Data]
    after_sales: Mapped[bool]
    placed_at: Mapped[At]
    updated_at: Mapped[At]
    digest: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[At]
    archived_at: Mapped[At]
    document: Mapped[str] = mapped_column(Text)
    events_count: Mapped[int]
    head: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


class ArchivedCase(Model):
    """By which numbers a case of an archived order is found."""

    __tablename__ = "archived_case"
    __table_args__ = (
        Index("ix_archived_case_order", "order_id"),
        Index("uq_archived_case_return_no", "return_no", unique=True),
    )
    case_no: Mapped[str] = mapped_column(String(32), primary_key=True)
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = mapped_column(BigInt, ForeignKey("archived_order.order_id"))
    return_no: Mapped[str | None] = mapped_column(String(16))
