"""Endpoints that a shop's events are sent on to, and what is being sent to them."""

from __future__ import annotations

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Id, Rows, belongs_to, named_by_id, partial_index

_OPEN = "state IN ('ready', 'behind')"


class WebhookEndpoint(Model):
    """`kinds`: those asked for, none is all. Secrets are encrypted; the old one signs too until `old_until`.

    `after_txid`, `after_id`: the last event of the feed that became a delivery or was not wanted. `replays`: how often
    the cursor was set back; a delivery of an earlier reading is sent again by a later one. `failures`, `failing_since`,
    `resume_at` as in portal.domain.webhooks.schedule; `told_at`: when administrators were told. `off_because`: gone,
    failing. `tested_at` and what follows: what the last test came to. A removed one goes once its deliveries are gone.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        partial_index("ix_webhook_endpoint_shop", "shop_id", "id", where="removed_at IS NULL"),
        partial_index("ix_webhook_endpoint_on", "id", where="state = 'on' AND removed_at IS NULL"),
        partial_index("ix_webhook_endpoint_removed", "id", where="removed_at IS NOT NULL"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    url: Mapped[str] = mapped_column(Text)
    kinds: Mapped[Rows]
    sealed_secret: Mapped[str] = mapped_column(Text)
    sealed_old_secret: Mapped[str] = mapped_column(Text, default="")
    old_until: Mapped[AtOrNone]
    state: Mapped[str] = mapped_column(String(8))
    off_because: Mapped[str] = mapped_column(String(16), default="")
    after_txid: Mapped[int] = mapped_column(BigInt)
    after_id: Mapped[int] = mapped_column(BigInt)
    replays: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[AtOrNone]
    resume_at: Mapped[AtOrNone]
    told_at: Mapped[AtOrNone]
    succeeded_at: Mapped[AtOrNone]
    tested_at: Mapped[AtOrNone]
    test_problem: Mapped[str] = mapped_column(String(16), default="")
    test_status: Mapped[int] = mapped_column(default=0)
    test_took: Mapped[int] = mapped_column(default=0)
    test_said: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[At]
    removed_at: Mapped[AtOrNone]


class WebhookDelivery(Model):
    """An event on its way to an endpoint. Of an order's events one at a time is `ready`, the others are `behind` it:
    a constraint, so that nothing overtakes. `claim`: who is sending it now; it is due again at `next_at` if they never
    say what came of it. `took`: milliseconds.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_id"),
        partial_index(
            "uq_webhook_delivery_ready",
            "endpoint_id",
            "order_id",
            where="state = 'ready' AND order_id IS NOT NULL",
            unique=True,
        ),
        partial_index("ix_webhook_delivery_due", "endpoint_id", "next_at", "event_id", where="state = 'ready'"),
        partial_index("ix_webhook_delivery_lane", "endpoint_id", "order_id", "event_id", where=_OPEN),
        Index("ix_webhook_delivery_state", "endpoint_id", "state", "id"),
        partial_index("ix_webhook_delivery_done_at", "finished_at", where="state = 'done'"),
        partial_index("ix_webhook_delivery_dead_at", "finished_at", where="state = 'dead'"),
        Index("ix_webhook_delivery_list", "endpoint_id", text("id DESC")),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    endpoint_id: Mapped[int] = belongs_to("webhook_endpoint")
    event_id: Mapped[int] = belongs_to("event")
    order_id: Mapped[int | None] = named_by_id(nullable=True)
    replay: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[AtOrNone]
    next_at: Mapped[At]
    claim: Mapped[str] = mapped_column(String(32), default="")
    finished_at: Mapped[AtOrNone]
    problem: Mapped[str] = mapped_column(String(16), default="")
    status: Mapped[int] = mapped_column(default=0)
    took: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[At]
