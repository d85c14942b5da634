"""申诉: the page of one, what a case says of what can be done after a refusal, and what the desk sees of it."""

from __future__ import annotations

from portal.domain.applying.after_part import part_of
from portal.domain.cases.after_refusal import after_refusal, follower_among, why_no_appeal
from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor
from portal.domain.shops.contracts import complaint_line
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.zone import zone_of
from portal.pages.shop.not_offered import not_offered
from portal.pages.values.appealing import AfterRefusalView, AppealPage
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.act import CaseAct
from portal.services.applying.resubmit import not_again
from portal.services.cases.appeal import is_part_open, no_appeal


def appeal_page(*, case_no: str, actor: Actor, settings: ShopSettings, locale: str, deps: Deps) -> AppealPage:
    """Raises NotFound, NotOffered."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        record, cases = work.orders.get(case.order_no, actor), work.cases.of_order(case.order_id)
        act = CaseAct(work, record, work.cases.with_claims(case), actor, deps, settings=settings)
        refused = no_appeal(act)
        now, policy = work.now, act.policy
        answer_by = act.due(policy.timers.appeal_decided)
        is_again = not_again(case, cases, settings, now) is None
    if refused:
        raise not_offered("appeal", refused, record.order, policy, locale)
    part, line = part_of(case), complaint_line(policy, settings)
    facts = after_refusal(case, is_part=part is not None)
    return AppealPage(
        case_no=case_no,
        order_no=record.order.no,
        about="inspection" if facts.holds_rejected else "part" if facts.is_part else "refusal",
        until=facts.appeal_by or now,
        answer_by=answer_by,
        refusal_code=case.outcome.reason_code,
        refusal_reason=case.outcome.reason,
        complaint_line=line.in_locale(locale) if line else "",
        may_resubmit=is_again,
        granted=part.plan.refund if part else None,
        requested=part.requested if part else None,
        rest=part.owed if part else None,
        zone=zone_of(record.order),
    )


def after_refusal_view(work: UnitOfWork, case: Case, settings: ShopSettings) -> AfterRefusalView | None:
    """None where nobody ever said no, to all of it or to a part. One query."""
    is_part = is_part_open(case)
    if not (case.state == "rejected" or is_part or case.appeal or case.follows_id):
        return None
    cases, appeal = work.cases.of_order(case.order_id), case.appeal
    again = follower_among(case, cases)
    facts = after_refusal(case, is_part=is_part, again=again)
    may_appeal = why_no_appeal(facts, work.now) is None
    may_resubmit = not_again(case, cases, settings, work.now) is None
    is_over = case.state == "rejected" and not case.is_open
    return AfterRefusalView(
        may_appeal=may_appeal,
        may_resubmit=may_resubmit,
        until=facts.appeal_by if may_appeal or may_resubmit else None,
        appeal=appeal.state if appeal else "",
        at=appeal.at if appeal else None,
        reason=appeal.reason if appeal else "",
        follows=next((other.case_no for other in cases if other.id == case.follows_id), ""),
        again=again,
        is_final=is_over and case.kind != "cancel" and not (may_appeal or may_resubmit or again),
    )
