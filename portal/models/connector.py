"""The platform that a shop runs on, what we have told it, and which of its orders are which of ours."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Id, Rows, belongs_to


class Connector(Model):
    """`sealed_config`: its file, encrypted; `host` and `refund` are what is shown of it.

    `backfill_*`: how far a backfill is, `backfill_cursor` "" before and after one; `events_cursor`: up to which event
    the platform was told; `compared_from`: changes since then are compared next time, `differences` what the last
    comparison left."""

    __tablename__ = "connector"
    __table_args__ = (UniqueConstraint("shop_id"), CheckConstraint("orders_read >= 0", name="orders_read"))
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    platform: Mapped[str] = mapped_column(String(16))
    host: Mapped[str] = mapped_column(Text)
    sealed_config: Mapped[str] = mapped_column(Text)
    refund: Mapped[bool] = mapped_column(Boolean)
    set_at: Mapped[At]
    webhook_at: Mapped[AtOrNone]
    refused_webhook_at: Mapped[AtOrNone]
    backfill_since: Mapped[AtOrNone]
    backfill_cursor: Mapped[str] = mapped_column(Text, default="")
    backfill_began_at: Mapped[AtOrNone]
    backfill_ended_at: Mapped[AtOrNone]
    orders_read: Mapped[int] = mapped_column(BigInt, default=0)
    events_cursor: Mapped[str] = mapped_column(Text, default="")
    compared_at: Mapped[AtOrNone]
    compared_from: Mapped[AtOrNone]
    differences: Mapped[Rows]
    problem: Mapped[str] = mapped_column(Text, default="")
    problem_at: Mapped[AtOrNone]


class ConnectedOrder(Model):
    """An order of the platform: its own id there, and the number we know it by."""

    __tablename__ = "connected_order"
    __table_args__ = (
        UniqueConstraint("shop_id", "external_id"),
        Index("ix_connected_order_no", "shop_id", "order_no"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    external_id: Mapped[str] = mapped_column(String(64))
    order_no: Mapped[str] = mapped_column(String(64))
    seen_at: Mapped[At]


class PlatformPush(Model):
    """What the platform is to be told, once by its `key`. `state`: waiting, done, refused."""

    __tablename__ = "platform_push"
    __table_args__ = (
        UniqueConstraint("shop_id", "key"),
        CheckConstraint("state IN ('waiting', 'done', 'refused')", name="state"),
        Index("ix_platform_push_state", "shop_id", "state", "id"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    key: Mapped[str] = mapped_column(String(120))
    what: Mapped[str] = mapped_column(String(16))
    order_no: Mapped[str] = mapped_column(String(64))
    case_no: Mapped[str] = mapped_column(String(32), default="")
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[At]
    settled_at: Mapped[AtOrNone]
