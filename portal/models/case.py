"""After-sales applications, what they claim, and the decisions that were taken."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Data, Id, belongs_to, partial_index

IS_OPEN = "closed_at IS NULL"
TO_ANSWER = ("submitted", "received", "rejected", "completed")
"""States in which the shop must act next; one that is rejected or completed and still open is under appeal."""
PAYING = "refunding"
"""So is one that is being paid for, where it has a deadline or had one: what was granted goes on meanwhile."""
IS_TO_ANSWER = (
    "(state IN ('submitted', 'received', 'rejected', 'completed') "
    "OR (state = 'refunding' AND coalesce(deadline_at, escalated_at) IS NOT NULL))"
)
_WAITS_FOR_US = f"{IS_OPEN} AND {IS_TO_ANSWER}"
ASSIGNEE = "coalesce(assignee_id, 0)"
_FIRST = ("priority", text("coalesce(deadline_at, escalated_at, opened_at)"), "id")
_ASKED_AGAIN = ("state", "closed_at", "deadline_at", "escalated_at")
_NEWEST = (text("opened_at DESC"), text("id DESC"))


class Case(Model):
    """`summary` is the plan, as asked for or as granted; `asked` the ApplicationAsk of an application without its note;
    `outcome` what is known of the answer: rules and handling of the decision, who said what and why. `parcel`: how the
    goods travel, there and back; `replacement`: what the shop sends, with its parcel; `inspection`: what was found, by
    whom; `appeal`: why, by whom, and its answer;
    `follows_id`: the case it was asked for again after; `reminder_at`: when to remind of the deadline next;
    `salt` is what its digest in the trail was made with; `urged_at`: when its customer last pressed 催处理;
    `payout`: that its refund is to be credit; `contest_by`: until when a refusal can be contested or applied for again,
    so that what waits is found by one query."""

    __tablename__ = "after_sales_case"
    __table_args__ = (
        Index("ix_case_customer", "customer_id", "shop_id", *_NEWEST),
        Index("ix_case_order", "order_id"),
        # Each view of the queue has the index that holds its cases and no others, in the order they are shown in; the
        # columns behind them are those that SQLite asks for again when it counts.
        partial_index("ix_case_waiting", "shop_id", *_FIRST, where=IS_OPEN),
        partial_index("ix_case_queue", "shop_id", "state", *_FIRST, where=IS_OPEN),
        partial_index("ix_case_to_answer", "shop_id", *_FIRST, *_ASKED_AGAIN, where=_WAITS_FOR_US),
        partial_index(
            "ix_case_assignee",
            "shop_id",
            text(ASSIGNEE),
            *_FIRST,
            *_ASKED_AGAIN,
            "assignee_id",
            where=_WAITS_FOR_US,
        ),
        partial_index(
            "ix_case_escalated",
            "shop_id",
            *_FIRST,
            "escalated_at",
            "closed_at",
            where=f"{IS_OPEN} AND escalated_at IS NOT NULL",
        ),
        partial_index("ix_case_unread", "shop_id", "unread_since", "id", where="unread_since IS NOT NULL"),
        Index("ix_case_shop", "shop_id", *_NEWEST),
        Index("ix_case_state", "shop_id", "state", *_NEWEST),
        Index(
            "ix_case_deadline",
            "deadline_at",
            sqlite_where=text("deadline_at IS NOT NULL"),
            postgresql_where=text("deadline_at IS NOT NULL"),
        ),
        Index("uq_case_return_no", "return_no", unique=True),
        Index(
            "ix_case_reminder",
            "reminder_at",
            sqlite_where=text("reminder_at IS NOT NULL"),
            postgresql_where=text("reminder_at IS NOT NULL"),
        ),
        Index("ix_case_follows", "follows_id"),
        Index(
            "uq_case_one_waiting_cancel",
            "order_id",
            unique=True,
            sqlite_where=text("kind = 'cancel' AND state = 'submitted'"),
            postgresql_where=text("kind = 'cancel' AND state = 'submitted'"),
        ),
    )
    id: Mapped[Id]
    case_no: Mapped[str] = mapped_column(String(32), unique=True)
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = belongs_to("orders")
    customer_id: Mapped[int | None] = belongs_to("customer", nullable=True)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(32), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    priority: Mapped[int] = mapped_column(default=1)
    summary: Mapped[Data]
    outcome: Mapped[Data]
    opened_at: Mapped[At]
    opened_by: Mapped[str] = mapped_column(String(80))
    deadline_at: Mapped[AtOrNone]
    deadline_kind: Mapped[str | None] = mapped_column(String(32))
    escalated_at: Mapped[AtOrNone]
    assignee_id: Mapped[int | None] = belongs_to("staff", nullable=True)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[AtOrNone]
    version: Mapped[int] = mapped_column(default=1)
    return_no: Mapped[str | None] = mapped_column(String(16))
    asked: Mapped[Data | None]
    parcel: Mapped[Data | None]
    replacement: Mapped[Data | None]
    inspection: Mapped[Data | None]
    appeal: Mapped[Data | None]
    follows_id: Mapped[int | None] = mapped_column(BigInt)
    reminder_at: Mapped[AtOrNone]
    salt: Mapped[str] = mapped_column(String(32), server_default=text("''"))
    unread_since: Mapped[AtOrNone]
    urged_at: Mapped[AtOrNone]
    payout: Mapped[Data | None]
    contest_by: Mapped[AtOrNone]


class CaseLine(Model):
    """`claimed` units of a line; 0 once they are gone or free again. Of goods that came back: how many were `received`,
    `accepted` and `rejected` by inspection, and how many of the accepted may be sold again."""

    __tablename__ = "case_line"
    __table_args__ = (
        UniqueConstraint("case_id", "line_id"),
        CheckConstraint("quantity > 0 AND claimed >= 0 AND claimed <= quantity", name="units"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    case_id: Mapped[int] = belongs_to("after_sales_case")
    line_id: Mapped[str] = mapped_column(String(64))
    quantity: Mapped[int]
    claimed: Mapped[int]
    received: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    accepted: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    rejected: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    resellable: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class Decision(Model):
    """What was decided, on which facts, by which policy version and engine: replay computes it again (N4)."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_at", "shop_id", "at"), Index("ix_decision_order", "order_id"))
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = belongs_to("orders")
    case_id: Mapped[int | None] = belongs_to("after_sales_case", nullable=True)
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[At]
    actor: Mapped[str] = mapped_column(String(80))
    engine: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32), server_default=text("''"))
    law_version_id: Mapped[int | None] = belongs_to("policy_version", nullable=True)
    shop_version_id: Mapped[int | None] = belongs_to("policy_version", nullable=True)
    facts: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text)
