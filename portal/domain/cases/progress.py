"""How far a case has come: its way as a row of steps, each done, under way, ahead or refused (DESIGN, case)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import RETURNING_KINDS

Standing = Literal["past", "now", "next", "fault"]
StepCode = Literal[
    "filed",
    "agreed",
    "answered",
    "confirmed",
    "sent",
    "checked",
    "refunded",
    "replaced",
    "mended",
    "appealed",
    "handled",
    "shipped",
    "repaired",
    "arrived",
    "sent_back",
    "withdrawn",
    "closed",
    "done",
]
_GOODS: tuple[StepCode, ...] = ("filed", "agreed", "sent", "checked", "refunded")
_EARLY: tuple[StepCode, ...] = ("filed", "agreed", "sent", "refunded", "checked")
_MONEY: tuple[StepCode, ...] = ("filed", "agreed", "refunded")
_SENDING: Mapping[str, tuple[StepCode, ...]] = {
    "reship": ("filed", "agreed", "shipped", "arrived"),
    "repair": ("filed", "agreed", "sent", "repaired", "arrived"),
    "exchange": ("filed", "agreed", "sent", "checked", "replaced"),
}
_CANCEL: tuple[StepCode, ...] = ("filed", "confirmed", "refunded")
_QUESTION: tuple[StepCode, ...] = ("filed", "answered")
_UNDER_WAY: Mapping[str, tuple[StepCode, ...]] = {
    "submitted": ("agreed", "confirmed", "answered"),
    "needs_info": ("agreed",),
    "offered": ("agreed",),
    "approved": ("sent", "refunded"),
    "awaiting_return": ("sent",),
    "in_transit": ("checked", "repaired"),
    "received": ("checked", "repaired"),
    "replacing": ("shipped", "repaired", "replaced", "refunded"),
    "replacing_sent": ("arrived", "replaced", "refunded"),
    "refunding": ("refunded",),
}
"""The step that a state, or its label, is in, of those that the way of its case has."""


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """`at`: when it was done; `until`: by when the one under way has to be."""

    code: StepCode
    standing: Standing
    at: datetime | None = None
    until: datetime | None = None


def case_progress(case: Case, *, refunded_at: datetime | None = None) -> tuple[ProgressStep, ...]:
    """The steps of `case` in their order; `refunded_at`: when the last of its refunds had settled, None before.

    Exactly one step is under way while somebody has to act, none once the case has ended. What ended early shows how
    far it had come, and then how it ended.
    """
    if case.state == "rejected":
        return _refused(case)
    if case.state in ("withdrawn", "expired"):
        return _ended_early(case)
    if case.state == "sending_back":
        return _goes_back(case)
    way = _way(case)
    if case.state == "completed":
        return tuple(ProgressStep(code, "past", _done_at(code, case, refunded_at)) for code in way)
    under_way = _UNDER_WAY.get(case.label, _UNDER_WAY[case.state])
    now = next(index for index, code in enumerate(way) if code in under_way)
    return tuple(_step(code, index, now, case) for index, code in enumerate(way))


def _way(case: Case) -> tuple[StepCode, ...]:
    if case.kind == "question":
        return _QUESTION
    if case.offer and case.offer.state == "accepted" and case.offer.kind == "keep":
        return _MONEY
    if case.kind in _SENDING and not _is_paid_instead(case):
        return _SENDING[case.kind]
    if _is_early(case) and case.state != "refunding":
        return _EARLY
    way = _CANCEL if case.kind == "cancel" else _GOODS if _has_goods(case) else _MONEY
    if case.plan.refund or case.state == "refunding":
        return way
    return (*way[:-1], "done") if case.kind != "cancel" else way[:-1]


def _is_early(case: Case) -> bool:
    """Its refund does not wait for the inspection (P17)."""
    is_promised = case.outcome.handling is not None and case.outcome.handling.pays == "handed_over"
    return case.is_paid_early or (is_promised and case.state == "awaiting_return")


def _is_paid_instead(case: Case) -> bool:
    """What the shop could not send it has paid for."""
    is_sent = case.replacement is not None and case.replacement.delivered_at is not None
    return case.state == "refunding" or (case.state == "completed" and not is_sent)


def _has_goods(case: Case) -> bool:
    """Goods come to the shop: sent by the customer, or a parcel that was refused at the door."""
    handling = case.outcome.handling
    is_sent = handling is not None and handling.remedy in ("send_back", "await_parcel")
    is_under_way = case.state in ("approved", "awaiting_return", "in_transit", "received")
    return is_sent or is_under_way or case.parcel is not None or case.kind in RETURNING_KINDS


def _step(code: StepCode, index: int, now: int, case: Case) -> ProgressStep:
    if index < now:
        return ProgressStep(code, "past", _done_at(code, case, None))
    if index == now:
        return ProgressStep(code, "now", until=case.due_at)
    return ProgressStep(code, "next")


def _done_at(code: StepCode, case: Case, refunded_at: datetime | None) -> datetime | None:
    """None where it is not known, as of a parcel that came without its number."""
    parcel, found, sent = case.parcel, case.inspection, case.replacement
    at: Mapping[str, datetime | None] = {
        "filed": case.opened_at,
        # Agreed in the same breath as it was asked for where nobody had to answer.
        "agreed": case.outcome.at or case.opened_at,
        "confirmed": case.outcome.at or case.opened_at,
        "answered": case.closed_at,
        "sent": parcel.there.sent_at if parcel and parcel.there else None,
        "checked": found.at if found else None,
        "refunded": refunded_at,
        "shipped": sent.shipped_at if sent else None,
        "repaired": sent.shipped_at if sent else None,
        "arrived": sent.delivered_at if sent else None,
        "replaced": sent.delivered_at if sent else None,
        "done": case.closed_at,
    }
    return at[code]


def _refused(case: Case) -> tuple[ProgressStep, ...]:
    """What can be done after a no, while it can; of goods that came and were refused, or a cancel too late, the end."""
    outcome, appeal = case.outcome, case.appeal
    filed = ProgressStep("filed", "past", case.opened_at)
    no = ProgressStep("confirmed" if case.kind == "cancel" else "answered", "fault", outcome.at or case.closed_at)
    if case.inspection:
        return (*_before(case, "checked"), ProgressStep("checked", "fault", case.inspection.at))
    if appeal is None:
        if outcome.appeal_by is None or case.kind == "cancel":
            return (filed, no)
        return (filed, no, ProgressStep("mended", "now", until=outcome.appeal_by), ProgressStep("handled", "next"))
    if appeal.state == "open":
        handled = ProgressStep("handled", "now", until=case.due_at)
    else:
        handled = ProgressStep("handled", "fault", appeal.decided_at)
    return (filed, no, ProgressStep("appealed", "past", appeal.at), handled)


def _ended_early(case: Case) -> tuple[ProgressStep, ...]:
    """Taken back by its customer, or closed since a deadline passed."""
    last: StepCode = "withdrawn" if case.state == "withdrawn" else "closed"
    is_agreed = bool(case.outcome.answer or case.return_no)
    how = ProgressStep(last, "past" if last == "withdrawn" else "fault", case.closed_at)
    return (*_before(case, "sent" if is_agreed else "agreed"), how)


def _goes_back(case: Case) -> tuple[ProgressStep, ...]:
    """Goods that were not accepted, or whose case was taken back while they were under way."""
    back = ProgressStep("sent_back", "now", until=case.due_at)
    if case.inspection:
        return (*_before(case, "checked"), ProgressStep("checked", "fault", case.inspection.at), back)
    return (*_before(case, "checked"), back)


def _before(case: Case, end: StepCode) -> tuple[ProgressStep, ...]:
    way = _GOODS[: _GOODS.index(end)]
    return tuple(ProgressStep(code, "past", _done_at(code, case, None)) for code in way)
