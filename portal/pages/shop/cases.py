"""售后: the list of a customer's cases and the page of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.cases.case import Case
from portal.domain.cases.urging import waits_for_shop
from portal.domain.evidence.files import Evidence
from portal.domain.identity.access import Actor
from portal.domain.policy.jurisdictions import order_zone
from portal.domain.policy.pack import Policy
from portal.domain.shops.contracts import complaint_line
from portal.domain.shops.settings import ShopSettings
from portal.domain.withdrawing.decide import why_not
from portal.pages.parts.messages import message_rows
from portal.pages.parts.refunds import (
    awaited_by,
    poll_of,
    progress_of,
    summary_of,
    told_as_granted,
    with_return_freight,
)
from portal.pages.parts.refusals import rule_words
from portal.pages.parts.timeline import case_timeline
from portal.pages.parts.zone import zone_of
from portal.pages.shop.appealing import after_refusal_view
from portal.pages.shop.fees import fee_view
from portal.pages.shop.returning import is_partly_accepted, return_view
from portal.pages.values.amounts import RefundStanding, RefundSummary
from portal.pages.values.cases import CaseCard, CasePage, CasesPage
from portal.pages.values.parts import NextStep, Picture
from portal.pages.values.returning import ReturnView
from portal.ports import Deps
from portal.repos.case_rows import ListedCase
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.cases.appeal import is_part_open
from portal.services.cursors import read_cursor, write_cursor
from portal.services.evidence.read_evidence import case_evidence

PAGE_SIZE = 20
_DONE = ("completed_case", "granted_part", "given_up")
"""Steps that speak of money as settled."""


def cases_page(*, after: str, actor: Actor, deps: Deps) -> CasesPage:
    """Newest first, 20 a page."""
    with reading(deps) as work:
        found = work.cases.page(actor, after=read_cursor(after), limit=PAGE_SIZE + 1)
        shown, now = found[:PAGE_SIZE], deps.clock.now()
        done = [listed.case.id for listed in shown if listed.case.state == "completed"]
        failed = work.refunds.failed_of(done) if done else frozenset()
    return CasesPage(
        cards=tuple(_card(listed, now, is_failed=listed.case.id in failed) for listed in shown),
        next_after=write_cursor(shown[-1].case.opened_at, shown[-1].case.id) if len(found) > PAGE_SIZE else "",
        is_first=not after,
    )


def _card(listed: ListedCase, now: datetime, *, is_failed: bool) -> CaseCard:
    case, pictures = listed.case, listed.card.pictures
    plan = case.plan
    title = plan.lines[0].title if plan.lines else pictures[0][0] if pictures else ""
    return CaseCard(
        case_no=case.case_no,
        order_no=case.order_no,
        kind=case.kind,
        state=case.state,
        opened_at=case.opened_at,
        marks=_marks(case, is_fee_due=listed.is_fee_due),
        title=title,
        picture=Picture(title, next((url for name, url in pictures if name == title), "")),
        units=sum(line.units for line in plan.lines),
        amount=plan.refund if plan.lines else None,
        next=_with_refund(_next(case, now, is_followed=listed.is_followed), is_failed=is_failed),
        label=case.label,
        zone=order_zone(jurisdiction=listed.jurisdiction, country=listed.country),
    )


def case_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, locale: str = "zh") -> CasePage:
    """One case. Raises NotFound. The summary is the plan that was shown when it was asked for."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        record, refunds = work.orders.get_with_refunds(case.order_no, actor)
        act = CaseAct(work, record, case, actor, deps, settings=settings)
        events = work.events.of_order(record.id)
        messages = work.messages.of_case(case.id)
        evidence = case_evidence(work, case.id)
        after = after_refusal_view(work, case, settings)
        returning = return_view(act, evidence)
        fee = fee_view(work, case)
        policy = act.policy
    now = deps.clock.now()
    progress = tuple(
        progress_of(refund, record.order.no, settings, now) for refund in refunds if refund.case_id == case.id
    )
    return CasePage(
        **_case(case),
        **_answer(case, policy, settings, locale),
        order_no=record.order.no,
        marks=_marks(case, is_fee_due=bool(fee and fee.may_pay)),
        next=_with_refund(
            _next(case, now, is_followed=bool(after and after.again)),
            is_failed=any(refund.state == "failed" for refund in progress),
        ),
        summary=_summary(act, is_paid=bool(progress)),
        timeline=case_timeline(event for event in events if event.case_no == case_no),
        refunds=progress,
        refund_poll_seconds=poll_of(progress),
        may_urge=waits_for_shop(case),
        may_withdraw=why_not(case.kind, case.state, fee.state if fee else "") is None,
        fee=fee,
        after=after,
        returning=returning,
        evidence=_of_application(evidence.get(None, ()), returning),
        messages=message_rows(messages, evidence=evidence),
        zone=zone_of(record.order),
    )


def _case(case: Case) -> dict[str, Any]:
    """What it is and what its own state allows."""
    return {
        "case_no": case.case_no,
        "kind": case.kind,
        "state": case.state,
        "label": case.label,
        "opened_at": case.opened_at,
        "reason": case.reason,
        "note": case.note,
        "return_no": case.return_no,
        "may_edit": case.may("edit"),
        "has_appeal": case.is_under_appeal,
    }


def _answer(case: Case, policy: Policy, settings: ShopSettings, locale: str) -> dict[str, Any]:
    """What was decided and by which rules; after a refusal also where else one can turn."""
    outcome, line = case.outcome, complaint_line(policy, settings)
    return {
        "outcome": outcome.answer,
        "refusal_code": outcome.reason_code,
        "refusal_reason": outcome.reason,
        "complaint_line": line.in_locale(locale) if line and case.state == "rejected" else "",
        "remedy": outcome.handling.remedy if outcome.handling else "",
        "rules": rule_words(outcome.rules, policy, locale),
        "consent": outcome.consent,
        "left_at": outcome.left_at,
    }


def _summary(act: CaseAct, *, is_paid: bool) -> RefundSummary | None:
    """The plan that was shown when it was asked for, and what its refund waits for; None where no money is in it."""
    case, handling = act.case, act.case.outcome.handling
    if not case.plan.lines:
        return None
    after = awaited_by(case.kind, handling, is_decided=is_paid or case.kind == "cancel")
    summary = summary_of(case.plan, act.order, act.settings, case.opened_at, act.deps, after=after)
    granted = told_as_granted(summary, case.outcome.requested if case.outcome.is_part else None)
    return with_return_freight(granted, handling)


def _of_application(files: tuple[Evidence, ...], returning: ReturnView | None) -> tuple[Evidence, ...]:
    """Without the proof of posting, which stands with the parcel."""
    proof = {file.id for file in returning.parcel.proof} if returning and returning.parcel else set()
    return tuple(file for file in files if file.id not in proof)


def _marks(case: Case, *, is_fee_due: bool) -> tuple[str, ...]:
    found = {
        "fee_due": is_fee_due,
        "appeal": case.is_under_appeal,
        "partly": is_partly_accepted(case) or case.outcome.is_part,
        "priority": case.priority == 0,
        "escalated": case.escalated_at is not None,
    }
    return tuple(mark for mark, holds in found.items() if holds)


def _with_refund(step: NextStep | None, *, is_failed: bool) -> NextStep | None:
    """A bank may send a refund back weeks after the case was done: it is not said to have ended well meanwhile."""
    if step and step.code in _DONE and is_failed:
        return NextStep(code="completed_case", refund=RefundStanding(state="failed"))
    return step


def _next(case: Case, now: datetime, *, is_followed: bool) -> NextStep | None:
    state, is_cancel, outcome = case.state, case.kind == "cancel", case.outcome
    if outcome.left_at:
        return NextStep(code="too_late", at=outcome.left_at)
    if case.is_under_appeal:
        return NextStep(code="appealed", at=case.due_at)
    if ended := _less_than_asked(case, now):
        return ended
    if state == "rejected" and not case.appeal and outcome.appeal_by:
        is_open = outcome.appeal_by > now and not is_followed
        return NextStep(code="rejected", at=outcome.appeal_by if is_open else None)
    if state == "submitted" and case.escalated_at:
        return NextStep(code="escalated" if is_cancel else "escalated_case")
    if state == "submitted":
        return NextStep(code="submitted_cancel" if is_cancel else "submitted", at=case.due_at)
    if case.awaits_choice:
        return NextStep(code="received_choice", at=case.due_at)
    if state == "sending_back":
        back = case.parcel.back if case.parcel else None
        return NextStep(code=state, carrier=back.carrier if back else "", tracking_no=back.tracking_no if back else "")
    if state == "completed" and case.kind == "question":
        return NextStep(code="question_answered")
    return NextStep(code="completed_case" if state == "completed" else state, at=case.due_at)


def _less_than_asked(case: Case, now: datetime) -> NextStep | None:
    """What was paid of what, where not all was: goods were given up, or the shop granted a part. None: all was."""
    if case.state not in ("refunding", "completed", "rejected"):
        return None
    found, outcome, refund = case.inspection, case.outcome, case.plan.refund
    if found and found.choice == "give_up" and case.state == "rejected":
        return NextStep(code="given_up_all", waiting=found.rejected)
    if found and found.choice == "give_up":
        code = "given_up" if case.state == "completed" else "given_up_paying"
        return NextStep(code=code, sent=found.accepted, waiting=found.rejected, amount=refund)
    if outcome.is_part and outcome.requested and outcome.requested != refund:
        until = outcome.appeal_by if is_part_open(case) and not case.appeal else None
        at = until if until and now < until else None
        return NextStep(code="granted_part", at=at, amount=refund, asked=outcome.requested)
    return None
