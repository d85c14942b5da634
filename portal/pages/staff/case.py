"""The desk of one case: facts on the left, the decision on the right, what was written below (S42)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor, may
from portal.domain.orders.decisions import Plan
from portal.domain.returning.inspection import Found
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.messages import message_rows
from portal.pages.parts.refunds import summary_of
from portal.pages.shop.fees import fee_view
from portal.pages.staff.cases import marks_of, suggestion_of
from portal.pages.staff.deciding import Choice, deciding
from portal.pages.staff.facts import customer_of, history_count, order_facts, past_orders, people_of
from portal.pages.staff.returning import goods_desk
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.cancelling import Changed
from portal.pages.values.staff import HoldChoice, StaffCasePage
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.cancelling.hold_effect import effect_of_stopping, shown_hold
from portal.services.cases.assign import may_claim, may_release
from portal.services.evidence.read_evidence import case_evidence
from portal.services.returning.choose_rejected import label_of
from portal.services.withdrawing.close_with_consent import may_close

People = Mapping[str, str]
"""Names of staff by the key of their events, `staff:<id>`."""


def staff_case_page(
    *,
    case_no: str,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    unmasked: bool = False,
    changed: Changed | None = None,
    locale: str = "zh",
    choice: Choice | None = None,
    found: Found | None = None,
) -> StaffCasePage:
    """Raises NotFound. `unmasked`: this view was asked for with a reason; `changed`: somebody was faster; `choice`: the
    part of an application that is about to be granted; `found`: what is about to be said of goods received."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        record, refunds = work.orders.get_with_refunds(row["number"], actor)
        events, fee = work.events.of_order(record.id), fee_view(work, row)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        customer, history = customer_of(work, record, actor)
        files = case_evidence(work, row["id"])
        return StaffCasePage(
            **_case(row, people),
            **_answer(row, people),
            **_rights(row, fee.state if fee else "", actor),
            order_no=record.order.no,
            summary=_summary(row, record, settings, deps),
            facts=order_facts(record, refunds, events, customer, people, settings, work.now),
            history=past_orders(history, record.order.no),
            history_count=history_count(history),
            messages=message_rows(work.messages.of_case(row["id"], with_internal=True), people, files),
            evidence=files.get(None, ()),
            hold=_hold(work, row, record, actor, settings, deps),
            deciding=deciding(work, row, record, actor, settings, locale, deps, choice),
            goods=goods_desk(work, row, record, files, actor, settings, deps, found),
            fee=fee,
            unmasked=unmasked and may(actor, "write", "cases"),
            changed=changed,
        )


def _case(row: Row, people: People) -> dict[str, Any]:
    """What it is and who has it."""
    return {
        "case_no": row["case_no"],
        "kind": row["kind"],
        "state": row["state"],
        "label": label_of(row),
        "opened_at": row["opened_at"],
        "deadline": None if row["closed_at"] else row["deadline_at"],
        "marks": marks_of(row),
        "reason": row["reason"],
        "note": row["note"],
        "assignee": people.get(f"staff:{row['assignee_id']}", ""),
        "suggestion": suggestion_of(row),
    }


def _answer(row: Row, people: People) -> dict[str, Any]:
    """What was decided, by whom and why; nothing while it waits."""
    outcome, left_at = row["outcome"], row["outcome"].get("left_at")
    return {
        "outcome": outcome.get("answer", ""),
        "decided_by": people.get(row["decided_by"] or "", ""),
        "left_at": datetime.fromisoformat(left_at) if left_at else None,
        "consent": outcome.get("consent", ""),
        "refusal_code": outcome.get("reason_code", ""),
        "answer_reason": outcome.get("reason", ""),
    }


def _rights(row: Row, fee_state: str, actor: Actor) -> dict[str, Any]:
    """What the reader may do here."""
    return {
        "is_mine": row["assignee_id"] == actor.id,
        "may_work": may(actor, "write", "cases"),
        "may_claim": may_claim(row, actor),
        "may_release": may_release(row, actor),
        "may_close": may_close(row, fee_state, actor),
        "may_see_orders": may(actor, "read", "orders"),
    }


def _summary(row: Row, record: OrderRecord, settings: ShopSettings, deps: Deps) -> RefundSummary | None:
    """The plan as it is kept with the case; None where no money is in it."""
    plan = from_plain(Plan, row["summary"])
    return summary_of(plan, record.order, settings, row["opened_at"], deps) if plan.lines else None


def _hold(
    work: UnitOfWork, row: Row, record: OrderRecord, actor: Actor, settings: ShopSettings, deps: Deps
) -> HoldChoice | None:
    """Only where a cancel waits and the reader may answer it."""
    if (row["kind"], row["state"]) != ("cancel", "submitted") or not may(actor, "write", "hold"):
        return None
    case: CaseRecord = work.cases.with_claims(row)
    _, plan = effect_of_stopping(record.order, case.units)
    asked = from_plain(Plan, row["summary"])
    return HoldChoice(
        summary=summary_of(plan, record.order, settings, work.now, deps),
        asked_at=row["opened_at"],
        shown=shown_hold(case.case_no, case.state, plan),
        is_changed=plan.refund != asked.refund,
    )
