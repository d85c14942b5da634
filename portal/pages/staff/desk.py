"""What the desk shows at one look: the goods that a case is about, the time that is left, the order's other cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor, may
from portal.domain.money import Money
from portal.pages.staff.presence import watchers_of
from portal.pages.values.desk import CaseLine, CaseOfOrder, DraftShown, PresenceShown, TimeLeft
from portal.pages.values.parts import Picture
from portal.repos.order_record import OrderRecord
from portal.repos.staff_sessions import DeskColleague
from portal.services.act import CaseAct

TABS = ("case", "order", "customer", "history")
"""Which facts the desk shows, by what its address says; the first one where it says nothing."""
_HOURS, _DAY = timedelta(hours=4), timedelta(days=1)


def in_one_look(act: CaseAct, colleagues: Iterable[DeskColleague]) -> dict[str, Any]:
    """Whatever tab is shown. No query."""
    return {
        "lines": case_lines(act.case, act.record),
        "left": time_left(act.case, act.now),
        "refundable": act.order.money_left,
        **_drafts(colleagues, act.case, act.actor),
        "presence": PresenceShown(
            act.case_no, act.case.version, act.record.events_count, watchers_of(colleagues, act.actor, act.now)
        ),
    }


def _drafts(colleagues: Iterable[DeskColleague], case: Case, reader: Actor) -> dict[str, Any]:
    """What the reader has written before and not sent: to fill the forms with, and what is said of it."""
    mine = next((one.draft for one in colleagues if one.id == reader.id), {}) if may(reader, "write", "cases") else {}
    shown = {part: DraftShown(one.saved_at, one.is_older_than(case.version), one.fields) for part, one in mine.items()}
    return {"drafts": shown}


def case_lines(case: Case, record: OrderRecord) -> tuple[CaseLine, ...]:
    """What was asked for, or cancelled: as the plan has it, which knows the money, else as the form said."""
    amounts = {line.line_id: line for line in case.plan.lines}
    said = case.plan.units or (case.asked.units if case.asked else ())
    units = {line_id: line.units for line_id, line in amounts.items()} or dict(said)
    return tuple(
        CaseLine(
            line_id=line.id,
            title=line.title,
            variant=line.variant,
            picture=Picture(line.title, record.lines[line.id].image_url),
            units=units[line.id],
            of_all=line.quantity,
            amount=Money(amounts[line.id].amount, record.order.currency) if line.id in amounts else None,
        )
        for line in record.order.lines
        if line.id in units
    )


def time_left(case: Case, now: datetime) -> TimeLeft | None:
    """None where nobody has to act by some moment."""
    at = (case.due_at or case.escalated_at) if case.is_open else None
    if at is None:
        return None
    whole, left = at - case.opened_at, at - now
    used = 100 if left <= timedelta(0) or not whole else round(100 * (1 - left / whole))
    tone = "bad" if left <= _HOURS else "warn" if left <= _DAY else ""
    return TimeLeft(at=at, used=max(0, min(100, used)), tone=tone, is_over=left <= timedelta(0))


def case_of_order(case: Case, this: str) -> CaseOfOrder:
    return CaseOfOrder(
        case_no=case.case_no,
        kind=case.kind,
        state=case.label or case.state,
        reason=case.reason,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        amount=case.plan.refund if case.plan.lines else None,
        is_this=case.case_no == this,
    )
