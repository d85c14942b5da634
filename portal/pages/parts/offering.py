"""A counter-offer as pages show it, to its customer and to staff (P13)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.domain.cases.offer import Offer, offer_wording
from portal.domain.cases.offering import handling_of_offer
from portal.domain.identity.access import may
from portal.pages.parts.refunds import awaited_by, summary_of, told_as_granted, with_return_freight
from portal.pages.parts.zone import zone_of
from portal.pages.values.offering import MadeOffer, OfferDesk, OfferView
from portal.services.act import CaseAct
from portal.services.cases.decide_appeal import may_decide_appeal
from portal.services.cases.decide_case import may_need_second
from portal.services.cases.offer import answered_by_shop, desk_stand
from portal.services.cases.offer_effect import effect_of_offer, kinds_open, most_of, shown_offer

_GOES_BACK = ("send_back", "replace", "repair")


def offer_view(act: CaseAct) -> OfferView | None:
    """None where none waits. One more query: the units that the case holds."""
    offer = act.case.open_offer
    if offer is None:
        return None
    act = act.on(act.work.cases.with_claims(act.case))
    case, plan = act.case, effect_of_offer(act.order, act.case, act.policy, offer.kind, offer.amount).plan
    handling = handling_of_offer(case, offer)
    after = awaited_by(case.kind, handling, is_decided=True)
    summary = summary_of(plan, act.order, act.settings, act.now, act.deps, after=after)
    asked = None if case.kind in REPLACING_KINDS else case.plan.refund
    return OfferView(
        case_no=case.case_no,
        order_no=act.order.no,
        kind=case.kind,
        given=offer_wording(offer.kind, case.kind),
        remedy=handling.remedy,
        amount=offer.amount,
        body=offer.body,
        at=offer.at,
        until=offer.until,
        summary=with_return_freight(told_as_granted(summary, asked), handling),
        asked=asked if asked != offer.amount else None,
        send_by=act.terms().send_back_by if handling.remedy in _GOES_BACK else None,
        answer_by=answered_by_shop(act).at,
        is_appeal=case.is_under_appeal,
        shown=shown_offer(case, offer),
        zone=zone_of(act.order),
    )


def offer_desk(act: CaseAct, people: Mapping[str, str]) -> OfferDesk | None:
    """None where nothing was offered and nothing can be. `people`: logins by actor key."""
    case = act.case
    may_work = may(act.actor, "write", "cases") and (not case.is_under_appeal or may_decide_appeal(case, act.actor))
    is_open = may_work and case.asked is not None and case.may("offer") and case.is_open
    if not is_open and case.offer is None:
        return None
    act = act.on(act.work.cases.with_claims(case)) if is_open else act
    kinds = kinds_open(act) if is_open else ()
    return OfferDesk(
        kind=case.kind,
        made=_made(case, case.offer, people) if case.offer else None,
        most=tuple((kind, most_of(act, kind).plan.refund) for kind in kinds),
        until=act.due(act.policy.timers.customer_answers_offer),
        shown=desk_stand(case),
        may_take_back=may_work and case.open_offer is not None,
        why_not="beyond_policy" if is_open and not kinds and may_need_second(case) else "",
    )


def _made(case: Case, offer: Offer, people: Mapping[str, str]) -> MadeOffer:
    return MadeOffer(
        given=offer_wording(offer.kind, case.kind),
        amount=offer.amount,
        body=offer.body,
        by=people.get(offer.by, ""),
        at=offer.at,
        until=offer.until,
        state=offer.state,
        answered_at=offer.answered_at,
    )
