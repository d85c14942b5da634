"""售后: the list of a customer's cases and the page of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.cases.after_refusal import what_to_mend
from portal.domain.cases.case import Case
from portal.domain.cases.progress import case_progress
from portal.domain.cases.solved import may_say_solved
from portal.domain.cases.urging import waits_for_shop
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.evidence.files import Evidence
from portal.domain.identity.access import Actor
from portal.domain.identity.phones import may_be_texted
from portal.domain.money import Money, total
from portal.domain.policy.jurisdictions import order_zone
from portal.domain.refunds.refund import Refund
from portal.domain.shops.contracts import complaint_line
from portal.domain.shops.settings import ShopSettings
from portal.domain.withdrawing.decide import why_not
from portal.pages.parts.benefits import benefit_rows
from portal.pages.parts.early_refunds import early_of_case
from portal.pages.parts.exchanging import exchange_of_case
from portal.pages.parts.messages import message_rows
from portal.pages.parts.offering import offer_view
from portal.pages.parts.payouts import as_credit
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
from portal.pages.shop.case_standing import marks_of, next_of, with_refund
from portal.pages.shop.fees import fee_view
from portal.pages.shop.orders import todo_of
from portal.pages.shop.payout import payout_view
from portal.pages.shop.pickup import pickup_view
from portal.pages.shop.replacing import replacement_view
from portal.pages.shop.returning import return_view
from portal.pages.shop.sending_back import send_back_view
from portal.pages.values.amounts import RefundProgress, RefundSummary
from portal.pages.values.cases import CaseCard, CaseGoods, CasePage, CasesPage, SentNotice
from portal.pages.values.parts import Picture
from portal.pages.values.returning import ReturnView
from portal.ports import Deps
from portal.repos.case_rows import ListedCase
from portal.repos.case_with_order import case_with_order
from portal.repos.messages import WrittenMessage
from portal.repos.notices import NoticeOfCase
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.cursors import read_cursor, write_cursor
from portal.services.evidence.read_evidence import case_evidence

PAGE_SIZE = 20


def cases_page(*, after: str, actor: Actor, deps: Deps) -> CasesPage:
    """Newest first, 20 a page."""
    with reading(deps) as work:
        found = work.cases.page(actor, after=read_cursor(after), limit=PAGE_SIZE + 1)
        shown, now = found[:PAGE_SIZE], deps.clock.now()
        waiting = work.order_lists.waiting(actor, now)
    return CasesPage(
        cards=tuple(_card(listed, now) for listed in shown),
        next_after=write_cursor(shown[-1].case.opened_at, shown[-1].case.id) if len(found) > PAGE_SIZE else "",
        is_first=not after,
        waiting=waiting.cases,
        todo=tuple(todo_of(row) for row in waiting.rows if row.case_no) if not after else (),
    )


def _card(listed: ListedCase, now: datetime) -> CaseCard:
    case, pictures = listed.case, listed.card.pictures
    plan = case.plan
    title = plan.lines[0].title if plan.lines else pictures[0][0] if pictures else ""
    return CaseCard(
        case_no=case.case_no,
        order_no=case.order_no,
        kind=case.kind,
        state=case.state,
        opened_at=case.opened_at,
        marks=marks_of(case, is_fee_due=listed.is_fee_due),
        title=title,
        picture=Picture(title, next((url for name, url in pictures if name == title), "")),
        units=plan.count,
        amount=plan.refund if plan.lines and (plan.refund or case.kind != "exchange") else None,
        next=with_refund(
            next_of(case, now, is_followed=listed.is_followed, is_fee_due=listed.is_fee_due), is_failed=listed.is_failed
        ),
        label=case.label,
        zone=order_zone(jurisdiction=listed.jurisdiction, country=listed.country),
    )


def case_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, locale: str = "zh") -> CasePage:
    """One case. Raises NotFound. The summary is the plan that was shown when it was asked for."""
    with reading(deps) as work:
        case, record = case_with_order(work, case_no, actor)
        act = CaseAct(work, record, case, actor, deps, settings=settings)
        messages, notices = work.messages.told_of_case(case)
        return CasePage(
            order_no=record.order.no,
            **_case(case),
            **_answer(act, locale),
            **_standing(act, [refund for refund in record.refunds if refund.case_id == case.id]),
            **_goods_and_words(act, messages),
            **_notices(notices),
            zone=zone_of(record.order),
        )


def _standing(act: CaseAct, refunds: list[Refund]) -> dict[str, Any]:
    """How it stands, what comes next, and where its money is."""
    case, work, now = act.case, act.work, act.now
    after, fee = after_refusal_view(work, case, act.settings), fee_view(act)
    told = tuple(progress_of(refund, act.order.no, act.settings, now) for refund in refunds)
    step = next_of(case, now, is_followed=bool(after and after.again), is_fee_due=bool(fee and fee.may_pay))
    may_appeal = bool(after and after.may_appeal)
    return {
        "after": after,
        "fee": fee,
        "next": with_refund(step, is_failed=any(refund.state == "failed" for refund in told)),
        "marks": marks_of(case, is_fee_due=bool(fee and fee.may_pay)),
        "progress": case_progress(case, refunded_at=_settled_at(refunds)),
        "may_urge": waits_for_shop(case) and not (fee and fee.may_pay),
        "may_withdraw": not why_not(
            case.kind,
            case.state,
            fee.state if fee else "",
            is_sent=case.is_replacement_sent,
            is_paid=case.is_paid_early,
        ),
        "appeal_answer_by": due(
            act.policy.timers.appeal_decided, now, zone=ZoneInfo(act.settings.zone), hours=ROUND_THE_CLOCK
        )
        if may_appeal
        else None,
        "summary": _summary(act, is_paid=bool(told)),
        "payout": payout_view(act),
        "offer": offer_view(act),
        "early": early_of_case(case),
        "refunds": told,
        "refund_poll_seconds": poll_of(told),
        "refunded": _refunded(told),
    }


def _goods_and_words(act: CaseAct, messages: list[WrittenMessage]) -> dict[str, Any]:
    """What it is about, what happened and what was written of it."""
    case, work = act.case, act.work
    evidence = case_evidence(work, case.id)
    returning = return_view(act, evidence)
    events = work.events.of_order(act.record.id)
    return {
        "goods": _goods(act),
        "returning": returning,
        "replacement": replacement_view(case, act.order),
        "exchange": exchange_of_case(case, act.order),
        "to_send": send_back_view(act),
        "pickup": pickup_view(act),
        "timeline": case_timeline(event for event in events if event.case_no == act.case_no),
        "benefits": benefit_rows(events, act.case_no),
        "evidence": _of_application(evidence.get(None, ()), returning),
        "messages": message_rows(messages, evidence=evidence),
    }


def _notices(notices: list[NoticeOfCase]) -> dict[str, Any]:
    """What was told, and where it goes. Of a guest's case nothing is kept but what went out."""
    return {
        "sent": tuple(
            SentNotice(
                kind=told.kind,
                at=told.created_at,
                mail=told.mail if told.mailed_at else None,
                phone=told.phone if told.texted_at else None,
                returned=tuple(
                    way for way, at in (("mail", told.mail_refused_at), ("text", told.text_refused_at)) if at
                ),
            )
            for told in notices
        ),
        "told_mail": (notices[0].mail or "") if notices else "",
        "told_phone": (notices[0].phone or "") if notices and may_be_texted(notices[0].phone) else "",
    }


def _goods(act: CaseAct) -> tuple[CaseGoods, ...]:
    kept, variants = act.record.lines, {line.id: line.variant for line in act.order.lines}
    currency, is_paid = act.order.currency, bool(act.order.payments)
    if not act.case.plan.lines or exchange_of_case(act.case, act.order):
        return _goods_without_money(act)
    return tuple(
        CaseGoods(
            title=line.title,
            variant=variants[line.line_id],
            quantity=line.units,
            picture=Picture(line.title, kept[line.line_id].image_url),
            amount=Money(line.amount, currency) if is_paid else None,
        )
        for line in act.case.plan.lines
    )


def _goods_without_money(act: CaseAct) -> tuple[CaseGoods, ...]:
    """Of a case that is answered with goods: its units, as the order names them."""
    case, kept, lines = act.case, act.record.lines, {line.id: line for line in act.order.lines}
    # Of goods that were not accepted nothing is left in the plan.
    units = case.plan.units or (case.asked.units if case.asked else ())
    return tuple(
        CaseGoods(
            title=lines[line_id].title,
            variant=lines[line_id].variant,
            quantity=count,
            picture=Picture(lines[line_id].title, kept[line_id].image_url),
        )
        for line_id, count in units
    )


def _refunded(refunds: tuple[RefundProgress, ...]) -> Money | None:
    """All of it, once the last of it has left or arrived."""
    if not refunds or any(refund.state != "succeeded" for refund in refunds):
        return None
    return total((refund.amount for refund in refunds), refunds[0].amount.currency)


def _settled_at(refunds: list[Refund]) -> datetime | None:
    """When the last of them had settled; None while one has not, or there is none."""
    known = [refund.settled_at for refund in refunds if refund.settled_at]
    return max(known) if known and len(known) == len(refunds) else None


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
        "may_say_solved": may_say_solved(case),
        "solved": case.solved,
        "return_no": case.return_no,
        "may_edit": case.may("edit"),
        "has_appeal": case.is_under_appeal,
    }


def _answer(act: CaseAct, locale: str) -> dict[str, Any]:
    """What was decided and by which rules; after a refusal also where else one can turn."""
    case, policy = act.case, act.policy
    outcome, line = case.outcome, complaint_line(policy, act.settings)
    return {
        "outcome": outcome.answer,
        "refusal_code": outcome.reason_code,
        "refusal_reason": outcome.reason,
        "complaint_line": line.in_locale(locale) if line and case.state == "rejected" else "",
        "remedy": outcome.handling.remedy if outcome.handling else "",
        "rules": rule_words(outcome.rules, policy, locale),
        "consent": outcome.consent,
        "left_at": outcome.left_at,
        "answered_at": outcome.at,
        "to_mend": what_to_mend(outcome.reason_code),
    }


def _summary(act: CaseAct, *, is_paid: bool) -> RefundSummary | None:
    """The plan that was shown when it was asked for, and what its refund waits for; None where no money is in it."""
    case, handling = act.case, act.case.outcome.handling
    if not case.plan.lines or exchange_of_case(case, act.order):
        return None
    after = awaited_by(case.kind, handling, is_decided=is_paid or case.kind == "cancel")
    after = "" if case.is_paid_early else after
    plan = as_credit(case.plan) if case.payout else case.plan
    summary = summary_of(plan, act.order, act.settings, case.opened_at, act.deps, after=after)
    if is_paid:
        # Where each part goes and when it arrives is told by the refunds themselves.
        summary = replace(summary, tenders=())
    granted = told_as_granted(summary, case.outcome.requested if case.outcome.is_part else None)
    return with_return_freight(granted, handling)


def _of_application(files: tuple[Evidence, ...], returning: ReturnView | None) -> tuple[Evidence, ...]:
    """Without the proof of posting, which stands with the parcel."""
    proof = {file.id for file in returning.parcel.proof} if returning and returning.parcel else set()
    return tuple(file for file in files if file.id not in proof)
