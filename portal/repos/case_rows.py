"""Rows of a case to the domain's value and back, and to what is read beside it. The only place that knows both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.cases.after_refusal import contest_by
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Appeal, Case, Deadline, Inspection, Outcome, Parcel, Replacement, Submission
from portal.domain.cases.found import LineFound, plain_found
from portal.domain.cases.life_cycle import CaseKind
from portal.domain.cases.offer import Offer
from portal.domain.cases.payout import Payout
from portal.domain.codec import from_plain, to_plain
from portal.domain.deadlines.table import DeadlineKind
from portal.domain.money import by_size
from portal.domain.orders.card import Card
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Units
from portal.repos.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """An application, a cancel or a question as it begins; it claims the units of its plan but for a question.

    `opened_at`: when it was asked for, where that was before now.
    """

    case_no: str
    kind: CaseKind
    opened_by: str
    submission: Submission
    units: Units
    follows_id: int | None = None
    opened_at: datetime | None = None
    payout: Payout | None = None
    proof_id: int | None = None


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case of the customer's list, with the card of its order and where that goes. `is_followed`: it was applied for
    again; `is_failed`: a refund of it did not go through, maybe weeks after it was done."""

    case: Case
    card: Card
    is_followed: bool
    is_fee_due: bool
    is_failed: bool
    jurisdiction: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class DueCase:
    """A case whose deadline has passed, or whose customer is to be reminded."""

    case_no: str
    shop_id: int
    deadline_kind: DeadlineKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionKept:
    """What the rules said of a case: facts and decision in the codec's canonical text, with the versions."""

    at: datetime
    actor: str
    engine: int
    law_version_id: int | None
    shop_version_id: int | None
    facts: str
    decision: str


_SAME = (
    "id case_no shop_id order_id customer_id kind state reason note priority opened_at opened_by reminder_at "
    "escalated_at assignee_id decided_by closed_at version follows_id unread_since urged_at snoozed_until turns "
    "proof_id solved solved_note"
).split()
"""Columns that the value has as they are."""


def case_of(row: Row, units: Units = ()) -> Case:
    """A row, with its order's `number` where that was read, and the units it claims."""
    return Case(
        **{name: row[name] for name in _SAME},
        order_no=row.get("number", ""),
        plan=from_plain(Plan, row["summary"]),
        asked=from_plain(ApplicationAsk, row["asked"]) if row["asked"] else None,
        outcome=from_plain(Outcome, row["outcome"]),
        units=units,
        deadline=Deadline(row["deadline_kind"], row["deadline_at"]) if row["deadline_at"] else None,
        return_no=row["return_no"] or "",
        parcel=from_plain(Parcel, row["parcel"]) if row["parcel"] else None,
        replacement=from_plain(Replacement, row["replacement"]) if row["replacement"] else None,
        inspection=_inspection(row["inspection"]) if row["inspection"] else None,
        appeal=from_plain(Appeal, row["appeal"]) if row["appeal"] else None,
        payout=from_plain(Payout, row["payout"]) if row["payout"] else None,
        offer=from_plain(Offer, row["offer"]) if row["offer"] else None,
    )


def columns_of(case: Case) -> dict[str, Any]:
    """The whole row of a case but its id; what it claims are rows of their own."""
    return _columns(case, tuple(_WRITE))


def changed_columns(before: Case, after: Case) -> dict[str, Any]:
    """The columns in which two states of one case differ."""
    names = (name for name in _WRITE if getattr(before, name) != getattr(after, name))
    return _columns(after, tuple(names))


def _columns(case: Case, names: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names:
        found |= _WRITE[name](case)
    return found


def _as_is(name: str) -> Callable[[Case], dict[str, Any]]:
    return lambda case: {name: getattr(case, name)}


_WRITE: dict[str, Callable[[Case], dict[str, Any]]] = {
    name: _as_is(name)
    for name in (
        "case_no shop_id order_id customer_id kind reason note priority opened_at opened_by reminder_at "
        "escalated_at assignee_id decided_by closed_at version follows_id unread_since urged_at "
        "snoozed_until turns proof_id solved solved_note"
    ).split()
} | {
    "state": lambda case: {"state": case.state, "contest_by": contest_by(case)},
    "plan": lambda case: {"summary": to_plain(case.plan), "worth": by_size(case.plan.refund)},
    "asked": lambda case: {"asked": to_plain(case.asked)},
    "outcome": lambda case: {"outcome": _said(to_plain(case.outcome)), "contest_by": contest_by(case)},
    "deadline": lambda case: {
        "deadline_at": case.deadline.at if case.deadline else None,
        "deadline_kind": case.deadline.kind if case.deadline else None,
    },
    "return_no": lambda case: {"return_no": case.return_no or None},
    "parcel": lambda case: {"parcel": _said(to_plain(case.parcel)) if case.parcel else None},
    "replacement": lambda case: {"replacement": _said(to_plain(case.replacement)) if case.replacement else None},
    "inspection": lambda case: {"inspection": _plain_inspection(case.inspection) if case.inspection else None},
    "offer": lambda case: {"offer": _said(to_plain(case.offer)) if case.offer else None},
    "payout": lambda case: {"payout": to_plain(case.payout) if case.payout else None},
    "appeal": lambda case: {
        "appeal": _said(to_plain(case.appeal)) if case.appeal else None,
        "contest_by": contest_by(case),
    },
}


def _said(plain: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known: a row says only what there is to say, and is read with the defaults of the value."""
    kept = {name: value for name, value in plain.items() if value is not None and value != ""}
    return {name: _said(value) if name in ("there", "back") else value for name, value in kept.items()}


def _inspection(stored: Any) -> Inspection:
    lines = [dict(zip(LineFound.__dataclass_fields__, line, strict=True)) for line in stored["lines"]]
    return from_plain(Inspection, {**stored, "lines": lines})


def _plain_inspection(found: Inspection) -> dict[str, Any]:
    return _said(to_plain(found)) | {"lines": plain_found(found.lines)}
