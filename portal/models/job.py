"""What must happen outside, as rows of the transaction that wants it; and what people are told or must do."""

from __future__ import annotations

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Data, Id, belongs_to, named_by_id, partial_index

_WAITS = "done_at IS NULL AND dead_at IS NULL"


class Job(Model):
    """`urgency` is what is leased first: 0 for money and sign-in codes, 2 for what a thread of its own sends to the
    systems of shops, else 1. `timed_at` is when `run_at` was set: where that lies in the future, the clock has been set
    back since. `origin`: where it comes from (portal.ports.origin), "" for from nowhere. `ticket`: the number under
    which a dispatcher brings it to a worker; without one it waits here to be fetched.

    Every index is a partial one: a million jobs that are done make nothing slower for the few that are not.
    """

    __tablename__ = "job"
    __table_args__ = (
        partial_index("ix_job_due", "urgency", "run_at", "id", where=_WAITS),
        partial_index("ix_job_timed", "timed_at", where=_WAITS),
        partial_index("ix_job_lease", "lease", where="lease IS NOT NULL"),
        partial_index("ix_job_done", "done_at", where="done_at IS NOT NULL"),
        partial_index("ix_job_dead", "dead_at", where="dead_at IS NOT NULL"),
    )
    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[Data]
    dedup_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    urgency: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    run_at: Mapped[At]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[AtOrNone]
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[At]
    done_at: Mapped[AtOrNone]
    dead_at: Mapped[AtOrNone]
    timed_at: Mapped[AtOrNone]
    origin: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    ticket: Mapped[int | None] = mapped_column(BigInt)


class Notice(Model):
    """What a customer is told. Written in their language when it is sent or shown: the row holds codes and amounts.
    `mail_refused_at`, `text_refused_at`: whoever carries it said for good that it reaches nobody there."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_customer", "customer_id", text("id DESC")),
        partial_index("ix_notice_unread", "customer_id", where="read_at IS NULL"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    customer_id: Mapped[int] = belongs_to("customer")
    order_no: Mapped[str] = mapped_column(String(64), default="")
    case_no: Mapped[str] = mapped_column(String(32), default="")
    kind: Mapped[str] = mapped_column(String(32))
    params: Mapped[Data]
    created_at: Mapped[At]
    read_at: Mapped[AtOrNone]
    mailed_at: Mapped[AtOrNone]
    texted_at: Mapped[AtOrNone]
    mail_refused_at: Mapped[AtOrNone]
    text_refused_at: Mapped[AtOrNone]


class StaffTask(Model):
    """Something only a person can resolve: a failed refund, a shipment after a cancel, a payment left over."""

    __tablename__ = "staff_task"
    __table_args__ = (
        partial_index("ix_staff_task_open", "shop_id", "created_at", where="done_at IS NULL"),
        partial_index("ix_staff_task_deadline", "deadline_at", where="done_at IS NULL AND escalated_at IS NULL"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    kind: Mapped[str] = mapped_column(String(32))
    order_id: Mapped[int | None] = named_by_id(nullable=True)
    case_id: Mapped[int | None] = named_by_id(nullable=True)
    refund_id: Mapped[int | None] = belongs_to("refund", nullable=True)
    detail: Mapped[Data]
    dedup_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[At]
    deadline_at: Mapped[AtOrNone]
    escalated_at: Mapped[AtOrNone]
    done_at: Mapped[AtOrNone]
