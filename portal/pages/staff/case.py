"""The desk of one case: facts on the left, the decision on the right, what was written below (S42)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from portal.domain.cases.case import Case
from portal.domain.cases.found import Found
from portal.domain.cases.snoozing import SHORTEST, is_snoozed, latest_snooze, may_be_snoozed
from portal.domain.identity.access import Actor, may
from portal.domain.macros.macro import Macro, may_use
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.early_refunds import early_of_case
from portal.pages.parts.exchanging import exchange_of_case
from portal.pages.parts.messages import message_rows
from portal.pages.parts.offering import offer_desk
from portal.pages.parts.refunds import summary_of, told_as_granted
from portal.pages.shop.fees import fee_view
from portal.pages.staff.cases import marks_of, suggestion_of
from portal.pages.staff.deciding import Choice, deciding
from portal.pages.staff.desk import case_of_order, in_one_look
from portal.pages.staff.facts import (
    HISTORY,
    history_count,
    known_customer,
    order_facts,
    past_orders,
    people_of,
    proof_row,
)
from portal.pages.staff.goodwill import goodwill_rows, has_something
from portal.pages.staff.presence import last_change
from portal.pages.staff.queue_asked import place_of, write_place
from portal.pages.staff.replacing import no_stock_desk, replacing_desk
from portal.pages.staff.returning import goods_desk
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.cancelling import Changed
from portal.pages.values.desk import HoldChoice
from portal.pages.values.fees import FeeView
from portal.pages.values.proofs import ProofRow
from portal.pages.values.staff import StaffCasePage
from portal.ports import Deps
from portal.repos.case_with_order import case_with_order
from portal.repos.order_record import OrderRecord
from portal.repos.staff_sessions import DeskColleague
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.act import CaseAct
from portal.services.applying.reopen import why_not_reopened
from portal.services.cancelling.answer_cancel import effect_of_stopping, shown_hold
from portal.services.cases.assign import may_claim, may_release
from portal.services.cases.take_over import holder_among
from portal.services.evidence.read_evidence import case_evidence
from portal.services.withdrawing.close_with_consent import may_close, may_waive

People = Mapping[str, str]
"""Names of staff by the key of their events, `staff:<id>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskView:
    """How the desk is looked at. `unmasked`: this view was asked for with a reason; `changed`: somebody was faster;
    `choice`: the part of an application that is about to be granted; `found`: what is about to be said of goods;
    `queue`: group or state of the list that its reader comes from; `tab`: which facts are looked at."""

    locale: str = "zh"
    unmasked: bool = False
    changed: Changed | None = None
    choice: Choice | None = None
    found: Found | None = None
    queue: str = "waiting"
    tab: str = "case"


def staff_case_page(*, case_no: str, view: DeskView, actor: Actor, settings: ShopSettings, deps: Deps) -> StaffCasePage:
    """Raises NotFound."""
    with reading(deps) as work:
        case, record = case_with_order(work, case_no, actor)
        case = work.cases.with_claims(case) if case.is_open and case.kind != "question" else case
        act = CaseAct(work, record, case, actor, deps, settings=settings)
        events, fee = work.events.of_order(record.id) if view.tab == "history" else [], fee_view(act)
        colleagues, macros = work.staff_sessions.colleagues_at(case.id, actor)
        people, held_by = people_of(colleagues), holder_among(colleagues, case, actor)
        customer, year = known_customer(work, record, actor)
        files = case_evidence(work, case.id)
        return StaffCasePage(
            **_case(case, people, work.now),
            **_answer(case, people),
            **_rights(act, fee, held_by),
            **_presets(case, actor, work.now, macros),
            order_no=record.order.no,
            summary=_summary(act),
            facts=order_facts(record, record.refunds, events, customer, people, settings, work.now),
            **_of_tab(work, record, view.tab, case_no, actor),
            **in_one_look(act, colleagues),
            tab=view.tab,
            year=year,
            messages=message_rows(work.messages.of_case(case.id, with_internal=True), people, files),
            evidence=files.get(None, ()),
            hold=_hold(act),
            may_reopen=may(actor, "write", "cases") and not why_not_reopened(act),
            **_proposing(act, view, people, held_by),
            goods=goods_desk(act, files, view.found),
            replacing=replacing_desk(act),
            exchange=exchange_of_case(case, record.order),
            no_stock=no_stock_desk(act),
            fee=fee,
            goodwill=goodwill_rows(work.goodwill.of_case(case.id), record.order.no, case_no, people, actor),
            unmasked=view.unmasked and may(actor, "write", "cases"),
            **_changed(act, view, colleagues),
            place=write_place(place_of(case, view.queue)),
            customer_id=record.customer_id or 0,
            proof=_proof(act),
        )


def _changed(act: CaseAct, view: DeskView, colleagues: list[DeskColleague]) -> dict[str, Any]:
    """Where somebody was faster: who did what last. One query, and only then."""
    if view.changed is None:
        return {}
    last = last_change(act.work, act.record.id, act.case_no, colleagues, act.actor)
    return {"changed": view.changed, "last_change": last}


def _of_tab(work: UnitOfWork, record: OrderRecord, tab: str, this: str, actor: Actor) -> dict[str, Any]:
    """What only one tab shows: one more query, of two of them."""
    if tab == "customer" and record.customer_id and may(actor, "read", "customers"):
        history = work.staff_lists.history(actor, record.customer_id, limit=HISTORY + 1)
        return {"history": past_orders(history, record.order.no), "history_count": history_count(history)}
    if tab == "order":
        cases = work.cases.of_order(record.id)
        return {"cases": tuple(case_of_order(case, this) for case in cases)}
    return {}


def _case(case: Case, people: People, now: datetime) -> dict[str, Any]:
    """What it is and who has it."""
    return {
        "case_no": case.case_no,
        "kind": case.kind,
        "state": case.state,
        "label": case.label,
        "opened_at": case.opened_at,
        "deadline": case.due_at if case.is_open else None,
        "marks": marks_of(case, now),
        "reason": case.reason,
        "note": case.note,
        "solved": case.solved,
        "solved_note": case.solved_note,
        "early": early_of_case(case),
        "assignee": people.get(f"staff:{case.assignee_id}", ""),
        "suggestion": suggestion_of(case),
    }


def _answer(case: Case, people: People) -> dict[str, Any]:
    """What was decided, by whom and why; nothing while it waits."""
    return {
        "outcome": case.outcome.answer,
        "decided_by": people.get(case.decided_by or "", ""),
        "first_by": people.get(case.appeal.first or "", "") if case.appeal else "",
        "answered_at": case.inspection.at if case.inspection else case.outcome.at,
        "left_at": case.outcome.left_at,
        "consent": case.outcome.consent,
        "refusal_code": case.outcome.reason_code,
        "answer_reason": case.outcome.reason,
    }


def _proof(act: CaseAct) -> ProofRow | None:
    """Of a case that staff opened in its customer's place."""
    kept = act.work.behalf.get(act.case.proof_id, act.record.shop_id) if act.case.proof_id else None
    return proof_row(kept) if kept else None


def _proposing(act: CaseAct, view: DeskView, people: People, held_by: str) -> dict[str, Any]:
    """The answers that can be given; none while a colleague has the case."""
    choice, offer = deciding(act, view.locale, view.choice), offer_desk(act, people)
    if held_by:
        choice = replace(choice, may_act=False) if choice else None
        offer = replace(offer, most=(), why_not="", may_take_back=False) if offer and offer.made else None
    return {"deciding": choice, "offering": offer}


def _rights(act: CaseAct, fee: FeeView | None, held_by: str) -> dict[str, Any]:
    """What the reader may do here."""
    case, actor = act.case, act.actor
    return {
        "is_mine": case.assignee_id == actor.id,
        "may_work": may(actor, "write", "cases"),
        "may_claim": may_claim(case, actor),
        "may_release": may_release(case, actor),
        "may_close": not held_by and may_close(case, fee.state if fee else "", actor),
        "may_waive": not held_by and fee is not None and may_waive(fee.for_what, fee.state, actor),
        "held_by": held_by,
        "may_see_orders": may(actor, "read", "orders"),
        "may_give": may(actor, "write", "propose") and has_something(act),
        "may_act": may(actor, "write", "customers"),
    }


def _presets(case: Case, actor: Actor, now: datetime, macros: tuple[Macro, ...]) -> dict[str, Any]:
    """Until when it is put off, and until when it might be: mostly this time tomorrow; and texts to fill in."""
    may_work = may(actor, "write", "cases")
    latest = latest_snooze(case, now)
    proposed = min(now + timedelta(days=1), latest)
    return {
        "snoozed_until": case.snoozed_until if is_snoozed(case, now) else None,
        "snooze_proposed": proposed if may_work and may_be_snoozed(case) and proposed > now + SHORTEST else None,
        "snooze_latest": latest,
        "macros": tuple(macro for macro in macros if may_work and may_use(macro, actor)),
    }


def _summary(act: CaseAct) -> RefundSummary | None:
    """The plan as it is kept with the case; None where no money is in it."""
    plan = act.case.plan
    if not plan.lines:
        return None
    summary = summary_of(plan, act.order, act.settings, act.case.opened_at, act.deps)
    outcome = act.case.outcome
    return told_as_granted(summary, outcome.requested if outcome.is_part else None)


def _hold(act: CaseAct) -> HoldChoice | None:
    """Only where a cancel waits and the reader may answer it."""
    if (act.case.kind, act.case.state) != ("cancel", "submitted") or not may(act.actor, "write", "hold"):
        return None
    case = act.work.cases.with_claims(act.case)
    _, plan = effect_of_stopping(act.order, case.units)
    return HoldChoice(
        summary=summary_of(plan, act.order, act.settings, act.now, act.deps),
        asked_at=case.opened_at,
        shown=shown_hold(case.case_no, case.state, plan),
        is_changed=plan.refund != case.plan.refund,
    )
