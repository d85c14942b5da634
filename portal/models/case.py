"""After-sales applications, what they claim, and the decisions that were taken."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Data, Id, belongs_to, named_by_id, partial_index

IS_OPEN = "closed_at IS NULL"
IS_TO_ANSWER = (
    "(state IN ('submitted', 'rejected', 'completed') "
    "OR (state = 'received' AND coalesce(deadline_kind, '') <> 'customer_chooses_rejected') "
    "OR (state = 'refunding' AND coalesce(deadline_at, escalated_at) IS NOT NULL))"
)
"""Of open cases: the shop must act next. One that is rejected or completed and still open is under appeal; so is one
that is being paid for and has a deadline or had one: what was granted goes on meanwhile."""
IS_THEIRS = (
    "(state IN ('needs_info', 'offered', 'awaiting_return') "
    "OR (state = 'received' AND coalesce(deadline_kind, '') = 'customer_chooses_rejected'))"
)
"""Of open cases: the customer must act next."""
HAS_TURNED = "turns >= 3"
"""As often as `domain.cases.stuck` says."""
_WAITS_FOR_US = f"{IS_OPEN} AND {IS_TO_ANSWER}"
BY_AMOUNT, BY_PRIORITY = "worth >= 0", "turns >= 0"
"""True of all cases: said of lists that are sorted so, so that none is read by the index of another."""
_BY_AMOUNT, _BY_PRIORITY = f"{_WAITS_FOR_US} AND {BY_AMOUNT}", f"{_WAITS_FOR_US} AND {BY_PRIORITY}"
ASSIGNEE = "coalesce(assignee_id, 0)"
RANK = "(CASE WHEN kind = 'cancel' AND state = 'submitted' THEN 0 ELSE 1 END)"
"""Parcels that wait to be stopped stand before everything else: they leave while somebody thinks."""
DUE = "coalesce(deadline_at, escalated_at, opened_at)"
"""When somebody has to act. An escalated case has no deadline any more: it was due when it was escalated."""
DUE_OF_ONE = "coalesce(deadline_at, escalated_at, opened_at, opened_at)"
"""The same in a disguise, so that what is somebody's is never read in the order of what is everybody's."""
PRIORITY_OF_ONE = "coalesce(priority, priority)"
OPEN_SINCE = "coalesce(opened_at, opened_at)"
"""In a disguise as well: what is open for long is not looked for among all that ever was."""
_IN_ORDER = (text(RANK), text(DUE), "priority", "id")
_OF_ONE = (text(RANK), text(DUE_OF_ONE), "priority", "id")
_WITHIN = (text(RANK), text(DUE), "id")
_BY_WORTH = (text("worth DESC"), text("id DESC"))
_ASKED_AGAIN = (
    *("state", "closed_at", "deadline_at", "escalated_at", "opened_at", "kind", "deadline_kind", "snoozed_until"),
    "assignee_id",
)
IS_TOLD = "updated_at IS NOT NULL"
"""All cases; said of the list that a shop's program follows alone, so that no other is read by its indexes."""
_AS_UPDATED = ("updated_at", "id")
_NEWEST = (text("opened_at DESC"), text("id DESC"))


class Case(Model):
    """`summary` is the plan, as asked for or as granted; `asked` the ApplicationAsk of an application without its note;
    `outcome` what is known of the answer: rules and handling of the decision, who said what and why. `parcel`: how the
    goods travel, there and back; `replacement`: what the shop sends, with its parcel; `inspection`: what was found, by
    whom; `appeal`: why, by whom, and its answer;
    `follows_id`: the case it was asked for again after; `reminder_at`: when to remind of the deadline next;
    `salt` is what its digest in the trail was made with; `urged_at`: when its customer last pressed 催处理;
    `payout`: that its refund is to be credit; `contest_by`: until when a refusal can be contested or applied for again,
    so that what waits is found by one query; `snoozed_until`: the queue has it again then; `worth`: what it
    would refund, as lists by amount go (`domain.money.by_size`); `turns`: how often it came back to the shop;
    `offer`: the shop's last counter-offer; `proof_id`: how staff who opened it in its customer's place knew who
    called; `updated_at`: when it last changed, for programs that follow."""

    __tablename__ = "after_sales_case"
    __table_args__ = (
        Index("ix_case_customer", "customer_id", "shop_id", *_NEWEST),
        Index("ix_case_order", "order_id"),
        # Each view of the queue has the index that holds its cases and no others, in the order they are shown in; the
        # columns behind them are those that SQLite asks for again when it counts.
        partial_index("ix_case_waiting", "shop_id", *_IN_ORDER, where=IS_OPEN),
        partial_index("ix_case_queue", "shop_id", "state", *_IN_ORDER, where=IS_OPEN),
        partial_index("ix_case_to_answer", "shop_id", *_IN_ORDER, *_ASKED_AGAIN, where=_WAITS_FOR_US),
        partial_index("ix_case_priority", "shop_id", "priority", *_WITHIN, *_ASKED_AGAIN, where=_WAITS_FOR_US),
        partial_index("ix_case_assignee", "shop_id", text(ASSIGNEE), *_OF_ONE, *_ASKED_AGAIN, where=_WAITS_FOR_US),
        partial_index("ix_case_worth", "shop_id", *_BY_WORTH, "snoozed_until", where=_BY_AMOUNT),
        partial_index("ix_case_worth_of", "shop_id", text(ASSIGNEE), *_BY_WORTH, "snoozed_until", where=_BY_AMOUNT),
        partial_index(
            "ix_case_priority_of",
            "shop_id",
            text(ASSIGNEE),
            text(PRIORITY_OF_ONE),
            *_WITHIN,
            *_ASKED_AGAIN,
            where=_BY_PRIORITY,
        ),
        partial_index("ix_case_theirs", "shop_id", *_IN_ORDER, *_ASKED_AGAIN, where=f"{IS_OPEN} AND {IS_THEIRS}"),
        partial_index(
            "ix_case_escalated",
            "shop_id",
            *_IN_ORDER,
            *_ASKED_AGAIN,
            where=f"{IS_OPEN} AND escalated_at IS NOT NULL",
        ),
        partial_index(
            "ix_case_unread", "shop_id", "unread_since", "id", "snoozed_until", where="unread_since IS NOT NULL"
        ),
        partial_index("ix_case_snoozed", "shop_id", "snoozed_until", "id", where="snoozed_until IS NOT NULL"),
        partial_index("ix_case_open_since", "shop_id", text(OPEN_SINCE), "id", "turns", where=IS_OPEN),
        partial_index("ix_case_turns", "shop_id", text(OPEN_SINCE), "id", where=f"{IS_OPEN} AND {HAS_TURNED}"),
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
        partial_index("ix_case_updated", "shop_id", *_AS_UPDATED, where=IS_TOLD),
        partial_index("ix_case_updated_in", "shop_id", "state", *_AS_UPDATED, where=IS_TOLD),
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
    proof_id: Mapped[int | None] = mapped_column(BigInt)
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
    snoozed_until: Mapped[AtOrNone]
    worth: Mapped[int] = mapped_column(BigInt, default=0, server_default=text("0"))
    turns: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    solved: Mapped[str] = mapped_column(String(4), default="", server_default=text("''"))
    solved_note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    offer: Mapped[Data | None]
    updated_at: Mapped[AtOrNone]


class CaseKey(Model):
    """What a case is found by besides numbers and names (`domain.cases.search_keys`), as it was when it was opened and
    as its parcels came. Kept with cases, which are few, so that orders are imported without it."""

    __tablename__ = "case_key"
    __table_args__ = (Index("ix_case_key_case", "case_id"),)
    shop_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    case_id: Mapped[int] = mapped_column(BigInt, ForeignKey("after_sales_case.id"), primary_key=True)


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
    case_id: Mapped[int | None] = named_by_id(nullable=True)
    kind: Mapped[str] = mapped_column(String(24))
    at: Mapped[At]
    actor: Mapped[str] = mapped_column(String(80))
    engine: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32), server_default=text("''"))
    law_version_id: Mapped[int | None] = belongs_to("policy_version", nullable=True)
    shop_version_id: Mapped[int | None] = belongs_to("policy_version", nullable=True)
    facts: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text)
