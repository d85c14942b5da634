"""The desk's right column for an application: policy's suggestion, and each answer with its effect (S42, N2)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cancelling.reasons import refusals_that_apply
from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.orders.order import Units
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.exchanging import exchange_of
from portal.pages.parts.refunds import awaited_by, summary_of, told_as_granted, with_return_freight
from portal.pages.parts.refusals import rule_words
from portal.pages.staff.cases import suggestion_of
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.deciding import DecidableLine, Deciding
from portal.pages.values.exchanging import ExchangeSummary
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.applying.grant import Grant, effect_of_granting
from portal.services.applying.resubmit import is_last_try
from portal.services.cases.decide_appeal import may_decide_appeal
from portal.services.cases.decide_case import effect_of_less, may_need_second, needs_payout, shown_case
from portal.services.goodwill.late_return import worth_of
from portal.services.goodwill.propose import left_alone

_GOES_BACK = ("send_back", "replace", "repair")
Choice = tuple[Units, str]
"""The part that a form has chosen to grant: units, and an amount in major units or ""."""


def deciding(act: CaseAct, locale: str, choice: Choice | None = None) -> Deciding | None:
    """None where no answer is waited for. Two more queries."""
    if act.case.open_offer or not (act.case.is_under_appeal or act.case.may("reject")):
        return None
    act = act.on(act.work.cases.with_claims(act.case))
    whole = effect_of_granting(act.order, act.case, act.policy)
    page = _beyond_policy(_page(act, whole, locale), act, whole)
    return page if choice is None else _with_quote(page, act, whole, choice)


def find_deciding(
    *, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, choice: Choice | None = None
) -> Deciding | None:
    """For the form and its quote, without the rest of the desk. Raises NotFound."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        record = work.orders.get(case.order_no, actor)
        return deciding(CaseAct(work, record, case, actor, deps, settings=settings), "zh", choice)


def _page(act: CaseAct, whole: Grant, locale: str) -> Deciding:
    case, asked, handling = act.case, act.case.application, act.case.handling
    timers, outcome, is_appeal = act.policy.timers, act.case.outcome, act.case.is_under_appeal
    # Goods that came and were not accepted, or money that was held back: nothing is sent for it any more.
    is_sent = case.kind in REPLACING_KINDS
    is_paid_at_once = case.state == "received" or whole.in_all is not None
    return Deciding(
        suggestion=suggestion_of(case),
        rules=rule_words(outcome.rules, act.policy, locale),
        because=outcome.notes,
        unticked=tuple(name for name in CONDITIONS if name not in asked.conditions) if asked.received else (),
        at_zero=outcome.at_zero,
        remedy="refund" if is_paid_at_once and not is_sent else handling.remedy,
        whole=_summary(act, whole),
        exchange=_exchange(act, whole),
        lines=() if whole.in_all else tuple(_lines(act)),
        asked=asked.amount,
        appeal_by=act.due(timers.customer_appeals),
        answer_by=act.due(timers.customer_adds_information),
        send_back_by=act.terms().send_back_by if handling.remedy in _GOES_BACK and not is_paid_at_once else None,
        shown=shown_case(case, whole),
        may_act=may(act.actor, "write", "cases") and (not is_appeal or may_decide_appeal(case, act.actor)),
        may_ask=case.may("ask"),
        appeal=case.appeal.body if case.appeal and is_appeal else "",
        is_appeal=is_appeal,
        is_last_try=not is_appeal and is_last_try(act),
        is_changed=not is_paid_at_once and whole.plan.refund != case.plan.refund,
        granted=case.plan.refund if whole.in_all else None,
        requested=outcome.requested if whole.in_all else None,
        needs_payout=needs_payout(act, whole),
        refusing=_refusing(act),
        offers_part=case.state != "received" and not is_sent,
        is_paid=not is_sent,
    )


def _beyond_policy(page: Deciding, act: CaseAct, whole: Grant) -> Deciding:
    """Four more queries where no rule gives what is asked for."""
    if not may_need_second(act.case):
        return page
    waiting, worth, alone = act.work.goodwill.waiting_return(act.case.id), worth_of(act, whole), left_alone(act)
    is_over = worth.minor > min(alone.case.minor, alone.day.minor)
    return replace(page, is_over_limit=is_over, awaits=waiting.number if waiting else "")


def _refusing(act: CaseAct) -> tuple[str, ...]:
    held, until = dict(act.case.units), act.case.handling.until
    is_restricted = any(line.id in held and (line.tags or line.restriction) for line in act.order.lines)
    is_late = until is not None and until < act.now
    return refusals_that_apply(act.case.outcome.notes, is_restricted=is_restricted, is_late=is_late)


def _with_quote(page: Deciding, act: CaseAct, whole: Grant, choice: Choice) -> Deciding:
    """What the act would pay for this part, or what is wrong with it, as the act would say it."""
    try:
        granted = effect_of_less(act, whole, *choice)
    except Invalid as invalid:
        return replace(page, problems=tuple(invalid.problems))
    requested = whole.plan.refund if whole.in_all else act.case.plan.refund
    return replace(page, quote=told_as_granted(_summary(act, granted), requested))


def _summary(act: CaseAct, granted: Grant) -> RefundSummary:
    handling = act.case.handling
    after = awaited_by(act.case.kind, handling, is_decided=True)
    summary = summary_of(granted.plan, act.order, act.settings, act.now, act.deps, after=after)
    return with_return_freight(summary, handling)


def _exchange(act: CaseAct, granted: Grant) -> ExchangeSummary | None:
    return exchange_of(granted.plan, act.case.application.variants, act.order) if act.case.kind == "exchange" else None


def _lines(act: CaseAct) -> list[DecidableLine]:
    held = dict(act.case.units)
    return [
        DecidableLine(line_id=line.id, title=line.title, variant=line.variant, units=held[line.id])
        for line in act.order.lines
        if held.get(line.id)
    ]
