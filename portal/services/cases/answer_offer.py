"""The customer's answer to what the shop has offered: accepted it is granted, declined the case goes on (P13)."""

from __future__ import annotations

from typing import Literal

from portal.domain.cases import offering, steps
from portal.domain.cases.offer import Offer
from portal.domain.cases.results import OfferDone
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.grant import Answer, grant
from portal.services.cases.offer import end_offer, facts_of
from portal.services.cases.offer_effect import effect_of_offer, shown_offer

OfferAnswer = Literal["accept", "refuse"]


def answer_offer(
    *,
    case_no: str,
    answer: OfferAnswer,
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
    shown: str | None = None,
) -> OfferDone:
    """`shown` as the page's form carried it: an offer that was changed meanwhile is not accepted unread.

    Errors: NotFound, Conflict (no offer waits any more; offer_changed), Invalid (answer), Reused.
    """
    if answer not in ("accept", "refuse"):
        raise Invalid((("answer", "required" if not answer else "not_offered"),))
    check_own_act(actor, "offer")
    with unit_of_work(deps) as work:
        asked = fingerprint(["offer_answered", case_no, answer])
        if done := work.requests.claim(actor, request_id, asked, OfferDone):
            return done
        act = lock_case(work, case_no, actor, deps)
        offer = act.case.open_offer
        if offer is None:
            raise Conflict("offer_over", at=act.case.offer.answered_at if act.case.offer else act.case.closed_at)
        if shown is not None and shown != shown_offer(act.case, offer):
            raise Conflict("offer_changed", at=offer.at)
        if answer == "accept":
            _accept(act, offer)
        else:
            end_offer(act, "declined")
            act.notify_staff("offer_declined", is_new_turn=True)
        what: Literal["accepted", "declined"] = "accepted" if answer == "accept" else "declined"
        return work.requests.finish(actor, request_id, OfferDone(case_no=case_no, what=what))


def lapse_offer(act: CaseAct) -> None:
    """Nobody answered in time: it is the shop's again, and both are told."""
    end_offer(act, "lapsed")
    act.notify_customer("offer_lapsed", deadline=act.case.due_at)
    act.notify_staff("offer_lapsed", is_new_turn=True)


def _accept(act: CaseAct, offer: Offer) -> None:
    """As if the shop had granted that much; whoever made the offer has decided. The customer agreed to it, so nothing
    of it can be contested."""
    granted = effect_of_offer(act.order, act.case, act.policy, offer.kind, offer.amount)
    if granted.plan.refund != offer.amount:
        raise Conflict("offer_changed")
    act.save(offering.offer_accepted(act.case, at=act.now))
    act.happened("offer:accepted", **facts_of(offer))
    if act.case.is_under_appeal:
        act.save(steps.appeal_granted(act.case, by=offer.by, at=act.now, reason=offer.body))
        act.happened("appeal:granted")
    grant(act, granted, Answer("offer", offer.body, by=offer.by))
