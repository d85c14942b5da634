"""售后: the list of a customer's cases and the page of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.domain.cases.after_refusal import is_under_appeal
from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import from_plain
from portal.domain.evidence.files import Evidence
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Handling, Plan
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.domain.withdrawing.decide import why_not
from portal.pages.parts.messages import message_rows
from portal.pages.parts.refunds import awaited_by, poll_of, progress_of, summary_of, with_carriage
from portal.pages.parts.timeline import case_timeline
from portal.pages.shop.appealing import after_refusal_view
from portal.pages.shop.fees import fee_view
from portal.pages.shop.order import rule_words
from portal.pages.shop.returning import is_partly_accepted, return_view
from portal.pages.values.amounts import RefundProgress, RefundStanding, RefundSummary
from portal.pages.values.cases import CaseCard, CasePage, CasesPage
from portal.pages.values.parts import NextStep, Picture
from portal.pages.values.returning import ReturnView
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import reading
from portal.services.cursors import read_cursor, write_cursor
from portal.services.evidence.read_evidence import case_evidence
from portal.services.returning.choose_rejected import awaits_choice, label_of

PAGE_SIZE = 20


def cases_page(*, after: str, actor: Actor, deps: Deps) -> CasesPage:
    """Newest first, 20 a page."""
    with reading(deps) as work:
        rows = work.cases.page(actor, after=read_cursor(after), limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    return CasesPage(
        cards=tuple(_card(row, deps.clock.now()) for row in shown),
        next_after=write_cursor(shown[-1]["opened_at"], shown[-1]["id"]) if len(rows) > PAGE_SIZE else "",
        is_first=not after,
    )


def _card(row: Mapping[str, Any], now: datetime) -> CaseCard:
    pictures = row["card"]["pictures"]
    plan = from_plain(Plan, row["summary"])
    title = plan.lines[0].title if plan.lines else pictures[0][0] if pictures else ""
    return CaseCard(
        case_no=row["case_no"],
        order_no=row["number"],
        kind=row["kind"],
        state=row["state"],
        opened_at=row["opened_at"],
        marks=_marks(row, is_fee_due=row["is_fee_due"]),
        title=title,
        picture=Picture(title, next((url for name, url in pictures if name == title), "")),
        units=sum(line.units for line in plan.lines),
        amount=plan.refund if plan.lines else None,
        next=_next(row, now, is_followed=row["is_followed"]),
        label=label_of(row),
    )


def case_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, locale: str = "zh") -> CasePage:
    """One case. Raises NotFound. The summary is the plan that was shown when it was asked for."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        record, refunds = work.orders.get_with_refunds(row["number"], actor)
        events = work.events.of_order(record.id)
        messages = work.messages.of_case(row["id"])
        evidence = case_evidence(work, row["id"])
        policy = work.policies.of(record)
        after = after_refusal_view(work, row, settings)
        returning = return_view(work, row, record, policy, evidence, settings, deps)
        fee = fee_view(work, row)
    now, handling = deps.clock.now(), _handling(row)
    progress = tuple(
        progress_of(refund, record.order.no, settings, now) for refund in refunds if refund["case_id"] == row["id"]
    )
    return CasePage(
        **_case(row),
        **_answer(row, handling, policy, locale),
        order_no=record.order.no,
        marks=_marks(row, is_fee_due=bool(fee and fee.may_pay)),
        next=_with_refund(_next(row, now, is_followed=bool(after and after.again)), progress),
        summary=_summary(row, handling, record, settings, deps, is_paid=bool(progress)),
        timeline=case_timeline(event for event in events if event["case_no"] == case_no),
        refunds=progress,
        refund_poll_seconds=poll_of(progress),
        may_withdraw=why_not(row["kind"], row["state"], fee.state if fee else "") is None,
        fee=fee,
        after=after,
        returning=returning,
        evidence=_of_application(evidence.get(None, ()), returning),
        messages=message_rows(messages, evidence=evidence),
    )


def _case(row: Row) -> dict[str, Any]:
    """What it is and what its own state allows."""
    return {
        "case_no": row["case_no"],
        "kind": row["kind"],
        "state": row["state"],
        "label": label_of(row),
        "opened_at": row["opened_at"],
        "reason": row["reason"],
        "note": row["note"],
        "return_no": row["return_no"] or "",
        "may_edit": may_step(row["kind"], row["state"], "edit"),
        "has_appeal": is_under_appeal(row),
    }


def _answer(row: Row, handling: Handling | None, policy: Policy, locale: str) -> dict[str, Any]:
    """What was decided and by which rules; after a refusal also where else one can turn."""
    outcome, left_at, line = row["outcome"], row["outcome"].get("left_at"), policy.complaint_line
    return {
        "outcome": outcome.get("answer", ""),
        "refusal_code": outcome.get("reason_code", ""),
        "refusal_reason": outcome.get("reason", ""),
        "complaint_line": line.zh if line and row["state"] == "rejected" else "",
        "remedy": handling.remedy if handling else "",
        "rules": rule_words(tuple(outcome.get("rules", ())), policy, locale),
        "consent": outcome.get("consent", ""),
        "left_at": datetime.fromisoformat(left_at) if left_at else None,
    }


def _handling(row: Row) -> Handling | None:
    plain = row["outcome"].get("handling")
    return from_plain(Handling, plain) if plain else None


def _summary(
    row: Row, handling: Handling | None, record: OrderRecord, settings: ShopSettings, deps: Deps, *, is_paid: bool
) -> RefundSummary | None:
    """The plan that was shown when it was asked for, and what its refund waits for; None where no money is in it."""
    plan = from_plain(Plan, row["summary"])
    if not plan.lines:
        return None
    after = awaited_by(row["kind"], handling, is_decided=is_paid or row["kind"] == "cancel")
    return with_carriage(summary_of(plan, record.order, settings, row["opened_at"], deps, after=after), handling)


def _of_application(files: tuple[Evidence, ...], returning: ReturnView | None) -> tuple[Evidence, ...]:
    """Without the proof of posting, which stands with the parcel."""
    proof = {file.id for file in returning.parcel.proof} if returning and returning.parcel else set()
    return tuple(file for file in files if file.id not in proof)


def _marks(row: Mapping[str, Any], *, is_fee_due: bool) -> tuple[str, ...]:
    found = {
        "fee_due": is_fee_due,
        "appeal": is_under_appeal(row),
        "partly": is_partly_accepted(row),
        "priority": row["priority"] == 0,
        "escalated": row["escalated_at"] is not None,
    }
    return tuple(mark for mark, holds in found.items() if holds)


def _with_refund(step: NextStep | None, refunds: tuple[RefundProgress, ...]) -> NextStep | None:
    """A bank may send a refund back weeks after the case was done: it is not said to have ended well meanwhile."""
    if step and step.code == "completed_case" and any(refund.state == "failed" for refund in refunds):
        return replace(step, refund=RefundStanding(state="failed"))
    return step


def _next(row: Mapping[str, Any], now: datetime, *, is_followed: bool) -> NextStep | None:
    state, left_at = row["state"], row["outcome"].get("left_at")
    if left_at:
        return NextStep(code="too_late", at=datetime.fromisoformat(left_at))
    is_cancel = row["kind"] == "cancel"
    if is_under_appeal(row):
        return NextStep(code="appealed", at=row["deadline_at"])
    if state == "rejected" and not row["appeal"] and row["outcome"].get("appeal_by"):
        until = datetime.fromisoformat(row["outcome"]["appeal_by"])
        return NextStep(code="rejected", at=until if until > now and not is_followed else None)
    if state == "submitted" and row["escalated_at"]:
        return NextStep(code="escalated" if is_cancel else "escalated_case")
    if state == "submitted":
        return NextStep(code="submitted_cancel" if is_cancel else "submitted", at=row["deadline_at"])
    if awaits_choice(row):
        return NextStep(code="received_choice", at=row["deadline_at"])
    if state == "sending_back":
        back = (row["parcel"] or {}).get("back") or {}
        return NextStep(code=state, carrier=back.get("carrier", ""), tracking_no=back.get("tracking_no", ""))
    if state == "completed" and row["kind"] == "question":
        return NextStep(code="question_answered")
    return NextStep(code="completed_case" if state == "completed" else state, at=row["deadline_at"])
