"""The desk's right column for an application: policy's suggestion, and each answer with its effect (S42, N2)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.after_refusal import is_under_appeal
from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import from_plain
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Units
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refunds import awaited_by, summary_of, with_carriage
from portal.pages.shop.order import rule_words
from portal.pages.staff.cases import suggestion_of
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.deciding import DecidableLine, Deciding
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.applying.grant import Grant, asked_of, effect_of_granting, handling_of
from portal.services.cases.decide_appeal import may_decide_appeal
from portal.services.cases.decide_case import effect_of_less, needs_payout, shown_case
from portal.services.situation import Situation, situation_of, terms_at

Choice = tuple[Units, str]
"""The part that a form has chosen to grant: units, and an amount in major units or ""."""


def deciding(
    work: UnitOfWork,
    row: Row,
    record: OrderRecord,
    actor: Actor,
    settings: ShopSettings,
    locale: str,
    deps: Deps,
    choice: Choice | None = None,
) -> Deciding | None:
    """None where no answer is waited for. Three more queries."""
    if not (is_under_appeal(row) or may_step(row["kind"], row["state"], "reject")):
        return None
    case = work.cases.with_claims(row)
    found = situation_of(work, record, settings, deps, claims=())
    whole = effect_of_granting(record.order, case, found.policy)
    page = _page(work, case, record, found, whole, actor, settings, locale, deps)
    return page if choice is None else _with_quote(page, work, case, record, found, whole, choice, settings, deps)


def find_deciding(
    *, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps, choice: Choice | None = None
) -> Deciding | None:
    """For the form and its quote, without the rest of the desk. Raises NotFound."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        record = work.orders.get(row["number"], actor)
        return deciding(work, row, record, actor, settings, "zh", deps, choice)


def _page(
    work: UnitOfWork,
    case: CaseRecord,
    record: OrderRecord,
    found: Situation,
    whole: Grant,
    actor: Actor,
    settings: ShopSettings,
    locale: str,
    deps: Deps,
) -> Deciding:
    row, asked, handling = case.row, asked_of(case), handling_of(case)
    zone, timers, outcome = found.around.zone, found.policy.timers, case.row["outcome"]
    is_sent, is_appeal = handling.remedy == "send_back", is_under_appeal(row)
    return Deciding(
        suggestion=suggestion_of(row),
        rules=rule_words(tuple(outcome.get("rules", ())), found.policy, locale),
        because=tuple(outcome.get("notes", ())),
        unticked=tuple(name for name in CONDITIONS if name not in asked.conditions) if asked.received else (),
        at_zero=outcome.get("at_zero", ""),
        remedy=handling.remedy,
        whole=_summary(whole, case, record, settings, work, deps),
        lines=tuple(_lines(record, case)),
        asked=asked.amount,
        appeal_by=due(timers.customer_appeals, work.now, zone=zone, hours=ROUND_THE_CLOCK),
        answer_by=due(timers.customer_adds_information, work.now, zone=zone, hours=ROUND_THE_CLOCK),
        send_back_by=terms_at(found, line_ids=()).send_back_by if is_sent else None,
        shown=shown_case(case, whole),
        may_act=may(actor, "write", "cases") and (not is_appeal or may_decide_appeal(case, actor)),
        may_ask=may_step(row["kind"], row["state"], "ask"),
        appeal=row["appeal"]["body"] if is_appeal else "",
        is_appeal=is_appeal,
        is_changed=whole.plan.refund != from_plain(Plan, row["summary"]).refund,
        needs_payout=needs_payout(record, whole),
    )


def _with_quote(
    page: Deciding,
    work: UnitOfWork,
    case: CaseRecord,
    record: OrderRecord,
    found: Situation,
    whole: Grant,
    choice: Choice,
    settings: ShopSettings,
    deps: Deps,
) -> Deciding:
    """What the act would pay for this part, or what is wrong with it, as the act would say it."""
    try:
        granted = effect_of_less(record, case, found.policy, whole, *choice)
    except Invalid as invalid:
        return replace(page, problems=tuple(invalid.problems))
    return replace(page, quote=_summary(granted, case, record, settings, work, deps))


def _summary(
    granted: Grant, case: CaseRecord, record: OrderRecord, settings: ShopSettings, work: UnitOfWork, deps: Deps
) -> RefundSummary:
    handling = handling_of(case)
    after = awaited_by(case.row["kind"], handling, is_decided=True)
    return with_carriage(summary_of(granted.plan, record.order, settings, work.now, deps, after=after), handling)


def _lines(record: OrderRecord, case: CaseRecord) -> list[DecidableLine]:
    held = dict(case.units)
    return [
        DecidableLine(line_id=line.id, title=line.title, variant=line.variant, units=held[line.id])
        for line in record.order.lines
        if held.get(line.id)
    ]
